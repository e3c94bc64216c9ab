// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "eventloopmeter.h"
#include "figures.h"
#include "rowdigest.h"
#include "session.h"
#include "statements.h"
#include "workloads.h"

#include "arguments.h"

#include <QtCore/qdatetime.h>
#include <QtCore/qvariant.h>

#include <chrono>

using namespace AsyncMySql;
using namespace std::chrono_literals;

namespace {

void addScore(const Row &row, RowDigest *digest)
{
    if (const auto score = row.value<std::optional<qint32>>(7))
        digest->addInteger(*score);
    else
        digest->addNull();
}

void addNumbers(const Row &row, RowDigest *digest)
{
    digest->addRow();
    digest->addInteger(row.value<qint32>(0));
    digest->addInteger(row.value<qint64>(1));
    digest->addReal(row.value<double>(2));
    digest->addReal(row.value<double>(3));
}

/// Numbers, views of the texts, a point in time.
void addNatural(const Row &row, RowDigest *digest)
{
    addNumbers(row, digest);
    digest->addText(row.value<std::string_view>(4));
    digest->addText(row.value<std::string_view>(5));
    digest->addTime(row.value<RowDigest::Time>(6));
    addScore(row, digest);
}

void addString(const QString &text, RowDigest *digest)
{
    digest->addText(static_cast<std::size_t>(text.size()), text.isEmpty() ? 0 : text[0].unicode());
}

void addDateTime(const QDateTime &time, RowDigest *digest)
{
    digest->addSecond(time.time().second());
}

/// Numbers, QStrings, a QDateTime.
void addQt(const Row &row, RowDigest *digest)
{
    addNumbers(row, digest);
    addString(row.value<QString>(4), digest);
    addString(row.value<QString>(5), digest);
    addDateTime(row.value<QDateTime>(6), digest);
    addScore(row, digest);
}

/// Variants; the exact DECIMAL is a text in them, as which it is no part of the digest.
void addVariants(const Row &row, RowDigest *digest)
{
    digest->addRow();
    digest->addInteger(row.value(0).toInt());
    digest->addInteger(row.value(1).toLongLong());
    digest->addReal(row.value(2).toDouble());
    digest->addReal(row.value(3).isNull() ? 1 : 0);
    addString(row.value(4).toString(), digest);
    addString(row.value(5).toString(), digest);
    addDateTime(row.value(6).toDateTime(), digest);
    const QVariant score = row.value(7);
    if (score.isNull())
        digest->addNull();
    else
        digest->addInteger(score.toInt());
}

using Add = void(const Row &row, RowDigest *digest);

enum class Protocol { Text, Binary };

Query *executeWide(Session *session, Protocol protocol)
{
    Query *query = session->connection().execute(QString::fromLatin1(Statements::Wide));
    query->setPrepared(protocol == Protocol::Binary);
    return query;
}

template <typename TakeRow>
void stream(Session *session, Query *query, TakeRow takeRow)
{
    const auto take = [query, takeRow] {
        for (const Row &row : query->takeRows())
            takeRow(row);
    };
    query->setStreaming(true);
    QObject::connect(query, &Query::rowsReady, query, take);
    QObject::connect(query, &Query::finished, query, take);
    session->wait(query);
}

void streamRows(const Arguments &arguments, Protocol protocol, Add *add, Figures *figures)
{
    Session session(arguments);
    session.wait(session.connection().ping());
    RowDigest digest;
    figures->start();
    stream(&session, executeWide(&session, protocol),
           [add, &digest](const Row &row) { add(row, &digest); });
    figures->stop();
    figures->setDigest(digest.text(arguments.rows));
}

void bufferRows(const Arguments &arguments, Protocol protocol, Figures *figures)
{
    Session session(arguments);
    session.wait(session.connection().ping());
    RowDigest digest;
    figures->start();
    {
        Query *query = executeWide(&session, protocol);
        query->setAutoDelete(false);
        session.wait(query);
        for (const Row &row : query->result())
            addNatural(row, &digest);
        delete query;
    }
    figures->stop();
    figures->setDigest(digest.text(arguments.rows));
}

} // namespace

void textStreamedNatural(const Arguments &arguments, Figures *figures)
{
    streamRows(arguments, Protocol::Text, addNatural, figures);
}

void textStreamedQt(const Arguments &arguments, Figures *figures)
{
    streamRows(arguments, Protocol::Text, addQt, figures);
}

void textStreamedVariants(const Arguments &arguments, Figures *figures)
{
    streamRows(arguments, Protocol::Text, addVariants, figures);
}

void textBuffered(const Arguments &arguments, Figures *figures)
{
    bufferRows(arguments, Protocol::Text, figures);
}

void binaryStreamed(const Arguments &arguments, Figures *figures)
{
    streamRows(arguments, Protocol::Binary, addNatural, figures);
}

void binaryBuffered(const Arguments &arguments, Figures *figures)
{
    bufferRows(arguments, Protocol::Binary, figures);
}

void blobs(const Arguments &arguments, Figures *figures)
{
    Session session(arguments);
    session.wait(session.connection().ping());
    BlobDigest digest;
    figures->start();
    Query *query
        = session.connection().execute(QString::fromLatin1(Statements::Blobs)
                                       + QString::number(static_cast<qlonglong>(arguments.rows)));
    stream(&session, query,
           [&digest](const Row &row) { digest.add(row.value<std::string_view>(0)); });
    figures->stop();
    figures->setDigest(digest.text(arguments.rows));
}

void eventLoopStreamed(const Arguments &arguments, Figures *figures)
{
    Session session(arguments);
    session.wait(session.connection().ping());
    RowDigest digest;
    EventLoopMeter meter(10ms);
    figures->start();
    meter.restart();
    stream(&session, executeWide(&session, Protocol::Text),
           [&digest](const Row &row) { addQt(row, &digest); });
    meter.stop();
    figures->stop();
    figures->setLongest(meter.longestGap(), meter.longestWork());
    figures->setDigest(digest.text(arguments.rows));
}

// The time until the result is there; an application would show only some rows of it at a time.
void eventLoopBuffered(const Arguments &arguments, Figures *figures)
{
    Session session(arguments);
    session.wait(session.connection().ping());
    EventLoopMeter meter(10ms);
    figures->start();
    meter.restart();
    const Result result = session.execute(QString::fromLatin1(Statements::Wide));
    meter.stop();
    figures->stop();
    figures->setLongest(meter.longestGap(), meter.longestWork());
    if (result.rowCount() != arguments.rows)
        fail("AsyncMySql: not all rows came");
}
