// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "certificateverification.h"

#include <QtCore/qstringlist.h>

#include <algorithm>

namespace AsyncMySql::Transport {

namespace {

/// The faults that only mean that the issuer is not trusted.
bool isUnknownIssuer(const QSslError &error)
{
    switch (error.error()) {
    case QSslError::SelfSignedCertificate:
    case QSslError::SelfSignedCertificateInChain:
    case QSslError::UnableToGetLocalIssuerCertificate:
    case QSslError::UnableToVerifyFirstCertificate:
    case QSslError::CertificateUntrusted:
        return true;
    default:
        return false;
    }
}

bool isHostNameMismatch(const QSslError &error)
{
    return error.error() == QSslError::HostNameMismatch;
}

} // namespace

CertificateJudgement judgeCertificate(const QList<QSslError> &errors, Verification verification,
                                      bool deferUnknownCertificate)
{
    using Verdict = CertificateJudgement::Verdict;

    if (verification == Verification::None)
        return {Verdict::Accept, {}};

    const bool unknownIssuer = std::any_of(errors.cbegin(), errors.cend(), isUnknownIssuer);
    const bool unverified = deferUnknownCertificate && unknownIssuer;
    // A wrong name counts where a trusted authority says it. In a certificate whose issuer is not
    // trusted, a name says nothing: the proof that follows binds the very certificate by its
    // digest. MariaDB's automatic certificates name no client's idea of the host, and its
    // Connector/C treats the two faults alike (plugins/auth/my_auth.c, MARIADB_TLS_VERIFY_AUTO).
    const bool forgiveName = verification == Verification::Chain || unverified;

    QStringList faults;
    for (const QSslError &error : errors) {
        if (error.error() == QSslError::NoError || (forgiveName && isHostNameMismatch(error))
            || (unverified && isUnknownIssuer(error))) {
            continue;
        }
        if (const QString text = error.errorString(); !faults.contains(text))
            faults.append(text);
    }
    if (!faults.isEmpty())
        return {Verdict::Reject, faults.join(QLatin1String("; "))};
    return {unverified ? Verdict::AcceptUnverified : Verdict::Accept, {}};
}

} // namespace AsyncMySql::Transport
