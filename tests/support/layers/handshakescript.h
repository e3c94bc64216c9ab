// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "handshake.h"

#include <QtCore/qlist.h>

#include <functional>

/// What the tests of the connection phase share: the server's packets, and whole conversations.
namespace AsyncMySql::Tests {

/// The bytes 01 02 … 14.
QByteArray greetingScramble();

struct GreetingPacket
{
    QByteArray version = "9.7.0";
    QByteArray plugin = "caching_sha2_password";
    Protocol::Capabilities capabilities = mySqlCapabilities();

    QByteArray bytes() const;

    /// All 32 bits but COMPRESS.
    static Protocol::Capabilities mySqlCapabilities();
    static Protocol::Capabilities mariaDbCapabilities();
    static GreetingPacket mariaDb();
};

QByteArray okPacket(const QByteArray &info = {});
/// As a server that is not asked for session tracking sends it before capabilities are agreed on,
/// \a sqlState is empty.
QByteArray errorPacket(quint16 number, const QByteArray &message,
                       const QByteArray &sqlState = "28000");
QByteArray switchPacket(const QByteArray &plugin, const QByteArray &data);
QByteArray nextFactorPacket(const QByteArray &plugin, const QByteArray &data);
QByteArray dataPacket(const QByteArray &data);
/// The info with which MariaDB proves that it knows \a hash.
QByteArray serverProof(const QByteArray &hash, const QByteArray &certificateDigest);

/// The client's response, taken apart by the documentation rather than by the library's own code.
struct ClientResponse
{
    Protocol::Capabilities capabilities = 0;
    quint32 maximumPacketSize = 0;
    quint8 collation = 0;
    QByteArray user;
    QByteArray authenticationData;
    QByteArray database;
    QByteArray plugin;
    bool valid = false;

    static ClientResponse parse(const QByteArray &payload);
};

Protocol::ChannelState clearTcp();
Protocol::ChannelState localSocket();
Protocol::ChannelState verifiedTls();
/// With the digest of a certificate whose issuer is not trusted.
Protocol::ChannelState unverifiedTls();

/// User "anna", password "secret", every plugin allowed.
Protocol::HandshakeSettings defaultSettings();
/// The same for the verifying TLS modes.
Protocol::HandshakeSettings verifyingSettings();

/// One side of a conversation, to be played against a Handshake any number of times: as it is, or
/// with one of the packets replaced.
class HandshakeScript
{
public:
    struct Outcome
    {
        Protocol::Handshake::Step step = Protocol::Handshake::Step::NeedPacket;
        QList<QByteArray> sent;
        QList<Protocol::AuthenticationQuestion> questions;
        /// How many of them went out before TLS.
        qsizetype sentInClear = 0;
        Protocol::Failure failure;
        Protocol::Capabilities capabilities = 0;
        Protocol::OkPacket ok;
        QByteArray plugin;

        bool finished() const { return step == Protocol::Handshake::Step::Finished; }
        bool failedWith(Protocol::FailureCode code) const
        {
            return step == Protocol::Handshake::Step::Failed && failure.code == code;
        }
    };

    explicit HandshakeScript(const Protocol::HandshakeSettings &settings = defaultSettings(),
                             const Protocol::ChannelState &channel = clearTcp());

    HandshakeScript &receive(const QByteArray &packet);
    HandshakeScript &receive(const GreetingPacket &greeting) { return receive(greeting.bytes()); }
    HandshakeScript &startTls(const Protocol::ChannelState &channel);
    HandshakeScript &deriveKey();
    HandshakeScript &answer(const QByteArray &text);

    Outcome play() const { return play(-1, {}); }
    /// With \a packet in the place of the one at \a index.
    Outcome play(qsizetype index, QByteArrayView packet) const;
    /// With the packets framed as on the wire, and \a portion bytes of a frame at a time.
    Outcome playInPortions(qsizetype portion) const;

    qsizetype size() const { return m_actions.size(); }
    /// Null where the action is no packet.
    QByteArray packet(qsizetype index) const
    {
        const Action &action = m_actions.at(index);
        return action.kind == Action::Kind::Receive ? action.packet : QByteArray();
    }

private:
    struct Action
    {
        enum class Kind { Receive, StartTls, DeriveKey, Answer };

        Kind kind = Kind::Receive;
        /// Or the answer.
        QByteArray packet;
        Protocol::ChannelState channel;
    };

    using Receive
        = std::function<Protocol::Handshake::Step(Protocol::Handshake *handshake, qsizetype index)>;
    Outcome play(const Receive &receive) const;

    Protocol::HandshakeSettings m_settings;
    Protocol::ChannelState m_channel;
    QList<Action> m_actions;
};

/// The verifying modes, with a MariaDB server whose certificate has no trusted issuer.
HandshakeScript unverifiedServer();

/// As the driver of the handshake does it.
QByteArray derivedKey(const Protocol::KeyDerivation &derivation);

} // namespace AsyncMySql::Tests
