// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "transportfactory.h"

#include <QtCore/qlist.h>
#include <QtNetwork/qsslerror.h>

namespace AsyncMySql::Transport {

struct CertificateJudgement
{
    enum class Verdict {
        Accept,
        AcceptUnverified, ///< its only fault is that its issuer is not trusted; proof has to follow
        Reject,
    };

    Verdict verdict = Verdict::Reject;
    /// The faults that led to the rejection, for people.
    QString message;
};

/// Judges what Qt found wrong with a server's certificate (\a errors may be empty).
///
/// None accepts everything. Chain forgives a certificate for another host, Identity nothing. With
/// \a deferUnknownCertificate a certificate that is merely unknown is accepted as unverified.
[[nodiscard]] CertificateJudgement judgeCertificate(const QList<QSslError> &errors,
                                                    Verification verification,
                                                    bool deferUnknownCertificate);

} // namespace AsyncMySql::Transport
