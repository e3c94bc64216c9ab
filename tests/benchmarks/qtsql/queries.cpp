// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "workloads.h"

#include "figures.h"
#include "session.h"
#include "statements.h"

#include "arguments.h"

#include <QtCore/qvariant.h>
#include <QtSql/qsqlquery.h>

void connectAndIdle(const Arguments &arguments, Figures *figures)
{
    figures->start();
    const Session session(arguments);
    figures->stop();
}

// It has nothing to send a query before the answer of the one before came.
void queriesOneByOne(const Arguments &arguments, Figures *figures)
{
    Session session(arguments);
    const auto sql = QString::fromLatin1(Statements::Tiny);
    qlonglong sum = 0;
    figures->start();
    for (long i = 0; i < arguments.rows; ++i)
        sum += session.number(sql);
    figures->stop();
    figures->setDigest(std::to_string(sum));
}

void preparedOneByOne(const Arguments &arguments, Figures *figures)
{
    const Session session(arguments);
    QSqlQuery query(session.database());
    query.setForwardOnly(true);
    Session::check(query.prepare(QString::fromLatin1(Statements::TinyPrepared)), query);
    qlonglong sum = 0;
    figures->start();
    for (long i = 0; i < arguments.rows; ++i) {
        query.bindValue(0, static_cast<qlonglong>(i));
        Session::check(query.exec() && query.next(), query);
        sum += query.value(0).toLongLong();
    }
    figures->stop();
    figures->setDigest(std::to_string(sum));
}

void insertBatch(const Arguments &arguments, Figures *figures)
{
    Session session(arguments);
    session.execute(QString::fromLatin1(Statements::EmptyTable));
    QVariantList ids;
    QVariantList names;
    QVariantList ratios;
    for (long i = 0; i < arguments.rows; ++i) {
        ids.append(static_cast<int>(i));
        names.append(QString::fromLatin1(Statements::InsertedName));
        ratios.append(Statements::insertedRatio(i));
    }
    QSqlQuery query(session.database());
    Session::check(query.prepare(QString::fromLatin1(Statements::Insert)), query);
    for (const QVariantList &values : {ids, names, ratios})
        query.addBindValue(values);
    figures->start();
    Session::check(query.execBatch(), query);
    figures->stop();
    figures->setDigest(
        std::to_string(session.number(QString::fromLatin1(Statements::CountInserted))));
}
