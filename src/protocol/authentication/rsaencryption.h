// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "protocolfailure.h"

#include <QtCore/qbytearray.h>

namespace AsyncMySql::Protocol {

struct RsaEncryptionResult
{
    QByteArray encrypted;
    /// PublicKeyInvalid, PasswordTooLong, or PluginNotSupported in a build without OpenSSL.
    Failure failure;
};

/// Encrypts \a plain as MySQL's SHA-256 plugins do (RSA, OAEP with SHA-1), with the PEM \a
/// publicKey. The key may come from an attacker: everything but an RSA public key of a sane size is
/// refused.
[[nodiscard]] RsaEncryptionResult encryptWithRsa(QByteArrayView plain, QByteArrayView publicKey);

} // namespace AsyncMySql::Protocol
