// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "fakecertificates.h"

#include <QtCore/qfile.h>
#include <QtCore/qprocess.h>
#include <QtNetwork/qsslkey.h>
#include <QtNetwork/qsslsocket.h>

#include <cstdlib>

using namespace Qt::StringLiterals;

namespace Fake {

namespace {

QStringList newSelfSigned(const QString &subject, const QString &key, const QString &certificate)
{
    return {u"req"_s,    u"-x509"_s,    u"-newkey"_s,
            u"ec"_s,     u"-pkeyopt"_s, u"ec_paramgen_curve:P-256"_s,
            u"-nodes"_s, u"-days"_s,    u"2"_s,
            u"-subj"_s,  subject,       u"-keyout"_s,
            key,         u"-out"_s,     certificate};
}

} // namespace

FakeCertificates::FakeCertificates()
{
    m_valid = QSslSocket::supportsSsl() && m_directory.isValid()
              && run(newSelfSigned(u"/CN=AsyncMySql test authority"_s, path(u"ca.key"_s),
                                   path(u"ca.pem"_s)));
}

QList<QSslCertificate> FakeCertificates::authority() const
{
    return QSslCertificate::fromPath(path(u"ca.pem"_s));
}

QSslConfiguration FakeCertificates::server(const QString &subjectAltName)
{
    const QString name = u"server%1"_s.arg(++m_count);
    const QString key = path(name + u".key"_s);
    const QString request = path(name + u".csr"_s);
    const QString certificate = path(name + u".pem"_s);
    QFile extensions(path(name + u".ext"_s));
    if (!extensions.open(QIODevice::WriteOnly))
        return {};
    extensions.write("subjectAltName=" + subjectAltName.toUtf8() + '\n');
    extensions.close();

    m_valid = m_valid
              && run({u"req"_s, u"-new"_s, u"-newkey"_s, u"ec"_s, u"-pkeyopt"_s,
                      u"ec_paramgen_curve:P-256"_s, u"-nodes"_s, u"-subj"_s, u"/CN=fake server"_s,
                      u"-keyout"_s, key, u"-out"_s, request})
              && run({u"x509"_s, u"-req"_s, u"-in"_s, request, u"-CA"_s, path(u"ca.pem"_s),
                      u"-CAkey"_s, path(u"ca.key"_s), u"-CAcreateserial"_s, u"-days"_s, u"2"_s,
                      u"-extfile"_s, extensions.fileName(), u"-out"_s, certificate});
    return load(certificate, key);
}

QSslConfiguration FakeCertificates::selfSignedServer()
{
    const QString name = u"selfsigned%1"_s.arg(++m_count);
    const QString key = path(name + u".key"_s);
    const QString certificate = path(name + u".pem"_s);
    m_valid = m_valid
              && run(newSelfSigned(u"/CN=fake server"_s, key, certificate)
                     << u"-addext"_s << u"subjectAltName=IP:127.0.0.1"_s);
    return load(certificate, key);
}

QSslConfiguration FakeCertificates::load(const QString &certificate, const QString &key) const
{
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setPeerVerifyMode(QSslSocket::VerifyNone);
    configuration.setLocalCertificateChain(QSslCertificate::fromPath(certificate));
    QFile file(key);
    if (file.open(QIODevice::ReadOnly))
        configuration.setPrivateKey(QSslKey(&file, QSsl::Ec));
    return configuration;
}

/// Not by a QProcess: that calls clone(), which ends programs that are built with Clang's thread
/// sanitizer.
bool FakeCertificates::run(const QStringList &arguments) const
{
    const QString command
        = u"openssl \"%1\" > \"%2\" 2>&1"_s.arg(arguments.join("\" \""_L1), QProcess::nullDevice());
    return std::system(qPrintable(command)) == 0;
}

} // namespace Fake
