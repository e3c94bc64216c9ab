// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// What the documentation shows of pools.

#include "window.h"

#include <AsyncMySql/AuthenticationRequest>
#include <AsyncMySql/Lease>
#include <AsyncMySql/LeaseJob>
#include <AsyncMySql/Transaction>

using namespace AsyncMySql;

void Window::pools()
{
    //! [pool]
    auto *pool = new Pool(QUrl("mysql://anna@db.example.org/shop"), this);
    Query *query = pool->execute("SELECT name, price FROM articles WHERE id = ?", {42});
    Transaction *transaction = pool->beginTransaction();
    //! [pool]
    Q_UNUSED(query)
    Q_UNUSED(transaction)
}

void Window::leases()
{
    //! [lease]
    LeaseJob *job = pool->acquire();
    connect(job, &LeaseJob::finished, this, [this, job] {
        m_lease = job->takeLease(); // null if acquiring the lease failed
        if (m_lease)
            m_lease->execute("CREATE TEMPORARY TABLE basket (article INT)");
    });
    //! [lease]
}

void Window::passwords(ConnectionOptions &options)
{
    //! [password provider]
    options.setPasswordProvider(
        [=](const AuthenticationRequest &request) { return tokens->fetch(request.user()); });
    //! [password provider]
}
