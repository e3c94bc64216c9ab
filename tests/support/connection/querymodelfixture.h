// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "connectionfixture.h"

#include <AsyncMySql/QueryModel>

#include <QtCore/qcoreapplication.h>
#include <QtCore/qdeadlinetimer.h>
#include <QtTest/qabstractitemmodeltester.h>
#include <QtTest/qtest.h>

#include <chrono>

namespace Fake {

inline constexpr quint16 PrimaryKeyFlag = 2;

inline FakeColumn keyColumn(const char *name)
{
    FakeColumn column(name);
    column.flags = PrimaryKeyFlag;
    return column;
}

inline QList<FakeRow> numbered(int count)
{
    QList<FakeRow> rows;
    for (int i = 0; i < count; ++i)
        rows.append({QByteArray::number(i), "row " + QByteArray::number(i)});
    return rows;
}

inline QList<FakeRow> rowsOf(const QByteArrayList &keysAndTexts)
{
    QList<FakeRow> rows;
    for (const QByteArray &row : keysAndTexts)
        rows.append({row.left(1), row.mid(1)});
    return rows;
}

inline FakeServer::Handler answer(const QList<FakeRow> &rows)
{
    return [rows](FakeConnection &c) { c.result({keyColumn("id"), "name"}, rows); };
}

/// The rows as they are shown, cells without anything between them.
inline QStringList shown(const AsyncMySql::QueryModel &model)
{
    QStringList rows;
    for (int row = 0; row < model.rowCount(); ++row) {
        QString text;
        for (int column = 0; column < model.columnCount(); ++column)
            text += model.index(row, column).data().toString();
        rows.append(text);
    }
    return rows;
}

class Tester : public QAbstractItemModelTester
{
public:
    explicit Tester(QAbstractItemModel *model)
        : QAbstractItemModelTester(model, FailureReportingMode::Fatal)
    {
        setUseFetchMore(false);
    }
};

/// What a model emits of its rows.
class Steps
{
public:
    explicit Steps(AsyncMySql::QueryModel *model)
    {
        using Model = QAbstractItemModel;
        const auto note = [this](const char *what) {
            return [this, what](const QModelIndex &, int first, int last) {
                list.append(
                    QStringLiteral("%1 %2-%3").arg(QString::fromLatin1(what)).arg(first).arg(last));
            };
        };
        QObject::connect(model, &Model::rowsInserted, model, note("insert"));
        QObject::connect(model, &Model::rowsRemoved, model, note("remove"));
        QObject::connect(
            model, &Model::rowsMoved, model,
            [this](const QModelIndex &, int first, int last, const QModelIndex &, int to) {
                list.append(QStringLiteral("move %1-%2 to %3").arg(first).arg(last).arg(to));
            });
        QObject::connect(model, &Model::dataChanged, model,
                         [this](const QModelIndex &from, const QModelIndex &to) {
                             list.append(
                                 QStringLiteral("change %1-%2").arg(from.row()).arg(to.row()));
                         });
        QObject::connect(model, &Model::layoutChanged, model,
                         [this] { list.append(QStringLiteral("layout")); });
        QObject::connect(model, &Model::modelReset, model,
                         [this] { list.append(QStringLiteral("reset")); });
    }
    QStringList list;
};

/// Waits until all rows of the second execution of \a sql were received, and are being compared:
/// of ten thousands of rows that takes more than one turn of the event loop.
inline bool waitForComparing(const AsyncMySql::QueryModel &model, const FakeServer &server,
                             const AsyncMySql::Connection &connection, const QByteArray &sql)
{
    const QDeadlineTimer deadline(std::chrono::seconds(30));
    while (!deadline.hasExpired()) {
        QCoreApplication::processEvents();
        if (server.countQuery(sql) != 2 || connection.pendingJobs() > 0)
            continue;
        // The end of the job is reported in the next turn.
        QCoreApplication::processEvents();
        return model.isLoading();
    }
    return false;
}

} // namespace Fake

#define VERIFY_LOADED(model) QTRY_VERIFY((model).columnCount() > 0 && !(model).isLoading())
