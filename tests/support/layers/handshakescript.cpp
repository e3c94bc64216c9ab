// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "handshakescript.h"

#include "packetreader.h"
#include "packetwriter.h"

#include <QtCore/qcryptographichash.h>
#include <QtCore/qendian.h>
#include <QtCore/qhash.h>
#include <QtNetwork/qpassworddigestor.h>

#include <algorithm>
#include <cstring>
#include <utility>

using namespace AsyncMySql::Protocol;

namespace AsyncMySql::Tests {

namespace {

template <typename Integer>
QByteArray littleEndian(Integer value)
{
    QByteArray bytes(sizeof(Integer), Qt::Uninitialized);
    qToLittleEndian(value, bytes.data());
    return bytes;
}

QByteArray withLength(const QByteArray &bytes)
{
    Q_ASSERT(bytes.size() < 0xFB);
    return QByteArray(1, static_cast<char>(bytes.size())) + bytes;
}

QByteArray takeUntilNul(QByteArray *bytes)
{
    const qsizetype end = bytes->indexOf('\0');
    const QByteArray result = bytes->left(end);
    *bytes = bytes->mid(end + 1);
    return result;
}

QByteArray takeWithLength(QByteArray *bytes)
{
    qsizetype length = static_cast<quint8>(bytes->at(0));
    qsizetype head = 1;
    if (length == 0xFC) {
        length = qFromLittleEndian<quint16>(bytes->constData() + 1);
        head = 3;
    }
    const QByteArray result = bytes->mid(head, length);
    *bytes = bytes->mid(head + length);
    return result;
}

} // namespace

QByteArray greetingScramble()
{
    return QByteArray::fromHex("0102030405060708090a0b0c0d0e0f1011121314");
}

Capabilities GreetingPacket::mySqlCapabilities()
{
    return 0xFFFFFFFF & ~Capability::Compress;
}

Capabilities GreetingPacket::mariaDbCapabilities()
{
    // Without those of MySQL alone, and bit 0 clear: the extension is spoken.
    return (0x1FFFFFFFFF & ~Capability::LongPassword & ~Capability::QueryAttributes
            & ~Capability::ZstdCompression & ~Capability::OptionalResultSetMetadata);
}

GreetingPacket GreetingPacket::mariaDb()
{
    return {"11.8.2-MariaDB", "mysql_native_password", mariaDbCapabilities()};
}

QByteArray GreetingPacket::bytes() const
{
    const QByteArray scramble = greetingScramble();
    return QByteArray(1, 10)                                        // protocol version
           + version + '\0'                                         //
           + littleEndian<quint32>(0x2A)                            // connection
           + scramble.first(8) + '\0'                               //
           + littleEndian(static_cast<quint16>(capabilities))       //
           + '\x2D'                                                 // collation
           + littleEndian<quint16>(0x0002)                          // status: autocommit
           + littleEndian(static_cast<quint16>(capabilities >> 16)) //
           + '\x15'                                                 // length of the scramble
           + QByteArray(6, '\0')                                    //
           + littleEndian(static_cast<quint32>(capabilities >> 32)) // MariaDB's extension
           + scramble.sliced(8) + '\0'                              //
           + (capabilities & Capability::PluginAuth ? plugin + '\0' : QByteArray());
}

QByteArray okPacket(const QByteArray &info)
{
    return QByteArray::fromHex("00"    // OK
                               "00"    // affected rows
                               "00"    // last insert id
                               "0200"  // status: autocommit
                               "0000") // warnings
           + (info.isEmpty() ? QByteArray() : withLength(info));
}

QByteArray errorPacket(quint16 number, const QByteArray &message, const QByteArray &sqlState)
{
    return '\xFF' + littleEndian(number) + (sqlState.isEmpty() ? QByteArray() : '#' + sqlState)
           + message;
}

QByteArray switchPacket(const QByteArray &plugin, const QByteArray &data)
{
    return '\xFE' + plugin + '\0' + data + '\0';
}

QByteArray nextFactorPacket(const QByteArray &plugin, const QByteArray &data)
{
    return '\x02' + plugin + '\0' + data + '\0';
}

QByteArray dataPacket(const QByteArray &data)
{
    return '\x01' + data;
}

QByteArray serverProof(const QByteArray &hash, const QByteArray &certificateDigest)
{
    return '\x01'
           + QCryptographicHash::hash(hash + greetingScramble() + certificateDigest,
                                      QCryptographicHash::Sha256)
                 .toHex();
}

ClientResponse ClientResponse::parse(const QByteArray &payload)
{
    ClientResponse response;
    if (payload.size() < 34)
        return response;
    const char *head = payload.constData();
    const quint32 extension = qFromLittleEndian<quint32>(head + 28);
    response.capabilities = qFromLittleEndian<quint32>(head) | Capabilities(extension) << 32;
    response.maximumPacketSize = qFromLittleEndian<quint32>(head + 4);
    response.collation = static_cast<quint8>(head[8]);
    QByteArray rest = payload.mid(32);
    response.user = takeUntilNul(&rest);
    response.authenticationData = takeWithLength(&rest);
    if (response.capabilities & Capability::ConnectWithDatabase)
        response.database = takeUntilNul(&rest);
    response.plugin = takeUntilNul(&rest);
    response.valid = true;
    return response;
}

ChannelState clearTcp()
{
    return {};
}

ChannelState localSocket()
{
    ChannelState channel;
    channel.local = true;
    return channel;
}

ChannelState verifiedTls()
{
    ChannelState channel = unverifiedTls();
    channel.verified = true;
    return channel;
}

ChannelState unverifiedTls()
{
    ChannelState channel;
    channel.encrypted = true;
    channel.certificateDigest = QCryptographicHash::hash("dummy-der", QCryptographicHash::Sha256);
    return channel;
}

HandshakeSettings defaultSettings()
{
    HandshakeSettings settings;
    settings.user = "anna";
    settings.password = "secret";
    settings.maximumPacketSize = 0x1000000;
    settings.authentication.allowedPlugins = AuthenticationPlugin::supportedPlugins();
    return settings;
}

HandshakeSettings verifyingSettings()
{
    HandshakeSettings settings = defaultSettings();
    settings.tls = HandshakeSettings::Tls::Required;
    settings.serverMustBeVerified = true;
    return settings;
}

HandshakeScript::HandshakeScript(const HandshakeSettings &settings, const ChannelState &channel)
    : m_settings(settings)
    , m_channel(channel)
{
}

HandshakeScript &HandshakeScript::receive(const QByteArray &packet)
{
    m_actions.append({Action::Kind::Receive, packet, {}});
    return *this;
}

HandshakeScript &HandshakeScript::startTls(const ChannelState &channel)
{
    m_actions.append({Action::Kind::StartTls, {}, channel});
    return *this;
}

HandshakeScript &HandshakeScript::deriveKey()
{
    m_actions.append({Action::Kind::DeriveKey, {}, {}});
    return *this;
}

HandshakeScript &HandshakeScript::answer(const QByteArray &text)
{
    m_actions.append({Action::Kind::Answer, text, {}});
    return *this;
}

HandshakeScript::Outcome HandshakeScript::play(qsizetype index, QByteArrayView packet) const
{
    return play([&](Handshake *handshake, qsizetype i) {
        return handshake->handlePacket(i == index ? packet
                                                  : QByteArrayView(m_actions.at(i).packet));
    });
}

HandshakeScript::Outcome HandshakeScript::playInPortions(qsizetype portion) const
{
    Wire::PacketReader reader;
    quint8 sequence = 0;
    return play([&](Handshake *handshake, qsizetype index) {
        QByteArray frame;
        Wire::appendPacket(&frame, m_actions.at(index).packet, &sequence);
        Handshake::Step step = Handshake::Step::NeedPacket;
        for (qsizetype at = 0; at < frame.size(); at += portion) {
            const qsizetype count = std::min(portion, frame.size() - at);
            const std::span<char> space = reader.prepare();
            Q_ASSERT(static_cast<qsizetype>(space.size()) >= count);
            std::memcpy(space.data(), frame.constData() + at, static_cast<size_t>(count));
            reader.commit(count);
            Wire::Packet packet;
            while (reader.next(&packet) == Wire::PacketReader::Status::Ready)
                step = handshake->handlePacket(packet.payload);
        }
        return step;
    });
}

HandshakeScript::Outcome HandshakeScript::play(const Receive &receive) const
{
    Handshake handshake(m_settings, m_channel);
    Outcome outcome;
    for (qsizetype i = 0; i < m_actions.size() && outcome.step != Handshake::Step::Failed; ++i) {
        const Action &action = m_actions.at(i);
        switch (action.kind) {
        case Action::Kind::Receive:
            outcome.step = receive(&handshake, i);
            break;
        case Action::Kind::StartTls:
            outcome.sentInClear = outcome.sent.size();
            outcome.step = handshake.tlsStarted(action.channel);
            break;
        case Action::Kind::DeriveKey:
            outcome.step = handshake.keyDerived(outcome.step == Handshake::Step::DeriveKey
                                                    ? derivedKey(handshake.keyDerivation())
                                                    : QByteArray());
            break;
        case Action::Kind::Answer:
            if (outcome.step == Handshake::Step::Ask)
                outcome.questions.append(handshake.question());
            outcome.step = handshake.answered(Protocol::Secret(QByteArrayView(action.packet)));
            break;
        }
        outcome.sent += handshake.takeOutput();
    }
    outcome.failure = handshake.failure();
    outcome.capabilities = handshake.capabilities();
    outcome.ok = handshake.ok();
    outcome.plugin = handshake.authenticationPlugin();
    return outcome;
}

HandshakeScript unverifiedServer()
{
    return HandshakeScript(verifyingSettings())
        .receive(GreetingPacket::mariaDb())
        .startTls(unverifiedTls());
}

QByteArray derivedKey(const KeyDerivation &derivation)
{
    // It takes milliseconds, and a conversation that is played thousands of times asks for the
    // same.
    static QHash<QByteArray, QByteArray> keys;
    const QByteArray password = derivation.password.bytes().toByteArray();
    const QByteArray id = password + derivation.salt + ' '
                          + QByteArray::number(derivation.iterations) + ' '
                          + QByteArray::number(derivation.keyLength);
    QByteArray &key = keys[id];
    if (key.isEmpty()) {
        key = QPasswordDigestor::deriveKeyPbkdf2(derivation.algorithm, password, derivation.salt,
                                                 derivation.iterations,
                                                 static_cast<quint64>(derivation.keyLength));
    }
    return key;
}

} // namespace AsyncMySql::Tests
