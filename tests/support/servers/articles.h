// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "eventwait.h"
#include "servers.h"

#include <AsyncMySql/QueryModel>

#include <QtTest/qabstractitemmodeltester.h>
#include <QtTest/qtest.h>

namespace Servers {

using namespace Qt::StringLiterals;

/// A table of \a count articles: some names repeat, one in seven has no stock.
inline bool makeArticles(AsyncMySql::Connection *connection, int count)
{
    const auto run = [&](const QString &sql) {
        const Fake::OutcomePointer outcome = finishedOf(connection->execute(sql));
        if (!outcome->succeeded())
            qWarning("%s", Fake::describe(outcome).constData());
        return outcome->succeeded();
    };
    if (!run(u"CREATE TABLE articles (id INT UNSIGNED PRIMARY KEY, name VARCHAR(50) NOT NULL, "
             "stock INT) ENGINE=InnoDB"_s)) {
        return false;
    }
    for (int first = 1; first <= count; first += 5000) {
        QStringList rows;
        for (int i = first; i < first + 5000 && i <= count; ++i) {
            rows.append(u"(%1, 'article %2', %3)"_s.arg(i).arg(i % 100).arg(
                i % 7 == 0 ? u"NULL"_s : QString::number((i * 37) % 1000)));
        }
        if (!run(u"INSERT INTO articles VALUES "_s + rows.join(u',')))
            return false;
    }
    return true;
}

inline QStringList column(const AsyncMySql::QueryModel &model, int column)
{
    QStringList texts;
    for (int row = 0; row < model.rowCount(); ++row)
        texts.append(model.index(row, column).data().toString());
    return texts;
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

} // namespace Servers

#define VERIFY_LOADED(model) \
    do { \
        QVERIFY(waitUntil([&] { return !(model).isLoading(); })); \
        QVERIFY2(!(model).error(), qPrintable((model).error().message())); \
    } while (false)
