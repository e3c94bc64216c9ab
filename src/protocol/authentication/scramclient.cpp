// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "scramclient.h"

#include "pluginrefusal.h"
#include "scramble.h"

#include <QtCore/qlist.h>
#include <QtCore/qmessageauthenticationcode.h>
#include <QtCore/qrandom.h>

#include <array>
#include <optional>

using namespace Qt::StringLiterals;

namespace AsyncMySql::Protocol {

namespace {

/// Base64 of "n,,": no channel binding, no other identity.
constexpr QByteArrayView ChannelBinding = "c=biws";

/// The value of the attribute \a name, which stands first in \a attribute.
std::optional<QByteArrayView> valueOf(QByteArrayView attribute, char name)
{
    if (attribute.size() < 2 || attribute[0] != name || attribute[1] != '=')
        return std::nullopt;
    return attribute.sliced(2);
}

std::optional<QByteArray> decoded(QByteArrayView base64)
{
    const auto result = QByteArray::fromBase64Encoding(base64.toByteArray(),
                                                       QByteArray::AbortOnBase64DecodingErrors);
    if (!result || result.decoded.isEmpty())
        return std::nullopt;
    return result.decoded;
}

QByteArray hmac(QCryptographicHash::Algorithm algorithm, QByteArrayView key, QByteArrayView message)
{
    // Not a copy of the key: nobody would overwrite it.
    QMessageAuthenticationCode code(algorithm, QByteArray::fromRawData(key.data(), key.size()));
    code.addData(message.data(), message.size());
    return code.result();
}

} // namespace

ScramClient::ScramClient(QCryptographicHash::Algorithm algorithm, const QByteArray &user,
                         const QByteArray &nonce)
    : m_algorithm(algorithm)
    , m_nonce(nonce)
{
    QByteArray name = user;
    name.replace('=', "=3D").replace(',', "=2C");
    m_firstBare = "n=" + name + ",r=" + nonce;
}

QByteArray ScramClient::randomNonce()
{
    std::array<quint32, 6> words;
    QRandomGenerator::system()->fillRange(words.data(), qsizetype(words.size()));
    return QByteArray(reinterpret_cast<const char *>(words.data()), sizeof(words)).toBase64();
}

QString ScramClient::readChallenge(QByteArrayView message)
{
    const QList<QByteArray> attributes = message.toByteArray().split(',');
    // A mandatory extension would stand in front ("m=").
    if (attributes.size() < 3)
        return u"the challenge is malformed"_s;
    const auto nonce = valueOf(attributes[0], 'r');
    const auto salt = valueOf(attributes[1], 's');
    const auto iterations = valueOf(attributes[2], 'i');
    if (!nonce || !salt || !iterations)
        return u"the challenge is malformed"_s;
    if (!nonce->startsWith(m_nonce) || nonce->size() == m_nonce.size())
        return u"the challenge does not belong to this login"_s;
    const std::optional<QByteArray> saltBytes = decoded(*salt);
    if (!saltBytes)
        return u"the salt is malformed"_s;
    bool ok = false;
    m_iterations = iterations->toInt(&ok);
    if (!ok || m_iterations <= 0)
        return u"the number of iterations is malformed"_s;
    m_salt = *saltBytes;
    m_commonNonce = nonce->toByteArray();
    m_challenge = message.toByteArray();
    return {};
}

QByteArray ScramClient::finalMessage(QByteArrayView key)
{
    const QByteArray withoutProof = ChannelBinding.toByteArray() + ",r=" + m_commonNonce;
    const QByteArray all = m_firstBare + ',' + m_challenge + ',' + withoutProof;
    const Secret clientKey(hmac(m_algorithm, key, "Client Key"));
    const Secret storedKey(hashOf(m_algorithm, clientKey.bytes()));
    const QByteArray signature = hmac(m_algorithm, storedKey.bytes(), all);
    const Secret serverKey(hmac(m_algorithm, key, "Server Key"));
    m_serverSignature = QByteArrayView(hmac(m_algorithm, serverKey.bytes(), all));
    return withoutProof + ",p=" + maskedBytes(clientKey.bytes(), signature).toBase64();
}

bool ScramClient::verify(QByteArrayView message, QString *problem) const
{
    const QByteArray first = message.toByteArray().split(',').constFirst();
    if (const auto error = valueOf(first, 'e')) {
        *problem = u"it refused the proof of the password: "_s + displayName(*error);
        return false;
    }
    const auto value = valueOf(first, 'v');
    const std::optional<QByteArray> signature = value ? decoded(*value) : std::nullopt;
    if (signature && !m_serverSignature.isEmpty()
        && equalsInConstantTime(*signature, m_serverSignature.bytes()))
        return true;
    *problem = u"it does not prove that it knows the password"_s;
    return false;
}

} // namespace AsyncMySql::Protocol
