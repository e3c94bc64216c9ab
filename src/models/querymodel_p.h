// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/executor.h>
#include <AsyncMySql/querymodel.h>

#include "keyeddiff.h"
#include "rowreader.h"
#include "sqlwrapping.h"

#include <QtCore/qpointer.h>

#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace AsyncMySql {

class QueryModelPrivate
{
public:
    using RowReader = Models::RowReader;

    /// Ordered: what comes later does the work of what comes before, too.
    enum class Purpose { Refresh, Replace };

    explicit QueryModelPrivate(QueryModel *model)
        : q(model)
    {
    }

    // Starting
    using Signal = void (QueryModel::*)(QueryModel::QPrivateSignal);
    /// Something was set that asks for other rows.
    void changed(Signal signal);
    void schedule(Purpose purpose);
    void start();
    void stop();
    void setExecutor(Executor *newExecutor);
    Models::WrappingResult statement() const;
    qsizetype wantedAtStart() const;

    // Rows that come
    void nextAdvanced();
    void shownAdvanced();
    void replaceShown();
    void grow();
    void fetchMore();
    bool canFetchMore() const;

    // Rows that have come again
    void refreshShown();
    std::vector<QByteArray> keysOf(const RowReader &reader, qsizetype count,
                                   const QList<int> &keyIndexes) const;
    QList<int> keyIndexes() const;
    void carryOut(const Models::Diff &diff);
    void carryOut(const Models::DiffStep &step);
    void reorder(const Models::Diff &diff);
    using RowRange = std::pair<qsizetype, qsizetype>;
    std::vector<RowRange> changedRows(const RowReader &incoming, const Models::Diff &diff) const;

    const Row &rowAt(qsizetype index) const;
    void showColumns(const RowReader &reader);
    bool isLoading() const;
    bool isComplete() const;
    void fail(const Error &newError);
    /// Tells what has changed since the last time.
    void publish();

    using ReaderPointer = std::unique_ptr<RowReader>;

    struct Published
    {
        bool loading = false;
        bool complete = false;
        qsizetype count = 0;
        QStringList columnNames;
        qint64 elapsed = 0;
        Error error;
    };
    Published published() const;

    QueryModel *q;

    // What is asked for
    QPointer<Executor> executor;
    QString sql;
    QVariant parameters;
    QStringList keyColumns;
    int fetchSize = 256;
    qsizetype bufferLimit = 1024 * 1024;
    bool prefetch = false;
    std::optional<Models::SqlOrder> order;
    QList<Models::SqlFilter> filters;

    // What is shown
    ReaderPointer shown;
    qsizetype visible = 0;
    /// Negative: all.
    qsizetype wanted = 0;
    QList<Column> columns;
    QStringList columnNames;
    qint64 elapsed = 0;
    Error error;

    // What will be
    std::optional<Purpose> scheduled;
    ReaderPointer next;
    Purpose purpose = Purpose::Replace;

    /// The columns of this statement as it stands, and those of its rows' primary key: a statement
    /// around it can lose them.
    QString knownSql;
    QStringList knownNames;
    QList<int> knownKey;

    /// Between beginInsertRows() and endInsertRows() and the like: views and testers ask for more
    /// rows even then.
    bool changing = false;
    /// While rows go over from shown to next: where each row is, those of next inverted (~).
    std::vector<qsizetype> places;
    const RowReader *incoming = nullptr;

    mutable qsizetype cachedIndex = -1;
    mutable Row cachedRow;
    Published told;
    QMetaObject::Connection executorConnection;
};

} // namespace AsyncMySql
