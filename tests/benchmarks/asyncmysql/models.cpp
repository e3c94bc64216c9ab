// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "figures.h"
#include "session.h"
#include "statements.h"
#include "workloads.h"

#include "arguments.h"

#include <AsyncMySql/QueryModel>
#include <AsyncMySql/TableModel>

#include <QtCore/qeventloop.h>

#include <functional>
#include <string>

using namespace AsyncMySql;

namespace {

/// More than a page.
constexpr int RowsOfTable = 2000;

void fillTable(Session *session)
{
    session->emptyInsertTable();
    const auto name = QString::fromLatin1(Statements::InsertedName);
    QList<QVariantList> rows;
    for (int i = 0; i < RowsOfTable; ++i)
        rows.append({i, name, Statements::insertedRatio(i)});
    session->wait(
        session->connection().executeBatch(QString::fromLatin1(Statements::Insert), rows));
}

/// Until it is so, or the model reports an error.
template <typename Model, typename Signal>
void waitFor(Model *model, Signal signal, const std::function<bool()> &condition)
{
    if (condition())
        return;
    QEventLoop loop;
    QObject::connect(model, signal, &loop, [&] {
        if (condition())
            loop.quit();
    });
    QObject::connect(model, &Model::errorOccurred, &loop, [](const Error &error) {
        fail("AsyncMySql: " + error.message().toStdString());
    });
    loop.exec();
}

} // namespace

void modelPages(const Arguments &arguments, Figures *figures)
{
    Session session(arguments);
    fillTable(&session);
    long rows = 0;
    figures->start();
    for (long i = 0; i < arguments.rows; ++i) {
        QueryModel model;
        model.setExecutor(&session.connection());
        model.setSql(QStringLiteral("SELECT id, name, ratio FROM asyncmysql_bench.inserted"));
        waitFor(&model, &QueryModel::countChanged, [&] { return model.rowCount() > 0; });
        rows += model.data(model.index(0, 0)).toInt() + 1;
    }
    figures->stop();
    figures->setDigest(std::to_string(rows));
}

void modelEdits(const Arguments &arguments, Figures *figures)
{
    Session session(arguments);
    fillTable(&session);
    TableModel model;
    model.setExecutor(&session.connection());
    model.setTable(QStringLiteral("asyncmysql_bench.inserted"));
    model.setSubmitPolicy(TableModel::SubmitPolicy::OnFieldChange);
    waitFor(&model, &TableModel::loadingChanged,
            [&] { return !model.isLoading() && model.rowCount() > 0; });
    figures->start();
    for (long i = 0; i < arguments.rows; ++i) {
        const auto row = static_cast<int>(i) % RowsOfTable;
        if (!model.setData(model.index(row, 1), QString::number(i)))
            fail("AsyncMySql: the model takes no change");
        waitFor(&model, &TableModel::pendingChangesChanged,
                [&] { return model.pendingChanges() == 0; });
    }
    figures->stop();
    figures->setDigest(std::to_string(session.number(QStringLiteral(
        "SELECT COUNT(*) FROM asyncmysql_bench.inserted WHERE name = CAST(id AS CHAR)"))));
}
