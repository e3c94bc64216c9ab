// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "ed25519plugin.h"

#include "scramble.h"

#include <sodium.h>

using namespace Qt::StringLiterals;

namespace AsyncMySql::Protocol {

namespace {

constexpr qsizetype NonceSize = 32;
constexpr qsizetype ScalarSize = crypto_core_ed25519_SCALARBYTES;

const unsigned char *bytes(QByteArrayView view)
{
    return reinterpret_cast<const unsigned char *>(view.data());
}

unsigned char *bytes(QByteArray *array)
{
    return reinterpret_cast<unsigned char *>(array->data());
}

QByteArray reduced(const QByteArray &hash)
{
    QByteArray scalar(ScalarSize, Qt::Uninitialized);
    crypto_core_ed25519_scalar_reduce(bytes(&scalar), bytes(hash));
    return scalar;
}

// Null where the scalar is zero, which no hash gives in practice.
QByteArray timesBasePoint(QByteArrayView scalar)
{
    QByteArray point(crypto_core_ed25519_BYTES, Qt::Uninitialized);
    if (crypto_scalarmult_ed25519_base_noclamp(bytes(&point), bytes(scalar)) != 0)
        return {};
    return point;
}

} // namespace

Ed25519Plugin::Ed25519Plugin(const AuthenticationContext &context)
    : AuthenticationPlugin(context)
{
}

AuthenticationPlugin::Action Ed25519Plugin::begin(const QByteArray &data)
{
    if (data.size() != NonceSize)
        return failLength(NonceSize, data.size());
    if (sodium_init() < 0)
        return fail(FailureCode::PluginNotSupported, u"libsodium cannot be used"_s);

    // RFC 8032, section 5.1.6, with the one difference that the password, of any length, takes the
    // place of the 32-byte seed (MariaDB: "Authentication Plugin - ed25519"). libsodium's
    // signatures take seeds only, hence its arithmetic.
    const Secret expanded(hashOf(QCryptographicHash::Sha512, password()));
    QByteArray secretScalar = expanded.bytes().first(ScalarSize).toByteArray();
    secretScalar[0] = static_cast<char>(secretScalar.at(0) & 0xF8);
    secretScalar[31] = static_cast<char>((secretScalar.at(31) & 0x3F) | 0x40);
    const QByteArrayView prefix = expanded.bytes().sliced(ScalarSize);

    m_publicKey = timesBasePoint(secretScalar);
    QByteArray nonceScalar = reduced(hashOf(QCryptographicHash::Sha512, prefix, data));
    const QByteArray noncePoint = timesBasePoint(nonceScalar);
    const QByteArray challenge
        = reduced(hashOf(QCryptographicHash::Sha512, noncePoint, m_publicKey, data));

    QByteArray product(ScalarSize, Qt::Uninitialized);
    crypto_core_ed25519_scalar_mul(bytes(&product), bytes(challenge), bytes(secretScalar));
    QByteArray response(ScalarSize, Qt::Uninitialized);
    crypto_core_ed25519_scalar_add(bytes(&response), bytes(product), bytes(nonceScalar));
    wipe(&secretScalar);
    wipe(&nonceScalar);
    wipe(&product);

    setComplete(true);
    return send(noncePoint + response);
}

QByteArray Ed25519Plugin::proofHash() const
{
    return password().isEmpty() ? QByteArray() : m_publicKey;
}

} // namespace AsyncMySql::Protocol
