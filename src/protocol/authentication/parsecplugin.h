// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "authenticationplugin.h"

namespace AsyncMySql::Protocol {

/// MariaDB's PARSEC (11.6 and later): an Ed25519 signature of both sides' scrambles, with a key
/// that PBKDF2 derives from the password and the account's salt.
class ParsecPlugin : public AuthenticationPlugin
{
public:
    static constexpr QByteArrayView Name = "parsec";
    static constexpr qsizetype ClientScrambleSize = 32;

    explicit ParsecPlugin(const AuthenticationContext &context);
    /// With a known \a clientScramble, for tests.
    ParsecPlugin(const AuthenticationContext &context, const QByteArray &clientScramble);

    QByteArray name() const override { return Name.toByteArray(); }
    Action handleData(QByteArrayView data) override;
    Action keyDerived(const QByteArray &key) override;
    QByteArray proofHash() const override;

protected:
    Action begin(const QByteArray &data) override;
    bool canProveServer() const override { return true; }

private:
    enum class State { Initial, SaltRequested, DerivingKey, Done };

    State m_state = State::Initial;
    QByteArray m_clientScramble;
    QByteArray m_serverScramble;
    /// 'P', the exponent of the iteration count, and the salt: as the server sent it.
    QByteArray m_extendedSalt;
    QByteArray m_publicKey;
};

} // namespace AsyncMySql::Protocol
