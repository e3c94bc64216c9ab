// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "connectiontest.h"

#include <AsyncMySql/Query>
#include <AsyncMySql/Result>
#include <AsyncMySql/RetryPolicy>

#include <memory>

using namespace AsyncMySql;

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
    // Whoever looks at the dialog wants an answer, and no patience.
    RetryPolicy policy = options.retryPolicy();
    policy.setMaximumAttempts(1);
    options.setRetryPolicy(policy);
    m_connection = std::make_unique<Connection>(options);
    // Of an error that may go away the job says nothing before it has waited for that.
    connect(m_connection.get(), &Connection::errorOccurred, this,
            [this](const Error &error) { fail(error.message()); });
    Query *query = m_connection->execute(
        "SHOW SESSION STATUS WHERE Variable_name IN ('Ssl_version', 'Ssl_cipher')");
    connect(query, &Job::finished, this, [this, query] {
        if (query->error())
            fail(query->error().message());
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
    // It may be one of its own signals that has led here.
    if (m_connection) {
        m_connection->disconnect(this);
        for (Job *job : m_connection->findChildren<Job *>())
            job->disconnect(this);
        m_connection.release()->deleteLater();
    }
}
