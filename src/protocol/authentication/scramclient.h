// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "secret.h"

#include <QtCore/qbytearray.h>
#include <QtCore/qcryptographichash.h>
#include <QtCore/qstring.h>

namespace AsyncMySql::Protocol {

/// The client's half of SCRAM (RFC 5802), without channel binding. Both sides prove to each other
/// that they know the password, or what was derived from it, without showing it.
class ScramClient
{
public:
    /// \a user is prepared (saslPrepared()); \a nonce is random, of printable characters without a
    /// comma.
    ScramClient(QCryptographicHash::Algorithm algorithm, const QByteArray &user,
                const QByteArray &nonce);

    static QByteArray randomNonce();

    QByteArray firstMessage() const { return "n,," + m_firstBare; }
    /// Reads the server's first message. Returns what is wrong with it, if anything.
    [[nodiscard]] QString readChallenge(QByteArrayView message);
    /// Valid after the challenge.
    const QByteArray &salt() const { return m_salt; }
    int iterations() const { return m_iterations; }
    /// \a key: PBKDF2 of the password, as the challenge asks for it, of keyLength() bytes.
    QByteArray finalMessage(QByteArrayView key);
    int keyLength() const { return QCryptographicHash::hashLength(m_algorithm); }
    /// Whether the server's final message proves that it knows the password. Otherwise \a problem
    /// says why not.
    [[nodiscard]] bool verify(QByteArrayView message, QString *problem) const;

private:
    const QCryptographicHash::Algorithm m_algorithm;
    const QByteArray m_nonce;
    QByteArray m_firstBare;
    QByteArray m_challenge;
    QByteArray m_commonNonce;
    QByteArray m_salt;
    int m_iterations = 0;
    Secret m_serverSignature;
};

} // namespace AsyncMySql::Protocol
