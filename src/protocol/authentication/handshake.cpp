// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "handshake.h"

#include "authswitchrequest.h"
#include "capabilitynegotiation.h"
#include "errorpacket.h"
#include "packetheader.h"
#include "pluginrefusal.h"
#include "scramble.h"

#include <QtCore/qstringlist.h>

#include <optional>

using namespace Qt::StringLiterals;

namespace AsyncMySql::Protocol {

namespace {

/// utf8mb4_general_ci, which MySQL and MariaDB have both; SET NAMES follows anyway.
constexpr quint8 HandshakeCollation = 45;
/// Every plugin here is through after three.
constexpr int MaximumRounds = 16;
/// An account can allow several plugins (MariaDB: "IDENTIFIED VIA … OR …"): the server asks for one
/// after the other.
constexpr int MaximumSwitches = 8;
constexpr int MaximumFactors = 3;
constexpr qsizetype CertificateDigestSize = 32;

enum class TlsDecision { Start, DoWithout, Refuse };

TlsDecision decideTls(const HandshakeSettings &settings, const ChannelState &channel,
                      Capabilities offered)
{
    if (channel.local || channel.encrypted || settings.tls == HandshakeSettings::Tls::Disabled)
        return TlsDecision::DoWithout;
    if (offered & Capability::Ssl && channel.canStartTls)
        return TlsDecision::Start;
    const bool needed
        = settings.tls == HandshakeSettings::Tls::Required || settings.serverMustBeVerified;
    return needed ? TlsDecision::Refuse : TlsDecision::DoWithout;
}

/// A name that is not the greeting's makes the server switch to what the account needs. The
/// response goes without data then, as the server's own client library does it.
QByteArray nameThatAsksForSwitch(const QByteArray &greetingPlugin)
{
    const QByteArray native = "mysql_native_password"_ba;
    return greetingPlugin == native ? "caching_sha2_password"_ba : native;
}

} // namespace

Handshake::Handshake(HandshakeSettings settings, const ChannelState &channel)
    : m_settings(std::move(settings))
    , m_channel(channel)
    , m_secret(m_settings.password)
{
    Q_ASSERT(!m_settings.user.contains('\0') && !m_settings.database.contains('\0'));
}

Handshake::~Handshake() = default;

Handshake::Step Handshake::handlePacket(QByteArrayView payload)
{
    switch (m_state) {
    case State::Greeting:
        return handleGreeting(payload);
    case State::StartingTls:
        return fail(FailureCode::ClearBytesBeforeTls,
                    u"The server sent unencrypted bytes between its greeting and TLS"_s);
    case State::Authenticating:
        return handleAuthenticationPacket(payload);
    case State::DerivingKey:
    case State::Asking:
        return fail(FailureCode::UnexpectedPacket, u"The server sent a packet out of turn"_s);
    case State::Finished:
        return fail(FailureCode::UnexpectedPacket,
                    u"The server sent a packet after the end of the handshake"_s);
    case State::Failed:
        break;
    }
    return Step::Failed;
}

Handshake::Step Handshake::handleGreeting(QByteArrayView payload)
{
    if (PacketHeader::isError(payload))
        return handleError(payload);
    const std::optional<Greeting> greeting = Greeting::parse(payload);
    if (!greeting)
        return fail(FailureCode::MalformedPacket,
                    u"The peer did not send the greeting of a MySQL server"_s);
    m_greeting = *greeting;

    const QStringList missing = missingCapabilities(m_greeting.capabilities, m_settings);
    if (!missing.isEmpty()) {
        return fail(FailureCode::UnsupportedServer,
                    u"The server lacks %1"_s.arg(missing.join(u", "_s)));
    }

    const TlsDecision tls = decideTls(m_settings, m_channel, m_greeting.capabilities);
    if (tls == TlsDecision::Refuse)
        return fail(
            FailureCode::TlsNotOffered,
            m_channel.canStartTls
                ? u"The server does not offer TLS"_s
                : u"TLS cannot be started on this connection: the device must provide it"_s);
    m_capabilities
        = chooseCapabilities(m_greeting.capabilities, m_settings, tls == TlsDecision::Start);
    return tls == TlsDecision::Start ? startTls() : sendResponse();
}

Handshake::Step Handshake::startTls()
{
    m_output.append(baseResponse().serializeSslRequest());
    m_state = State::StartingTls;
    return Step::StartTls;
}

Handshake::Step Handshake::tlsStarted(const ChannelState &channel)
{
    if (m_state != State::StartingTls)
        return fail(FailureCode::UnexpectedPacket, u"TLS was not requested"_s);
    if (!channel.encrypted)
        return fail(FailureCode::ChannelNotSecure, u"The connection is not encrypted"_s);
    m_channel = channel;
    return sendResponse();
}

Handshake::Step Handshake::sendResponse()
{
    // Found out now rather than at the end: no byte about the user leaves.
    if (needsServerProof()) {
        if (m_channel.certificateDigest.size() != CertificateDigestSize) {
            return fail(
                FailureCode::ServerNotVerified,
                u"The server's identity must be verified, but the connection has no certificate"_s);
        }
        if (m_settings.password.isEmpty()) {
            return fail(
                FailureCode::ServerNotVerified,
                u"The certificate of the server is not verified, and an empty password cannot "
                u"verify the server instead"_s);
        }
    }

    HandshakeResponse response = baseResponse();
    response.authenticationData = beginWithGreetingPlugin();
    response.authenticationPlugin
        = m_plugin ? m_plugin->name() : nameThatAsksForSwitch(m_greeting.authenticationPlugin);
    m_output.append(response.serialize());
    wipe(&response.authenticationData);
    m_state = State::Authenticating;
    return Step::NeedPacket;
}

QByteArray Handshake::beginWithGreetingPlugin()
{
    // The greeting's plugin is only the server's default; what the account needs may be another.
    // Where it cannot run, the switch to the account's own shows whether that matters.
    const QByteArray &name = m_greeting.authenticationPlugin;
    if (pluginRefusal(name, m_settings.authentication.allowedPlugins))
        return {};
    std::unique_ptr<AuthenticationPlugin> plugin
        = AuthenticationPlugin::create(name, authenticationContext());
    const AuthenticationPlugin::Action action = plugin->start(m_greeting.scramble);
    if (action.kind != AuthenticationPlugin::Action::Kind::Send)
        return {};
    constexpr qsizetype oneByteLength = 0xFF;
    if (action.payload.size() > oneByteLength
        && !(m_capabilities & Capability::PluginAuthLengthEncoded)) {
        return {};
    }
    m_plugin = std::move(plugin);
    m_pluginName = name;
    return action.payload;
}

Handshake::Step Handshake::handleAuthenticationPacket(QByteArrayView payload)
{
    if (payload.isEmpty())
        return fail(FailureCode::MalformedPacket, u"The server sent an empty packet"_s);
    const quint8 header = static_cast<quint8>(payload.front());
    // MariaDB does not have it, and begins questions with the same byte.
    const bool isNextFactor = header == PacketHeader::AuthNextFactor
                              && m_capabilities & Capability::MultiFactorAuthentication;
    if ((header == PacketHeader::Ok || isNextFactor) && m_plugin && !m_plugin->acceptsOk()) {
        return fail(FailureCode::ServerNotVerified,
                    u"The server did not prove that it knows the password, as %1 demands"_s.arg(
                        QLatin1StringView(m_pluginName)));
    }
    if (header == PacketHeader::Ok)
        return handleOk(payload);
    if (header == PacketHeader::Error)
        return handleError(payload);

    if (++m_rounds > MaximumRounds) {
        return fail(FailureCode::TooManyRounds,
                    u"The server continues authentication after %1 packets"_s.arg(MaximumRounds));
    }
    if (header == PacketHeader::AuthSwitch)
        return handleAuthSwitch(payload);
    if (isNextFactor)
        return handleNextFactor(payload);
    if (!m_plugin) {
        return fail(FailureCode::UnexpectedPacket,
                    u"The server continues with an authentication plugin that was not started"_s);
    }
    // MySQL puts 0x01 in front of all data of plugins, MariaDB only where it could be taken for
    // another packet (server_mpvio_write_packet()).
    return follow(
        m_plugin->handleData(header == PacketHeader::AuthMoreData ? payload.sliced(1) : payload));
}

Handshake::Step Handshake::handleAuthSwitch(QByteArrayView payload)
{
    const std::optional<AuthSwitchRequest> request = AuthSwitchRequest::parse(payload);
    if (!request)
        return fail(FailureCode::MalformedPacket,
                    u"The server's request to switch the authentication plugin is malformed"_s);
    if (request->plugin.isEmpty()) {
        return fail(
            FailureCode::PluginNotSupported,
            u"The server requests the password hash of MySQL before 4.1, which is insecure"_s);
    }
    if (++m_switches > MaximumSwitches) {
        return fail(FailureCode::TooManyRounds,
                    u"The server switches the authentication plugin more than %1 times, last to "
                    u"\"%2\""_s.arg(MaximumSwitches)
                        .arg(displayName(request->plugin)));
    }
    // Each plugin has its own rounds; the number of plugins is limited as well.
    m_rounds = 0;
    const Failure refusal
        = pluginRefusal(request->plugin, m_settings.authentication.allowedPlugins);
    if (refusal)
        return fail(refusal);
    m_pluginName = request->plugin;
    return startPlugin(request->data);
}

Handshake::Step Handshake::startPlugin(const QByteArray &data)
{
    m_plugin = AuthenticationPlugin::create(m_pluginName, authenticationContext());
    return follow(m_plugin->start(data));
}

/// The server has accepted the factors before.
Handshake::Step Handshake::handleNextFactor(QByteArrayView payload)
{
    const std::optional<AuthSwitchRequest> request = AuthSwitchRequest::parseNextFactor(payload);
    if (!request)
        return fail(FailureCode::MalformedPacket,
                    u"The server's request of another authentication factor is malformed"_s);
    if (++m_factor > MaximumFactors) {
        return fail(
            FailureCode::TooManyRounds,
            u"The server requests more than %1 authentication factors"_s.arg(MaximumFactors));
    }
    m_rounds = 0;
    m_switches = 0;
    if (const Failure refusal
        = pluginRefusal(request->plugin, m_settings.authentication.allowedPlugins))
        return fail(refusal);
    m_pluginName = request->plugin;
    const std::optional<Secret> &known = m_settings.furtherPasswords[size_t(m_factor) - 2];
    m_secret = known.value_or(Secret());
    // No question for a server that must be verified and cannot be: it fails.
    if (known || !m_settings.canAsk || needsServerProof())
        return startPlugin(request->data);
    m_nextFactorData = request->data;
    AuthenticationQuestion question;
    question.plugin = m_pluginName;
    question.isPassword = true;
    return ask(question);
}

Handshake::Step Handshake::ask(const AuthenticationQuestion &question)
{
    if (!m_settings.canAsk) {
        return fail(FailureCode::AnswerMissing,
                    u"The server asks \"%1\", and there is nobody to answer "
                    u"(ConnectionOptions::setPasswordProvider())"_s.arg(question.prompt.trimmed()));
    }
    m_question = question;
    m_question.factor = m_factor;
    m_state = State::Asking;
    return Step::Ask;
}

Handshake::Step Handshake::answered(const Secret &answer)
{
    if (m_state != State::Asking)
        return fail(FailureCode::UnexpectedPacket, u"No question was asked"_s);
    m_state = State::Authenticating;
    if (!std::exchange(m_question, {}).isPassword)
        return follow(m_plugin->answered(answer));
    m_secret = answer;
    return startPlugin(std::exchange(m_nextFactorData, {}));
}

Handshake::Step Handshake::refused(const QString &reason)
{
    return fail(FailureCode::AnswerRefused, reason);
}

Handshake::Step Handshake::follow(const AuthenticationPlugin::Action &action)
{
    using Kind = AuthenticationPlugin::Action::Kind;
    switch (action.kind) {
    case Kind::Send:
        m_output.append(action.payload);
        [[fallthrough]];
    case Kind::Wait:
        m_state = State::Authenticating;
        return Step::NeedPacket;
    case Kind::DeriveKey:
        m_keyDerivation = action.keyDerivation;
        m_state = State::DerivingKey;
        return Step::DeriveKey;
    case Kind::Ask:
        return ask(action.question);
    case Kind::Fail:
        break;
    }
    return fail(action.failure);
}

Handshake::Step Handshake::keyDerived(const QByteArray &key)
{
    if (m_state != State::DerivingKey)
        return fail(FailureCode::UnexpectedPacket, u"No key was requested"_s);
    m_keyDerivation = {};
    return follow(m_plugin->keyDerived(key));
}

Handshake::Step Handshake::handleOk(QByteArrayView payload)
{
    const std::optional<OkPacket> ok = OkPacket::parse(payload, m_capabilities);
    if (!ok)
        return fail(FailureCode::MalformedPacket, u"The server's OK is malformed"_s);
    if (needsServerProof()) {
        const Failure failure = verifyServerProof(*ok);
        if (failure)
            return fail(failure);
    }
    return finish(*ok);
}

/// MariaDB 11.4 and later ("Zero-configuration TLS"): the info of the last OK is 0x01 and, in hex,
/// SHA256(hash of the password, scramble of the greeting, SHA256(certificate)). A man in the middle
/// has another certificate, and does not know the hash.
Failure Handshake::verifyServerProof(const OkPacket &ok) const
{
    Failure failure;
    failure.code = FailureCode::ServerNotVerified;
    const QByteArray hash
        = m_plugin && m_plugin->isComplete() ? m_plugin->proofHash() : QByteArray();
    if (hash.isEmpty()) {
        failure.message = u"The server accepted the client without verifying the password, "
                          u"and its certificate is not verified"_s;
        return failure;
    }
    const QByteArray expected
        = hashOf(QCryptographicHash::Sha256, hash, m_greeting.scramble, m_channel.certificateDigest)
              .toHex();
    if (!ok.info.startsWith('\x01')) {
        failure.message = u"The certificate of the server is not verified, and the server did not "
                          u"authenticate it with the password hash either"_s;
        return failure;
    }
    if (!equalsInConstantTime(ok.info.sliced(1).toLower(), expected)) {
        failure.message
            = u"The server's proof of the password is wrong: there may be a man in the middle"_s;
        return failure;
    }
    return {};
}

Handshake::Step Handshake::handleError(QByteArrayView payload)
{
    const std::optional<ErrorPacket> error = ErrorPacket::parse(payload);
    if (!error || !error->isPlausibleBeforeAuthentication())
        return fail(FailureCode::MalformedPacket, u"The server sent a malformed error"_s);
    Failure failure;
    failure.code = FailureCode::ServerError;
    failure.serverErrorNumber = error->number;
    failure.sqlState = error->sqlState;
    failure.flavour = m_greeting.flavour();
    failure.message
        = isErrorAuthentic()
              ? error->message
              : u"Not authenticated, possibly sent by a man in the middle: "_s + error->message;
    return fail(failure);
}

bool Handshake::isErrorAuthentic() const
{
    if (needsServerProof())
        return false;
    // Before TLS nothing is authentic that TLS would protect.
    const bool tlsIsToCome = m_state == State::Greeting && !m_channel.local && !m_channel.encrypted
                             && m_settings.tls != HandshakeSettings::Tls::Disabled;
    return !tlsIsToCome;
}

Handshake::Step Handshake::finish(const OkPacket &ok)
{
    m_ok = ok;
    m_state = State::Finished;
    wipeSecrets();
    return Step::Finished;
}

Handshake::Step Handshake::fail(FailureCode code, const QString &message)
{
    Failure failure;
    failure.code = code;
    failure.message = message;
    return fail(failure);
}

Handshake::Step Handshake::fail(const Failure &failure)
{
    m_failure = failure;
    m_state = State::Failed;
    // Whatever waits to be sent was meant for a server that is not trusted any more.
    m_output.clear();
    wipeSecrets();
    return Step::Failed;
}

void Handshake::wipeSecrets()
{
    m_plugin.reset();
    m_keyDerivation = {};
    m_secret.clear();
    m_settings.password.clear();
    m_settings.furtherPasswords = {};
}

QList<QByteArray> Handshake::takeOutput()
{
    return std::exchange(m_output, {});
}

HandshakeResponse Handshake::baseResponse() const
{
    HandshakeResponse response;
    response.capabilities = m_capabilities;
    response.maximumPacketSize = m_settings.maximumPacketSize;
    response.collation = HandshakeCollation;
    response.user = m_settings.user;
    response.database = m_settings.database;
    response.connectAttributes = m_settings.connectAttributes;
    response.zstdCompressionLevel = m_settings.zstdCompressionLevel;
    return response;
}

AuthenticationContext Handshake::authenticationContext() const
{
    return {m_secret, m_channel, m_settings.authentication, m_settings.serverMustBeVerified,
            m_settings.user};
}

bool Handshake::needsServerProof() const
{
    return m_settings.serverMustBeVerified && !m_channel.isVerified();
}

} // namespace AsyncMySql::Protocol
