// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qfile.h>
#include <QtCore/qprocess.h>
#include <QtCore/qtemporarydir.h>
#include <QtNetwork/qsslcertificate.h>
#include <QtNetwork/qsslconfiguration.h>
#include <QtNetwork/qsslkey.h>
#include <QtNetwork/qsslsocket.h>

using namespace Qt::StringLiterals;

/// Certificates made by the openssl tool, in a folder that goes with the object.
class CertificateFactory
{
public:
    /// Makes the authority. What went wrong is in error().
    bool start()
    {
        return run({u"req"_s, u"-x509"_s, u"-newkey"_s, u"ec"_s, u"-pkeyopt"_s,
                    u"ec_paramgen_curve:prime256v1"_s, u"-nodes"_s, u"-days"_s, u"30"_s, u"-subj"_s,
                    u"/CN=Test authority"_s, u"-keyout"_s, path(u"ca.key"_s), u"-out"_s,
                    path(u"ca.pem"_s)});
    }

    QString error() const { return m_error; }
    QString path(const QString &file) const { return m_folder.filePath(file); }

    QSslCertificate authority() const { return certificate(u"ca"_s); }

    /// A certificate for \a names ("DNS:db.example.org,IP:127.0.0.1"; empty: no name at all) that
    /// the authority vouches for.
    bool issue(const QString &file, const QString &names)
    {
        return request(file, names)
               && run({u"x509"_s, u"-req"_s, u"-in"_s, path(file + u".csr"_s), u"-CA"_s,
                       path(u"ca.pem"_s), u"-CAkey"_s, path(u"ca.key"_s), u"-copy_extensions"_s,
                       u"copyall"_s, u"-days"_s, u"30"_s, u"-out"_s, path(file + u".pem"_s)});
    }

    /// The same, of a time that is over. `openssl x509` makes none, from OpenSSL 3.4 on.
    bool issueExpired(const QString &file, const QString &names)
    {
        const QByteArray configuration = "[ca]\ndefault_ca = expired\n"
                                         "[expired]\ndatabase = "
                                         + QFile::encodeName(path(u"issued.txt"_s))
                                         + "\nnew_certs_dir = " + QFile::encodeName(m_folder.path())
                                         + "\nrand_serial = yes\ndefault_md = sha256\n"
                                           "policy = any\ncopy_extensions = copyall\n"
                                           "[any]\norganizationName = optional\n";
        return request(file, names) && write(u"issued.txt"_s, {})
               && write(u"ca.cnf"_s, configuration)
               && run({u"ca"_s, u"-batch"_s, u"-notext"_s, u"-config"_s, path(u"ca.cnf"_s),
                       u"-in"_s, path(file + u".csr"_s), u"-cert"_s, path(u"ca.pem"_s),
                       u"-keyfile"_s, path(u"ca.key"_s), u"-startdate"_s, u"20200101000000Z"_s,
                       u"-enddate"_s, u"20200102000000Z"_s, u"-out"_s, path(file + u".pem"_s)});
    }

    /// As MariaDB makes one for itself: signed by its own key, and without any name of a host.
    bool issueSelfSigned(const QString &file)
    {
        return run({u"req"_s, u"-x509"_s, u"-newkey"_s, u"ec"_s, u"-pkeyopt"_s,
                    u"ec_paramgen_curve:prime256v1"_s, u"-nodes"_s, u"-days"_s, u"30"_s, u"-subj"_s,
                    u"/CN=MariaDB Server"_s, u"-keyout"_s, path(file + u".key"_s), u"-out"_s,
                    path(file + u".pem"_s)});
    }

    QSslCertificate certificate(const QString &file) const
    {
        return QSslCertificate::fromPath(path(file + u".pem"_s)).value(0);
    }

    QSslConfiguration serverConfiguration(const QString &file) const
    {
        QFile key(path(file + u".key"_s));
        QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
        if (key.open(QIODevice::ReadOnly))
            configuration.setPrivateKey(QSslKey(&key, QSsl::Ec));
        configuration.setLocalCertificate(certificate(file));
        configuration.setPeerVerifyMode(QSslSocket::VerifyNone);
        return configuration;
    }

    /// Trusts this authority alone.
    QSslConfiguration clientConfiguration() const
    {
        QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
        configuration.setCaCertificates({authority()});
        return configuration;
    }

private:
    bool request(const QString &file, const QString &names)
    {
        QStringList arguments{u"req"_s,
                              u"-new"_s,
                              u"-newkey"_s,
                              u"ec"_s,
                              u"-pkeyopt"_s,
                              u"ec_paramgen_curve:prime256v1"_s,
                              u"-nodes"_s,
                              u"-subj"_s,
                              u"/O=Test server"_s,
                              u"-keyout"_s,
                              path(file + u".key"_s),
                              u"-out"_s,
                              path(file + u".csr"_s)};
        if (!names.isEmpty())
            arguments << u"-addext"_s << u"subjectAltName="_s + names;
        return run(arguments);
    }

    bool write(const QString &name, const QByteArray &text)
    {
        QFile file(path(name));
        const bool isWritten = file.open(QIODevice::WriteOnly) && file.write(text) == text.size();
        if (!isWritten)
            m_error = file.errorString();
        return isWritten;
    }

    bool run(const QStringList &arguments)
    {
        QProcess openssl;
        openssl.setProcessChannelMode(QProcess::MergedChannels);
        openssl.start(u"openssl"_s, arguments);
        if (!openssl.waitForStarted()) {
            m_error = u"the openssl command-line tool is needed: "_s + openssl.errorString();
            return false;
        }
        if (!openssl.waitForFinished() || openssl.exitCode() != 0) {
            m_error = u"openssl "_s + arguments.join(u' ') + u": "_s
                      + QString::fromLocal8Bit(openssl.readAll());
            return false;
        }
        return true;
    }

    QTemporaryDir m_folder;
    QString m_error;
};
