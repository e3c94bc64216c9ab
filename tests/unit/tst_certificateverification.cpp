// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "certificateverification.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql::Transport;
using Verdict = CertificateJudgement::Verdict;
using Faults = QList<QSslError::SslError>;

Q_DECLARE_METATYPE(AsyncMySql::Transport::Verification)
Q_DECLARE_METATYPE(AsyncMySql::Transport::CertificateJudgement::Verdict)

class tst_CertificateVerification : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void judges_data();
    void judges();
    void namesEveryFaultOnce();
};

void tst_CertificateVerification::judges_data()
{
    QTest::addColumn<Faults>("faults");
    QTest::addColumn<Verification>("verification");
    QTest::addColumn<bool>("defer");
    QTest::addColumn<Verdict>("verdict");

    const auto none = Verification::None;
    const auto chain = Verification::Chain;
    const auto identity = Verification::Identity;
    const auto wrongHost = QSslError::HostNameMismatch;
    const auto selfSigned = QSslError::SelfSignedCertificate;

    QTest::newRow("nothing wrong, chain") << Faults{} << chain << false << Verdict::Accept;
    QTest::newRow("nothing wrong, identity") << Faults{} << identity << false << Verdict::Accept;
    QTest::newRow("nothing wrong, nothing to defer")
        << Faults{} << identity << true << Verdict::Accept;
    QTest::newRow("no error at all")
        << Faults{QSslError::NoError} << identity << false << Verdict::Accept;
    QTest::newRow("encrypt only forgives everything")
        << Faults{QSslError::CertificateRevoked, wrongHost, selfSigned} << none << false
        << Verdict::Accept;
    QTest::newRow("encrypt only needs no proof")
        << Faults{selfSigned} << none << true << Verdict::Accept;
    QTest::newRow("wrong host, chain") << Faults{wrongHost} << chain << false << Verdict::Accept;
    QTest::newRow("wrong host, identity")
        << Faults{wrongHost} << identity << false << Verdict::Reject;
    // An authority vouches for it, so that the name counts.
    QTest::newRow("wrong host of a trusted certificate is not deferred")
        << Faults{wrongHost} << identity << true << Verdict::Reject;
    QTest::newRow("wrong host of an unknown certificate")
        << Faults{wrongHost, selfSigned} << identity << true << Verdict::AcceptUnverified;
    QTest::newRow("wrong host of an unknown certificate, not deferred")
        << Faults{wrongHost, selfSigned} << chain << false << Verdict::Reject;

    for (const QSslError::SslError unknown :
         {QSslError::SelfSignedCertificate, QSslError::SelfSignedCertificateInChain,
          QSslError::UnableToGetLocalIssuerCertificate, QSslError::UnableToVerifyFirstCertificate,
          QSslError::CertificateUntrusted}) {
        for (const Verification verification : {chain, identity}) {
            QTest::addRow("unknown issuer %d, mode %d", unknown, static_cast<int>(verification))
                << Faults{unknown} << verification << false << Verdict::Reject;
            QTest::addRow("unknown issuer %d, mode %d, deferred", unknown,
                          static_cast<int>(verification))
                << Faults{unknown} << verification << true << Verdict::AcceptUnverified;
        }
    }
    for (const QSslError::SslError fatal :
         {QSslError::CertificateExpired, QSslError::CertificateNotYetValid,
          QSslError::CertificateRevoked, QSslError::CertificateBlacklisted,
          QSslError::CertificateRejected, QSslError::CertificateSignatureFailed,
          QSslError::InvalidPurpose, QSslError::InvalidCaCertificate, QSslError::PathLengthExceeded,
          QSslError::NoPeerCertificate, QSslError::OcspStatusUnknown,
          QSslError::UnspecifiedError}) {
        QTest::addRow("fatal %d", fatal) << Faults{fatal} << chain << false << Verdict::Reject;
        QTest::addRow("fatal %d, deferred", fatal)
            << Faults{fatal} << identity << true << Verdict::Reject;
        QTest::addRow("fatal %d behind an unknown issuer", fatal)
            << Faults{selfSigned, wrongHost, fatal} << chain << true << Verdict::Reject;
    }
}

void tst_CertificateVerification::judges()
{
    QFETCH(Faults, faults);
    QFETCH(Verification, verification);
    QFETCH(bool, defer);
    QFETCH(Verdict, verdict);
    QList<QSslError> errors;
    for (const QSslError::SslError fault : faults)
        errors.append(QSslError(fault));
    const CertificateJudgement judgement = judgeCertificate(errors, verification, defer);
    QCOMPARE(judgement.verdict, verdict);
    QCOMPARE(judgement.message.isEmpty(), verdict != Verdict::Reject);
}

void tst_CertificateVerification::namesEveryFaultOnce()
{
    const QSslError expired(QSslError::CertificateExpired);
    const QSslError revoked(QSslError::CertificateRevoked);
    const CertificateJudgement judgement
        = judgeCertificate({expired, revoked, expired}, Verification::Chain, false);
    QCOMPARE(judgement.message,
             expired.errorString() + QStringLiteral("; ") + revoked.errorString());
}

QTEST_GUILESS_MAIN(tst_CertificateVerification)
#include "tst_certificateverification.moc"
