// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qlist.h>
#include <QtCore/qstring.h>
#include <QtCore/qtemporarydir.h>
#include <QtNetwork/qsslcertificate.h>
#include <QtNetwork/qsslconfiguration.h>

namespace Fake {

/// Certificates of an authority of its own, made by the openssl tool for one run of a test.
class FakeCertificates
{
public:
    FakeCertificates();

    /// False where there is no openssl tool, or Qt has no TLS.
    bool isValid() const { return m_valid; }
    QList<QSslCertificate> authority() const;
    /// What a server shows that calls itself \a subjectAltName, as in "IP:127.0.0.1" or
    /// "DNS:db.example.org".
    QSslConfiguration server(const QString &subjectAltName = QStringLiteral("IP:127.0.0.1"));
    /// Self-signed: its issuer is not trusted.
    QSslConfiguration selfSignedServer();

private:
    bool run(const QStringList &arguments) const;
    QString path(const QString &name) const { return m_directory.filePath(name); }
    QSslConfiguration load(const QString &certificate, const QString &key) const;

    QTemporaryDir m_directory;
    bool m_valid = false;
    int m_count = 0;
};

} // namespace Fake
