// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "workloads.h"

#include "eventloopmeter.h"
#include "figures.h"
#include "rowdigest.h"
#include "session.h"
#include "statements.h"

#include "arguments.h"

#include <QtCore/qdatetime.h>
#include <QtCore/qeventloop.h>
#include <QtCore/qtimer.h>
#include <QtCore/qvariant.h>
#include <QtSql/qsqlquery.h>

#include <chrono>

namespace {

void addText(const QVariant &value, RowDigest *digest)
{
    const QString text = value.toString();
    digest->addText(static_cast<std::size_t>(text.size()), text.isEmpty() ? 0 : text[0].unicode());
}

/// Takes the values as they come, as variants, and a DECIMAL as a double, if at all: AsyncMySql's
/// variant of it is a text, so that it is no part of the digest where the two are compared.
enum class Price { Real, Any };

void add(const QSqlQuery &query, Price price, RowDigest *digest)
{
    digest->addRow();
    digest->addInteger(query.value(0).toInt());
    digest->addInteger(query.value(1).toLongLong());
    digest->addReal(query.value(2).toDouble());
    if (price == Price::Real)
        digest->addReal(query.value(3).toDouble());
    else
        digest->addReal(query.value(3).isNull() ? 1 : 0);
    addText(query.value(4), digest);
    addText(query.value(5), digest);
    // With libmariadb 3.3.19 QMYSQL has no times of prepared statements: it gives their lengths as
    // 0.
    if (const QTime made = query.value(6).toDateTime().time(); made.isValid())
        digest->addSecond(made.second());
    else
        digest->addLostTime();
    const QVariant score = query.value(7);
    if (score.isNull())
        digest->addNull();
    else
        digest->addInteger(score.toInt());
}

enum class Protocol { Text, Binary };
enum class Direction { ForwardOnly, Both };

void readRows(const Session &session, Protocol protocol, Direction direction, Price price,
              RowDigest *digest)
{
    QSqlQuery query(session.database());
    query.setForwardOnly(direction == Direction::ForwardOnly);
    const auto sql = QString::fromLatin1(Statements::Wide);
    Session::check(
        protocol == Protocol::Text ? query.exec(sql) : query.prepare(sql) && query.exec(), query);
    while (query.next())
        add(query, price, digest);
}

void measureRows(const Arguments &arguments, Protocol protocol, Price price, Figures *figures)
{
    const Session session(arguments);
    RowDigest digest;
    figures->start();
    readRows(session, protocol, Direction::ForwardOnly, price, &digest);
    figures->stop();
    figures->setDigest(digest.text(arguments.rows));
}

void measureTicks(const Arguments &arguments, Direction direction, Figures *figures)
{
    const Session session(arguments);
    RowDigest digest;
    EventLoopMeter meter(std::chrono::milliseconds(10));
    QEventLoop loop;
    figures->start();
    meter.restart();
    // From the event loop, as a slot of an application would: there are ticks before and after.
    QTimer::singleShot(0, &loop, [&] {
        readRows(session, Protocol::Text, direction, Price::Real, &digest);
        loop.quit();
    });
    loop.exec();
    meter.stop();
    figures->stop();
    figures->setLongest(meter.longestGap(), meter.longestWork());
    figures->setDigest(digest.text(arguments.rows));
}

} // namespace

void textAsVariants(const Arguments &arguments, Figures *figures)
{
    measureRows(arguments, Protocol::Text, Price::Any, figures);
}

void binaryRows(const Arguments &arguments, Figures *figures)
{
    measureRows(arguments, Protocol::Binary, Price::Real, figures);
}

void blobs(const Arguments &arguments, Figures *figures)
{
    const Session session(arguments);
    BlobDigest digest;
    figures->start();
    QSqlQuery query(session.database());
    query.setForwardOnly(true);
    Session::check(query.exec(QString::fromLatin1(Statements::Blobs)
                              + QString::number(static_cast<qlonglong>(arguments.rows))),
                   query);
    while (query.next()) {
        const QByteArray blob = query.value(0).toByteArray();
        digest.add({blob.data(), static_cast<std::size_t>(blob.size())});
    }
    figures->stop();
    figures->setDigest(digest.text(arguments.rows));
}

void eventLoopStreamed(const Arguments &arguments, Figures *figures)
{
    measureTicks(arguments, Direction::ForwardOnly, figures);
}

void eventLoopBuffered(const Arguments &arguments, Figures *figures)
{
    measureTicks(arguments, Direction::Both, figures);
}
