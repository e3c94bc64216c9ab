// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "connectiontest.h"

#include <AsyncMySql/Query>
#include <AsyncMySql/Result>
#include <AsyncMySql/RetryPolicy>

#include <QtCore/QStringList>

#include <algorithm>
#include <chrono>
#include <memory>

using namespace AsyncMySql;

namespace {

/// A running server answers immediately, or somewhat later over a slow network.
constexpr std::chrono::seconds LongestAttempt(5);

/// What the user can do; empty if the message is sufficient.
QString advice(const Error &error, bool isLocal)
{
    switch (error.code()) {
    case Error::ConnectionRefused:
    case Error::HostUnreachable:
    case Error::ConnectTimeout:
    case Error::ConnectionLost:
        if (isLocal) {
            return ConnectionTest::tr(
                "Check the path of the socket, and that the server is running.");
        }
        break;
    default:
        break;
    }
    switch (error.code()) {
    case Error::ConnectionRefused:
        return ConnectionTest::tr("Check the host and the port, and that the server is running.");
    case Error::HostNotFound:
        return ConnectionTest::tr("Check the name of the host.");
    case Error::HostUnreachable:
    case Error::ConnectTimeout:
        return ConnectionTest::tr(
            "Check the host and the port, and whether a firewall lets them through.");
    case Error::ConnectionLost:
        return ConnectionTest::tr("Check that a MySQL or MariaDB server listens on this port.");
    case Error::AccessDenied:
        return ConnectionTest::tr("Check the user, the password and the database.");
    case Error::PasswordExpired:
        return ConnectionTest::tr("Change the password, in another client for instance.");
    case Error::TlsNotOffered:
        return ConnectionTest::tr("Choose a TLS mode that does not require encryption.");
    case Error::CertificateRejected:
        return ConnectionTest::tr("Choose the file with the certificate authority of the server.");
    case Error::ChannelNotSecure:
        return ConnectionTest::tr("Choose a TLS mode that encrypts.");
    default:
        return {};
    }
}

/// As a sentence.
QString sentences(const Error &error, bool isLocal)
{
    QString text = error.message();
    if (!text.isEmpty())
        text[0] = text[0].toUpper();
    if (!text.endsWith('.'))
        text += '.';
    const QString next = advice(error, isLocal);
    return next.isEmpty() ? text : text + ' ' + next;
}

} // namespace

ConnectionTest::ConnectionTest(QObject *parent)
    : QObject(parent)
{
}

ConnectionTest::~ConnectionTest()
{
    end();
}

void ConnectionTest::start(ConnectionOptions options)
{
    end();
    RetryPolicy policy = options.retryPolicy();
    policy.setMaximumAttempts(1);
    options.setRetryPolicy(policy);
    options.setConnectTimeout(
        std::min<std::chrono::milliseconds>(options.connectTimeout(), LongestAttempt));
    const bool isLocal = !options.localSocketName().isEmpty();
    m_connection = std::make_unique<Connection>(options);
    // The job reports a transient error only after a timeout.
    connect(m_connection.get(), &Connection::errorOccurred, this,
            [this, isLocal](const Error &error) { fail(sentences(error, isLocal)); });
    Query *query = m_connection->execute(
        "SHOW SESSION STATUS WHERE Variable_name IN ('Ssl_version', 'Ssl_cipher')");
    connect(query, &Job::finished, this, [this, query, isLocal] {
        if (query->error())
            fail(sentences(query->error(), isLocal));
        else
            succeed(query->result());
    });
}

void ConnectionTest::cancel()
{
    if (m_connection)
        fail(tr("Cancelled."));
}

void ConnectionTest::succeed(const Result &status)
{
    QStringList encryption;
    for (const Row &row : status) {
        if (!row.text(1).isEmpty())
            encryption.prepend(row.text(1));
    }
    const bool isMariaDb = m_connection->serverFlavour() == Connection::ServerFlavour::MariaDb;
    const QString description
        = tr("%1 %2, %3")
              .arg(isMariaDb ? QString("MariaDB") : QString("MySQL"), m_connection->serverVersion(),
                   m_connection->isEncrypted() ? tr("encrypted with %1").arg(encryption.join(", "))
                                               : tr("not encrypted"));
    end();
    Q_EMIT succeeded(description);
}

void ConnectionTest::fail(const QString &message)
{
    end();
    Q_EMIT failed(message);
}

void ConnectionTest::end()
{
    // This may be called by one of its own signals.
    if (m_connection) {
        m_connection->disconnect(this);
        for (Job *job : m_connection->findChildren<Job *>())
            job->disconnect(this);
        m_connection.release()->deleteLater();
    }
}
