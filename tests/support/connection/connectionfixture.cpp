// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "connectionfixture.h"

#include <AsyncMySql/Result>
#include <AsyncMySql/Row>

#include <QtCore/qdebug.h>
#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Qt::StringLiterals;

namespace Fake {

QList<QStringList> JobOutcome::rows() const
{
    QList<QStringList> all;
    if (results.isEmpty())
        return all;
    const Result &last = results.constLast();
    for (qsizetype i = 0; i < last.rowCount(); ++i) {
        QStringList texts;
        for (int column = 0; column < last.columnCount(); ++column)
            texts.append(last.row(i).text(column));
        all.append(texts);
    }
    return all;
}

/// Nothing comes after finished().
static void checkNotFinished(const JobOutcome &outcome, const char *signal)
{
    if (outcome.finished > 0) {
        const QByteArray text = QByteArray(signal) + " was emitted after finished()";
        QTest::qFail(text.constData(), __FILE__, __LINE__);
    }
}

OutcomePointer watch(Job *job, QStringList *order, const QString &name)
{
    auto outcome = std::make_shared<JobOutcome>();
    QObject::connect(job, &Job::stateChanged, job, [outcome](Job::State state) {
        checkNotFinished(*outcome, "stateChanged");
        outcome->states.append(state);
    });
    QObject::connect(job, &Job::errorOccurred, job, [outcome](const Error &error) {
        checkNotFinished(*outcome, "errorOccurred");
        ++outcome->errors;
        outcome->error = error;
        outcome->wasErrorFirst = outcome->finished == 0;
    });
    if (auto *query = qobject_cast<Query *>(job)) {
        const auto check = [outcome](const char *signal) {
            return [outcome, signal] { checkNotFinished(*outcome, signal); };
        };
        QObject::connect(query, &Query::rowsReady, query, check("rowsReady"));
        QObject::connect(query, &Query::resultChanged, query, check("resultChanged"));
        QObject::connect(query, &Query::progressChanged, query, check("progressChanged"));
    }
    QObject::connect(job, &Job::finished, job, [outcome, job, order, name] {
        checkNotFinished(*outcome, "finished");
        ++outcome->finished;
        if (outcome->errors == 0)
            outcome->error = job->error();
        if (const auto *query = qobject_cast<Query *>(job))
            outcome->results = query->results();
        if (order)
            order->append(name);
    });
    return outcome;
}

RunningQuery runningQuery(Executor *executor, const FakeServer &server, const QString &sql)
{
    const int before = server.countQuery(sql.toUtf8());
    Query *query = executor->execute(sql);
    const OutcomePointer outcome = watch(query);
    const auto arrived = [&] { return server.countQuery(sql.toUtf8()) > before; };
    if (!QTest::qWaitFor(arrived) || outcome->finished > 0)
        QTest::qFail("The statement is not running", __FILE__, __LINE__);
    return {query, outcome};
}

RetryPolicy quickRetries()
{
    RetryPolicy policy;
    policy.setInitialDelay(std::chrono::milliseconds(5));
    policy.setMaximumDelay(std::chrono::milliseconds(40));
    policy.setJitter(0);
    return policy;
}

ConnectionOptions optionsFor(const FakeServer &server)
{
    ConnectionOptions options;
    if (server.localSocketName().isEmpty()) {
        options.setHost(u"127.0.0.1"_s);
        options.setPort(server.port());
    } else {
        options.setLocalSocketName(server.localSocketName());
    }
    options.setUser(u"anna"_s);
    options.setPassword(Password);
    options.setTlsMode(ConnectionOptions::TlsMode::Disabled);
    options.setRetryPolicy(quickRetries());
    // Scripts say what comes one by one, in text. Tests of pipelines and prepared statements ask
    // for those.
    options.setPipelineDepth(1);
    options.setAutoPrepareEnabled(false);
    return options;
}

std::shared_ptr<QList<Connection::State>> watchStates(Connection *connection)
{
    auto states = std::make_shared<QList<Connection::State>>();
    QObject::connect(connection, &Connection::stateChanged, connection,
                     [states](Connection::State state) { states->append(state); });
    return states;
}

QByteArray describe(const OutcomePointer &outcome)
{
    QByteArray text = "finished " + QByteArray::number(outcome->finished) + " times, "
                      + QByteArray::number(outcome->errors) + " errors: ";
    QString error;
    QDebug(&error) << outcome->error;
    return text + error.toUtf8();
}

} // namespace Fake
