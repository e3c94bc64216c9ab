// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "figures.h"
#include "session.h"
#include "statements.h"
#include "workloads.h"

#include "arguments.h"

#include <AsyncMySql/Transaction>

using namespace AsyncMySql;

namespace {

void sendTinyQueries(const Arguments &arguments, long depth, Figures *figures)
{
    Session session(arguments);
    session.wait(session.connection().ping());
    const auto sql = QString::fromLatin1(Statements::Tiny);
    qlonglong sum = 0;
    figures->start();
    session.keepUnderWay(
        arguments.rows, depth, [&](long) { return session.connection().execute(sql); },
        [&](const Result &result) { sum += result.first().value<int>(0); });
    figures->stop();
    figures->setDigest(std::to_string(sum));
}

QVariantList insertedRow(long number)
{
    static const auto name = QString::fromLatin1(Statements::InsertedName);
    return {static_cast<int>(number), name, Statements::insertedRatio(number)};
}

void setCount(Session *session, Figures *figures)
{
    figures->setDigest(
        std::to_string(session->number(QString::fromLatin1(Statements::CountInserted))));
}

void sendInserts(const Arguments &arguments, long depth, Figures *figures)
{
    Session session(arguments);
    session.emptyInsertTable();
    const auto sql = QString::fromLatin1(Statements::Insert);
    figures->start();
    Transaction *transaction = session.connection().beginTransaction();
    const auto send = [&](long number) { return transaction->execute(sql, insertedRow(number)); };
    if (depth == 1) {
        session.keepUnderWay(arguments.rows, depth, send, [](const Result &) {});
    } else {
        // They are sent ahead where nothing follows that can end the transaction but its commit.
        for (long i = 0; i < arguments.rows; ++i)
            send(i);
    }
    session.wait(transaction->commit());
    figures->stop();
    setCount(&session, figures);
}

} // namespace

void roundTrips(const Arguments &arguments, Figures *figures)
{
    sendTinyQueries(arguments, 1, figures);
}

void pipelinedQueries(const Arguments &arguments, Figures *figures)
{
    sendTinyQueries(arguments, PipelineDepth, figures);
}

void pipelinedPrepared(const Arguments &arguments, Figures *figures)
{
    Session session(arguments);
    session.wait(session.connection().ping());
    const auto sql = QString::fromLatin1(Statements::TinyPrepared);
    qlonglong sum = 0;
    figures->start();
    session.keepUnderWay(
        arguments.rows, PipelineDepth,
        [&](long number) {
            return session.connection().execute(sql, {static_cast<qlonglong>(number)});
        },
        [&](const Result &result) { sum += result.first().value<qlonglong>(0); });
    figures->stop();
    figures->setDigest(std::to_string(sum));
}

void insertOneByOne(const Arguments &arguments, Figures *figures)
{
    sendInserts(arguments, 1, figures);
}

void insertPipelined(const Arguments &arguments, Figures *figures)
{
    sendInserts(arguments, PipelineDepth, figures);
}

void insertBulk(const Arguments &arguments, Figures *figures)
{
    Session session(arguments);
    session.emptyInsertTable();
    QList<QVariantList> rows;
    for (long i = 0; i < arguments.rows; ++i)
        rows.append(insertedRow(i));
    figures->start();
    session.wait(session.connection().executeBatch(QString::fromLatin1(Statements::Insert), rows));
    figures->stop();
    setCount(&session, figures);
}
