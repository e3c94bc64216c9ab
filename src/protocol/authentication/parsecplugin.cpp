// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "parsecplugin.h"

#include <QtCore/qrandom.h>

#include <sodium.h>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace AsyncMySql::Protocol {

namespace {

constexpr qsizetype ServerScrambleSize = 32;
constexpr qsizetype SaltSize = 18;
constexpr qsizetype ExtendedSaltSize = 2 + SaltSize;
constexpr int BaseIterations = 1024;
// So that no policy lets the number of iterations overflow.
constexpr int LargestExponent = 20;

QByteArray randomScramble()
{
    std::array<quint32, ParsecPlugin::ClientScrambleSize / sizeof(quint32)> words;
    QRandomGenerator::system()->fillRange(words.data(), words.size());
    return QByteArray(reinterpret_cast<const char *>(words.data()), sizeof(words));
}

} // namespace

ParsecPlugin::ParsecPlugin(const AuthenticationContext &context)
    : ParsecPlugin(context, randomScramble())
{
}

ParsecPlugin::ParsecPlugin(const AuthenticationContext &context, const QByteArray &clientScramble)
    : AuthenticationPlugin(context)
    , m_clientScramble(clientScramble)
{
    Q_ASSERT(clientScramble.size() == ClientScrambleSize);
}

AuthenticationPlugin::Action ParsecPlugin::begin(const QByteArray &data)
{
    if (data.size() != ServerScrambleSize)
        return failLength(ServerScrambleSize, data.size());
    m_serverScramble = data;
    m_state = State::SaltRequested;
    // An empty packet asks for the account's salt.
    return send({});
}

AuthenticationPlugin::Action ParsecPlugin::handleData(QByteArrayView data)
{
    if (m_state != State::SaltRequested)
        return AuthenticationPlugin::handleData(data);
    if (data.size() != ExtendedSaltSize)
        return failLength(ExtendedSaltSize, data.size());
    if (data.front() != 'P') {
        return fail(FailureCode::MalformedPacket,
                    u"The server requests the unknown parsec key derivation %1"_s.arg(
                        static_cast<quint8>(data.front())));
    }
    // The server is not proven here: it must not make the client compute for hours.
    const int exponent = static_cast<quint8>(data[1]);
    if (exponent > std::min(policy().maximumParsecExponent, LargestExponent)) {
        return fail(
            FailureCode::KeyDerivationTooExpensive,
            u"The server requests 1024 * 2^%1 iterations of parsec; the options allow 1024 * 2^%2"_s
                .arg(exponent)
                .arg(policy().maximumParsecExponent));
    }

    m_extendedSalt = data.toByteArray();
    m_state = State::DerivingKey;
    Action action;
    action.kind = Action::Kind::DeriveKey;
    action.keyDerivation.password = Secret(password());
    action.keyDerivation.salt = data.sliced(2).toByteArray();
    action.keyDerivation.iterations = BaseIterations << exponent;
    action.keyDerivation.keyLength = crypto_sign_SEEDBYTES;
    return action;
}

AuthenticationPlugin::Action ParsecPlugin::keyDerived(const QByteArray &key)
{
    if (m_state != State::DerivingKey)
        return AuthenticationPlugin::keyDerived(key);
    if (sodium_init() < 0)
        return fail(FailureCode::PluginNotSupported, u"libsodium cannot be used"_s);
    if (key.size() != crypto_sign_SEEDBYTES)
        return failLength(crypto_sign_SEEDBYTES, key.size());

    const auto bytes
        = [](QByteArray *array) { return reinterpret_cast<unsigned char *>(array->data()); };
    m_publicKey.resize(crypto_sign_PUBLICKEYBYTES);
    QByteArray secretKey(crypto_sign_SECRETKEYBYTES, Qt::Uninitialized);
    crypto_sign_seed_keypair(bytes(&m_publicKey), bytes(&secretKey),
                             reinterpret_cast<const unsigned char *>(key.constData()));

    QByteArray message = m_serverScramble + m_clientScramble;
    QByteArray signature(crypto_sign_BYTES, Qt::Uninitialized);
    crypto_sign_detached(bytes(&signature), nullptr, bytes(&message),
                         static_cast<unsigned long long>(message.size()), bytes(&secretKey));
    wipe(&secretKey);

    m_state = State::Done;
    setComplete(true);
    return send(m_clientScramble + signature);
}

QByteArray ParsecPlugin::proofHash() const
{
    if (password().isEmpty() || m_state != State::Done)
        return {};
    // The byte after 'P' is the exponent as it was sent, not the number of iterations.
    return m_extendedSalt + m_publicKey;
}

} // namespace AsyncMySql::Protocol
