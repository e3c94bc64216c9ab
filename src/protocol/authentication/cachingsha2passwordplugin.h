// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "rsapasswordplugin.h"

namespace AsyncMySql::Protocol {

/// MySQL's default since version 8: a challenge and response for accounts that the server has in
/// its cache, the whole password for the others.
class CachingSha2PasswordPlugin : public RsaPasswordPlugin
{
public:
    static constexpr QByteArrayView Name = "caching_sha2_password";

    explicit CachingSha2PasswordPlugin(const AuthenticationContext &context);

    QByteArray name() const override { return Name.toByteArray(); }
    Action handleData(QByteArrayView data) override;

protected:
    Action begin(const QByteArray &data) override;
    bool serverTakesClearPassword() const override;

private:
    enum class State { Initial, ScrambleSent, KeyRequested, Done };

    State m_state = State::Initial;
    QByteArray m_scramble;
};

} // namespace AsyncMySql::Protocol
