// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "ldapsaslplugin.h"

#include "pluginrefusal.h"
#include "saslstring.h"

using namespace Qt::StringLiterals;

namespace AsyncMySql::Protocol {

namespace {

// RFC 7677 demands at least 4096. The most takes a second or so, in another thread.
constexpr int FewestIterations = 4096;
constexpr int MostIterations = 1'000'000;

} // namespace

LdapSaslPlugin::LdapSaslPlugin(const AuthenticationContext &context)
    : LdapSaslPlugin(context, ScramClient::randomNonce())
{
}

LdapSaslPlugin::LdapSaslPlugin(const AuthenticationContext &context, const QByteArray &nonce)
    : AuthenticationPlugin(context)
    , m_nonce(nonce)
{
}

AuthenticationPlugin::Action LdapSaslPlugin::begin(const QByteArray &data)
{
    const QByteArray mechanism = data.endsWith('\0') ? data.chopped(1) : data;
    if (mechanism == "SCRAM-SHA-1") {
        m_algorithm = QCryptographicHash::Sha1;
    } else if (mechanism == "SCRAM-SHA-256") {
        m_algorithm = QCryptographicHash::Sha256;
    } else {
        return fail(FailureCode::PluginNotSupported,
                    u"The server requests the SASL mechanism \"%1\": this client supports "
                    u"SCRAM-SHA-1 and SCRAM-SHA-256 "
                    u"(authentication_ldap_sasl_auth_method_name)"_s.arg(displayName(mechanism)));
    }
    const std::optional<QByteArray> name = saslPrepared(QString::fromUtf8(user()));
    if (!name) {
        return fail(FailureCode::InvalidParameter,
                    u"The name of the user has characters that SASL does not allow"_s);
    }
    m_scram.emplace(m_algorithm, *name, m_nonce);
    m_state = State::FirstSent;
    return send(m_scram->firstMessage());
}

AuthenticationPlugin::Action LdapSaslPlugin::handleData(QByteArrayView data)
{
    switch (m_state) {
    case State::FirstSent:
        return handleChallenge(data);
    case State::FinalSent: {
        QString problem;
        if (!m_scram->verify(data, &problem))
            return fail(FailureCode::ServerNotVerified, u"The LDAP server: "_s + problem);
        m_state = State::Done;
        return {};
    }
    case State::Initial:
    case State::DerivingKey:
    case State::Done:
        break;
    }
    return AuthenticationPlugin::handleData(data);
}

AuthenticationPlugin::Action LdapSaslPlugin::handleChallenge(QByteArrayView challenge)
{
    if (const QString problem = m_scram->readChallenge(challenge); !problem.isEmpty())
        return fail(FailureCode::MalformedPacket, u"The LDAP server: "_s + problem);
    // With fewer, a server that is not the right one could guess the password.
    if (m_scram->iterations() < FewestIterations || m_scram->iterations() > MostIterations) {
        return fail(FailureCode::KeyDerivationTooExpensive,
                    u"The LDAP server asks for %1 iterations of the password's hash, and %2 to %3 "
                    u"are allowed"_s.arg(m_scram->iterations())
                        .arg(FewestIterations)
                        .arg(MostIterations));
    }
    QString text = QString::fromUtf8(password());
    std::optional<QByteArray> prepared = saslPrepared(text);
    text.fill(u'\0');
    if (!prepared) {
        return fail(FailureCode::InvalidParameter,
                    u"The password has characters that SASL does not allow"_s);
    }
    m_state = State::DerivingKey;
    Action action;
    action.kind = Action::Kind::DeriveKey;
    action.keyDerivation.algorithm = m_algorithm;
    action.keyDerivation.password = QByteArrayView(*prepared);
    action.keyDerivation.salt = m_scram->salt();
    action.keyDerivation.iterations = m_scram->iterations();
    action.keyDerivation.keyLength = m_scram->keyLength();
    wipe(&*prepared);
    return action;
}

AuthenticationPlugin::Action LdapSaslPlugin::keyDerived(const QByteArray &key)
{
    if (m_state != State::DerivingKey)
        return AuthenticationPlugin::keyDerived(key);
    m_state = State::FinalSent;
    setComplete(true);
    return send(m_scram->finalMessage(key));
}

} // namespace AsyncMySql::Protocol
