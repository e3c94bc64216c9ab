// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "servers.h"

#include <AsyncMySql/TableModel>

#include <QtTest/qabstractitemmodeltester.h>
#include <QtTest/qtest.h>

/// What the tests of TableModel share.
namespace Servers {

using AsyncMySql::TableModel;
using namespace Qt::StringLiterals;

class TableTester : public QAbstractItemModelTester
{
public:
    explicit TableTester(QAbstractItemModel *model)
        : QAbstractItemModelTester(model, FailureReportingMode::Fatal)
    {
    }
};

/// A database with a table of articles, and a connection to it.
struct Shop
{
    explicit Shop(const Server &server)
        : database(server)
        , connection(options(server, database))
        , other(options(server, database))
    {
        run(u"CREATE TABLE articles (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(50) NOT NULL, "
            "price DECIMAL(8, 2) NOT NULL DEFAULT 9.90, stock INT UNIQUE, "
            "gross DECIMAL(9, 2) AS (price * 1.2) STORED) ENGINE=InnoDB"_s);
        run(u"INSERT INTO articles (id, name, price, stock) VALUES (1, 'apple', 1.20, 10), "
            "(2, 'pear', 1.50, 20), (3, 'plum', 0.80, NULL)"_s);
    }

    /// As another client.
    Fake::OutcomePointer run(const QString &sql, const QVariantList &parameters = {})
    {
        const Fake::OutcomePointer outcome = finishedOf(other.execute(sql, parameters));
        if (!outcome->succeeded())
            qWarning("%s: %s", qPrintable(sql), Fake::describe(outcome).constData());
        return outcome;
    }

    QString all(const QString &columns = u"CONCAT_WS(' ', id, name, price, stock)"_s)
    {
        QStringList rows;
        for (const QStringList &row :
             run(u"SELECT %1 FROM articles ORDER BY id"_s.arg(columns))->rows())
            rows.append(row.constFirst());
        return rows.join(u", "_s);
    }

    Database database;
    AsyncMySql::Connection connection;
    AsyncMySql::Connection other;
};

inline QString shown(const QAbstractItemModel &model, int columns = 4)
{
    QStringList rows;
    for (int row = 0; row < model.rowCount(); ++row) {
        QStringList cells;
        for (int column = 0; column < columns; ++column) {
            const QString text = model.index(row, column).data().toString();
            if (!text.isEmpty())
                cells.append(text);
        }
        rows.append(cells.join(u' '));
    }
    return rows.join(u", "_s);
}

inline TableModel::CellState cellState(const TableModel &model, int row, int column)
{
    return model.index(row, column).data(TableModel::CellStateRole).value<TableModel::CellState>();
}

inline TableModel::RowState rowState(const TableModel &model, int row)
{
    return model.index(row, 0).data(TableModel::RowStateRole).value<TableModel::RowState>();
}

inline AsyncMySql::Error rowError(const TableModel &model, int row)
{
    return model.index(row, 0).data(TableModel::RowErrorRole).value<AsyncMySql::Error>();
}

} // namespace Servers

#define VERIFY_COMPLETE(model) \
    do { \
        QTRY_VERIFY_WITH_TIMEOUT((model).isComplete(), 30000); \
        QVERIFY2(!(model).error(), qPrintable((model).error().message())); \
    } while (false)

#define VERIFY_SUBMITTED(model) \
    do { \
        QTRY_VERIFY_WITH_TIMEOUT(!(model).isSubmitting(), 30000); \
        QVERIFY2(!(model).error(), qPrintable((model).error().message())); \
        QCOMPARE((model).pendingChanges(), 0); \
    } while (false)

#define OPEN_SHOP(policy) \
    QFETCH(Servers::Server, server); \
    Servers::Shop shop(server); \
    AsyncMySql::TableModel model; \
    const Servers::TableTester tester(&model); \
    model.setSubmitPolicy(policy); \
    model.setExecutor(&shop.connection); \
    model.setTable(u"articles"_s); \
    VERIFY_COMPLETE(model)
