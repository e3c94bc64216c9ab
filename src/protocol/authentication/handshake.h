// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "authenticationplugin.h"
#include "capabilities.h"
#include "greeting.h"
#include "handshakeresponse.h"
#include "okpacket.h"
#include "protocolfailure.h"

#include <QtCore/qlist.h>

#include <array>
#include <memory>
#include <optional>
#include <utility>

namespace AsyncMySql::Protocol {

/// The settings of the handshake; plain data, made from ConnectionOptions.
struct HandshakeSettings
{
    enum class Tls {
        Disabled,
        /// Where the server offers it.
        Preferred,
        /// Fail before anything is sent where the server does not offer it.
        Required,
    };

    /// Neither this nor the database holds a NUL, which would end it on the wire.
    QByteArray user;
    /// UTF-8, without a NUL.
    Secret password;
    /// Of the second and the third factor, where they are known.
    std::array<std::optional<Secret>, 2> furtherPasswords;
    /// Whether there is a provider to be asked for what is not known.
    bool canAsk = false;
    QByteArray database;
    Tls tls = Tls::Preferred;
    /// The verifying TLS modes: nothing that lets a man in the middle go on is sent, and OK is not
    /// believed, before the server is proven.
    bool serverMustBeVerified = false;
    /// Bits that are asked for on top of what the client always uses (FOUND_ROWS, MULTI_STATEMENTS,
    /// COMPRESS …). Of COMPRESS and ZSTD the latter is taken where the server offers both.
    Capabilities wantedCapabilities = 0;
    /// 1 to 22: what the server is to compress with. It refuses others.
    quint8 zstdCompressionLevel = 3;
    quint32 maximumPacketSize = 0;
    QList<std::pair<QByteArray, QByteArray>> connectAttributes;
    AuthenticationPolicy authentication;
};

/// The connection phase, from the greeting to the final OK: a machine without input or output.
///
/// The caller feeds payloads (handlePacket()), sends what takeOutput() returns after every step,
/// and does the three things that the machine cannot do: start TLS, derive a key without blocking,
/// and have a question answered.
class Handshake
{
public:
    enum class Step {
        NeedPacket,
        /// Send the output (the request for TLS), make sure that nothing was received beyond the
        /// greeting, start TLS, and call tlsStarted().
        StartTls,
        /// Compute keyDerivation() away from the event loop and call keyDerived().
        DeriveKey,
        /// Ask the question(), and call answered().
        Ask,
        /// Authenticated, and the server is proven where it must be.
        Finished,
        Failed,
    };

    /// \a channel: what the transport is before any upgrade (a local socket, or clear text).
    Handshake(HandshakeSettings settings, const ChannelState &channel);
    ~Handshake();

    [[nodiscard]] Step handlePacket(QByteArrayView payload);
    [[nodiscard]] Step tlsStarted(const ChannelState &channel);
    [[nodiscard]] Step keyDerived(const QByteArray &key);
    [[nodiscard]] Step answered(const Secret &answer);
    /// The question is not answered: fails with \a reason.
    [[nodiscard]] Step refused(const QString &reason);

    /// Payloads to send, in order, each a packet of its own.
    QList<QByteArray> takeOutput();
    /// Valid from the step DeriveKey until keyDerived().
    const KeyDerivation &keyDerivation() const { return m_keyDerivation; }
    /// Valid from the step Ask until answered().
    const AuthenticationQuestion &question() const { return m_question; }
    const Failure &failure() const { return m_failure; }

    /// Valid after the greeting.
    const Greeting &greeting() const { return m_greeting; }
    /// What both sides agreed on. Valid after the greeting.
    Capabilities capabilities() const { return m_capabilities; }
    /// The final OK. Valid when finished.
    const OkPacket &ok() const { return m_ok; }
    /// The plugin that authenticated, for logs and tests.
    QByteArray authenticationPlugin() const { return m_pluginName; }

private:
    enum class State {
        Greeting,
        StartingTls,
        Authenticating,
        DerivingKey,
        Asking,
        Finished,
        Failed
    };

    Step handleGreeting(QByteArrayView payload);
    Step startTls();
    Step sendResponse();
    Step handleAuthenticationPacket(QByteArrayView payload);
    Step handleAuthSwitch(QByteArrayView payload);
    Step handleNextFactor(QByteArrayView payload);
    Step startPlugin(const QByteArray &data);
    Step ask(const AuthenticationQuestion &question);
    Step handleOk(QByteArrayView payload);
    Step handleError(QByteArrayView payload);
    Step follow(const AuthenticationPlugin::Action &action);
    Step finish(const OkPacket &ok);
    void wipeSecrets();
    Step fail(const Failure &failure);
    Step fail(FailureCode code, const QString &message);

    HandshakeResponse baseResponse() const;
    QByteArray beginWithGreetingPlugin();
    AuthenticationContext authenticationContext() const;
    bool needsServerProof() const;
    bool isErrorAuthentic() const;
    Failure verifyServerProof(const OkPacket &ok) const;

    HandshakeSettings m_settings;
    ChannelState m_channel;
    State m_state = State::Greeting;
    Greeting m_greeting;
    Capabilities m_capabilities = 0;
    /// Null while none runs: before the greeting, and where the greeting's cannot.
    std::unique_ptr<AuthenticationPlugin> m_plugin;
    QByteArray m_pluginName;
    KeyDerivation m_keyDerivation;
    AuthenticationQuestion m_question;
    /// What the next factor's plugin begins with, once its password is known.
    QByteArray m_nextFactorData;
    int m_factor = 1;
    /// The password of the factor.
    Secret m_secret;
    int m_switches = 0;
    int m_rounds = 0;
    OkPacket m_ok;
    QList<QByteArray> m_output;
    Failure m_failure;
};

} // namespace AsyncMySql::Protocol
