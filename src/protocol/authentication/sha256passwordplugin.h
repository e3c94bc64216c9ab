// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "rsapasswordplugin.h"

namespace AsyncMySql::Protocol {

/// caching_sha2_password's predecessor, without its fast path.
class Sha256PasswordPlugin : public RsaPasswordPlugin
{
public:
    static constexpr QByteArrayView Name = "sha256_password";

    explicit Sha256PasswordPlugin(const AuthenticationContext &context);

    QByteArray name() const override { return Name.toByteArray(); }
    Action handleData(QByteArrayView data) override;

protected:
    Action begin(const QByteArray &data) override;
    bool serverTakesClearPassword() const override;
};

} // namespace AsyncMySql::Protocol
