// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "authenticationplugin.h"
#include "scramclient.h"

#include <optional>

namespace AsyncMySql::Protocol {

/// SASL with an LDAP server, to which the MySQL server passes on what client and directory say to
/// each other. The mechanisms SCRAM-SHA-1 and SCRAM-SHA-256, which show no password.
class LdapSaslPlugin : public AuthenticationPlugin
{
public:
    static constexpr QByteArrayView Name = "authentication_ldap_sasl_client";

    explicit LdapSaslPlugin(const AuthenticationContext &context);
    /// With a nonce that tests know.
    LdapSaslPlugin(const AuthenticationContext &context, const QByteArray &nonce);

    QByteArray name() const override { return Name.toByteArray(); }
    Action handleData(QByteArrayView data) override;
    Action keyDerived(const QByteArray &key) override;
    /// Not before the directory has proven that it knows the password.
    bool acceptsOk() const override { return m_state == State::Done; }

protected:
    Action begin(const QByteArray &data) override;

private:
    enum class State { Initial, FirstSent, DerivingKey, FinalSent, Done };

    Action handleChallenge(QByteArrayView challenge);

    const QByteArray m_nonce;
    QCryptographicHash::Algorithm m_algorithm = QCryptographicHash::Sha256;
    std::optional<ScramClient> m_scram;
    State m_state = State::Initial;
};

} // namespace AsyncMySql::Protocol
