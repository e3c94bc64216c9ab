// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/preparedstatement.h>
#include <AsyncMySql/querymodel.h>

#include "rowreader.h"
#include "rowsmodel_p.h"
#include "shownrows.h"
#include "sqlwrapping.h"

#include <QtCore/qpointer.h>

#include <memory>
#include <optional>

namespace AsyncMySql {

class QueryModelPrivate final : public RowsModelPrivate
{
public:
    using RowReader = Models::RowReader;
    using ReaderPointer = std::unique_ptr<RowReader>;

    explicit QueryModelPrivate(QueryModel *queryModel)
        : RowsModelPrivate(queryModel)
        , q(queryModel)
        , rows(queryModel)
    {
    }

    // Starting
    using Signal = void (QueryModel::*)(QueryModel::QPrivateSignal);
    /// A property was set that requires other rows.
    void changed(Signal signal);
    void start(Load load) override;
    void learnColumns();
    void columnsLearnt();
    void forgetLearning();
    void execute(const Models::BoundStatement &bound);
    void stop();
    void forgetNext();
    bool dropUnbegun() override;
    Models::WrappingResult statement() const;
    qsizetype wantedAtStart(bool viewsAskOn) const;

    // Arriving rows. These functions return false if a slot has deleted the model.
    void nextAdvanced();
    void shownAdvanced();
    bool replaceShown();
    bool grow();
    void fetchMore();
    bool canFetchMore() const;
    void show(ReaderPointer reader);
    void catchUp() override;

    // Refreshed rows
    void compareRows();
    void refreshShown() override;
    QList<int> keyIndexes() const;

    /// Whether they belong to the statement that was started last.
    void know(const QList<Column> &itsColumns);
    bool isLoading() const;
    bool isComplete() const;

    Published toPublish() const override;
    void notify(Property property) override;
    void notifyOfError(const Error &newError) override;

    QueryModel *const q;

    // Requested
    QString sql;
    QVariant parameters;
    QStringList keyColumns;
    int fetchSize = 256;
    qsizetype bufferLimit = 1024 * 1024;
    bool prefetch = false;
    std::optional<Models::SqlOrder> order;
    QList<Models::SqlFilter> filters;

    // Shown
    ReaderPointer shown;
    Models::ShownRows rows;
    /// If it is negative, all.
    qsizetype wanted = 0;
    QList<Column> columns;
    qint64 elapsed = 0;

    // Pending
    /// By refresh() or reload(), which must report failures.
    bool isAskedFor = false;
    bool executorIsLost = false;
    QPointer<PreparedStatement> learning;
    ReaderPointer next;
    Load purpose = Load::Replace;
    qsizetype nextWanted = 0;
    /// The statement that was started last, and whether it is executed unchanged.
    QString startedSql;
    bool startedPlain = true;

    /// The columns of the unchanged statement, and those of its primary key, which a statement
    /// around it can lose.
    QString knownSql;
    QStringList knownNames;
    QList<int> knownKey;
};

} // namespace AsyncMySql
