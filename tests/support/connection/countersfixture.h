// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "connectionfixture.h"

#include <AsyncMySql/TableModel>

#include <QtTest/qabstractitemmodeltester.h>
#include <QtTest/qsignalspy.h>

namespace Fake {

using AsyncMySql::TableModel;

/// A server with the table counters (id INT PRIMARY KEY, n INT), of which there is one row, and a
/// model of it.
struct Counters
{
    /// How the server makes keys, if it does.
    enum class Keys { Given, Numbered, Unknown };

    explicit Counters(Keys keys = Keys::Given)
        : connection(optionsFor(server))
    {
        constexpr quint8 PrepareCommand = 0x16;
        // Everything comes as text.
        server.onCommand(PrepareCommand, [](FakeConnection &c) {
            c.error(1295, "HY000", "Not supported in the prepared statement protocol yet");
        });
        server.on("START TRANSACTION", [](FakeConnection &c) { c.ok(written(0)); });
        const QByteArray extra = keys == Keys::Numbered ? "auto_increment" : "";
        server.on("SHOW FULL COLUMNS FROM `counters`", [this, extra](FakeConnection &c) {
            c.result({"Field", "Type", "Collation", "Null", "Key", "Default", "Extra"},
                     {{"id", "int", std::nullopt, "NO", "PRI", std::nullopt, extra},
                      {"n", "int", std::nullopt, "YES", "", std::nullopt, ""}},
                     plainStatus);
        });
        server.on("SHOW INDEX FROM `counters`", [this](FakeConnection &c) {
            c.result({"Table", "Non_unique", "Key_name", "Seq_in_index", "Column_name"},
                     {{"counters", "0", "PRIMARY", "1", "id"}}, plainStatus);
        });
        answer(All, {{"1", "10"}});
        model.setSubmitPolicy(TableModel::SubmitPolicy::Manual);
        model.setExecutor(&connection);
        model.setTable(QStringLiteral("counters"));
    }

    void answer(const QByteArray &sql, const QList<FakeRow> &rows)
    {
        // With a lock, or for an insertion, it is in a transaction.
        const bool isPlain = sql.contains("ORDER BY");
        server.on(sql, [this, rows, isPlain](FakeConnection &c) {
            c.result({FakeColumn("id", 3), FakeColumn("n", 3)}, rows,
                     isPlain ? plainStatus : quint16(AutoCommit | InTransaction));
        });
    }

    void answerUpdate(const QByteArray &from, const QByteArray &to, int found)
    {
        server.on(update(from, to), [found](FakeConnection &c) { c.ok(written(found)); });
    }

    void answerInsert(const QByteArray &sql, quint64 number = 0)
    {
        server.on(sql, [number](FakeConnection &c) { c.ok(written(1, number)); });
    }

    /// The answer in a transaction.
    static Ok written(int rows, quint64 number = 0)
    {
        Ok ok;
        ok.affectedRows = static_cast<quint64>(rows);
        ok.lastInsertId = number;
        ok.status = AutoCommit | InTransaction;
        return ok;
    }

    static QByteArray update(const QByteArray &from, const QByteArray &to)
    {
        return "UPDATE `counters` SET `n` = " + to + " WHERE `id` = 1 AND `n` <=> " + from;
    }

    static QByteArray look(const QByteArray &id)
    {
        return "SELECT `id`, `n` FROM `counters` WHERE `id` = " + id;
    }

    static QByteArray readBack(const QByteArray &id) { return look(id) + " FOR UPDATE"; }

    AsyncMySql::Error rowError(int row) const
    {
        return model.index(row, 0).data(TableModel::RowErrorRole).value<AsyncMySql::Error>();
    }

    TableModel::RowState rowState(int row) const
    {
        return model.index(row, 0).data(TableModel::RowStateRole).value<TableModel::RowState>();
    }

    inline static const QByteArray All = "SELECT `id`, `n` FROM `counters` ORDER BY `id`";

    /// Of what the model reads when it loads.
    quint16 plainStatus = AutoCommit;
    FakeServer server;
    AsyncMySql::Connection connection;
    TableModel model;
    QAbstractItemModelTester tester{&model, QAbstractItemModelTester::FailureReportingMode::Fatal};
    QSignalSpy errors{&model, &TableModel::errorOccurred};
};

} // namespace Fake
