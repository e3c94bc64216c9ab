// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "connectionfixture.h"

#include <AsyncMySql/Lease>
#include <AsyncMySql/LeaseJob>
#include <AsyncMySql/Pool>

#include <QtTest/qtest.h>

#include <memory>

namespace Fake {

/// The lease of \a job, which must have been watched, when it has finished; or null.
inline std::unique_ptr<AsyncMySql::Lease> takenLease(AsyncMySql::Pool *pool)
{
    std::unique_ptr<AsyncMySql::Lease> lease;
    bool finished = false;
    AsyncMySql::LeaseJob *job = pool->acquire();
    QObject::connect(job, &AsyncMySql::Job::finished, job, [&lease, &finished, job] {
        lease = job->takeLease();
        finished = true;
    });
    const bool inTime = QTest::qWaitFor([&finished] { return finished; });
    Q_ASSERT(inTime || !lease);
    return lease;
}

} // namespace Fake
