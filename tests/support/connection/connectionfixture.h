// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "fakeserver.h"

#include <AsyncMySql/Connection>
#include <AsyncMySql/ConnectionOptions>
#include <AsyncMySql/Query>

#include <QtCore/qpointer.h>

#include <memory>

namespace Fake {

/// What a job has emitted, kept beyond its end.
struct JobOutcome
{
    int finished = 0;
    int errors = 0;
    bool wasErrorFirst = true;
    QList<AsyncMySql::Job::State> states;
    AsyncMySql::Error error;
    QList<AsyncMySql::Result> results;

    bool succeeded() const { return finished == 1 && errors == 0 && !error.isError(); }
    /// Failed with \a code, and reported it once.
    bool failed(AsyncMySql::Error::Code code) const
    {
        return finished == 1 && errors == 1 && error.code() == code;
    }
    /// The fields of the last result, row by row.
    QList<QStringList> rows() const;
};

using OutcomePointer = std::shared_ptr<JobOutcome>;

/// Must be called before the event loop runs again. \a order takes \a name when the job finishes;
/// what the job still emits afterwards is a failure of the test.
OutcomePointer watch(AsyncMySql::Job *job, QStringList *order = nullptr, const QString &name = {});

/// An option set for this server, without TLS, with quick and exact retries.
AsyncMySql::ConnectionOptions optionsFor(const FakeServer &server);
AsyncMySql::RetryPolicy quickRetries();

/// All states that a connection has published.
std::shared_ptr<QList<AsyncMySql::Connection::State>>
watchStates(AsyncMySql::Connection *connection);

/// A server that does not answer SELECT slow.
class SlowServer : public FakeServer
{
public:
    SlowServer() { on("SELECT slow", stall); }
};

struct RunningQuery
{
    AsyncMySql::Query *query;
    OutcomePointer outcome;
};

/// Executes \a sql, and waits until it has arrived at the server, which must not answer it.
RunningQuery runningQuery(AsyncMySql::Executor *executor, const FakeServer &server,
                          const QString &sql = QStringLiteral("SELECT slow"));

/// For QVERIFY2: what went wrong instead.
QByteArray describe(const OutcomePointer &outcome);

inline const QString Password = QStringLiteral("open-sesame-7");

} // namespace Fake

/// Waits for the end of the job and insists on its success.
#define VERIFY_SUCCEEDS(outcome) \
    do { \
        const Fake::OutcomePointer watched = (outcome); \
        QTRY_COMPARE(watched->finished, 1); \
        QVERIFY2(watched->succeeded(), Fake::describe(watched).constData()); \
    } while (false)

/// Waits for the end of the job and insists on this failure.
#define VERIFY_FAILS(outcome, expectedCode, expectedExecution) \
    do { \
        const Fake::OutcomePointer watched = (outcome); \
        QTRY_COMPARE(watched->finished, 1); \
        QVERIFY2(watched->failed(AsyncMySql::Error::expectedCode), \
                 Fake::describe(watched).constData()); \
        QCOMPARE(watched->error.execution(), AsyncMySql::Error::Execution::expectedExecution); \
        QVERIFY(watched->wasErrorFirst); \
    } while (false)
