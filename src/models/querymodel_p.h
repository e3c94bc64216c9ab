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
    /// Something was set that asks for other rows.
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

    // Rows that come. These functions give false where a slot has deleted the model.
    void nextAdvanced();
    void shownAdvanced();
    bool replaceShown();
    bool grow();
    void fetchMore();
    bool canFetchMore() const;
    void show(ReaderPointer reader);
    void catchUp() override;

    // Rows that have come again
    void compareRows();
    void refreshShown() override;
    QList<int> keyIndexes() const;

    /// They are of the statement that was started last.
    void know(const QList<Column> &itsColumns);
    bool isLoading() const;
    bool isComplete() const;

    Published toPublish() const override;
    void notify(Property property) override;
    void notifyOfError(const Error &newError) override;

    QueryModel *const q;

    // What is asked for
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
    Models::ShownRows rows;
    /// Negative: all.
    qsizetype wanted = 0;
    QList<Column> columns;
    qint64 elapsed = 0;

    // What will be
    /// By refresh() or reload(), which must not fail without a word.
    bool isAskedFor = false;
    bool executorIsLost = false;
    QPointer<PreparedStatement> learning;
    ReaderPointer next;
    Load purpose = Load::Replace;
    qsizetype nextWanted = 0;
    /// The statement that started last, and whether it is executed as it stands.
    QString startedSql;
    bool startedPlain = true;

    /// The columns of this statement as it stands, and those of its rows' primary key: a statement
    /// around it can lose them.
    QString knownSql;
    QStringList knownNames;
    QList<int> knownKey;
};

} // namespace AsyncMySql
