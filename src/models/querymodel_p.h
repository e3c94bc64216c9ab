// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/querymodel.h>

#include "pageplan.h"
#include "randomrows.h"
#include "rowreader.h"
#include "rowsmodel_p.h"
#include "shownrows.h"
#include "sqlwrapping.h"
#include "statementfacts.h"

#include <QtCore/qpointer.h>

#include <memory>
#include <optional>
#include <variant>

namespace AsyncMySql {

class QueryModelPrivate final : public RowsModelPrivate
{
public:
    using RowReader = Models::RowReader;
    using ReaderPointer = std::unique_ptr<RowReader>;

    explicit QueryModelPrivate(QueryModel *queryModel);

    // Starting
    using Signal = void (QueryModel::*)(QueryModel::QPrivateSignal);
    /// A property was set that requires other rows.
    void changed(Signal signal);
    void start(Load load) override;
    bool ask();
    void read();
    void readFrom(ReaderPointer reader);
    /// In plain words why the rows cannot be read in pages.
    std::variant<Models::PagePlan, QString> pagePlan() const;
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
    void randomRowsReplaced(const Models::RandomAccessReader &reader) override;
    void setColumns(const QList<Column> &newColumns);
    void catchUp() override;

    // Refreshed rows
    void compareRows();
    void refreshShown() override;
    QList<int> keyIndexes() const;

    bool readAgainIfOutdated(const ReaderPointer &reader);
    bool isLoading() const;
    bool isComplete() const;
    qsizetype count() const { return random.isShown() ? random.count() : rows.count(); }
    /// Invalid if it has not been read.
    Row row(int index) const { return random.isShown() ? random.row(index) : rows.readRow(index); }

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
    qsizetype cacheSize = 32 * 1024 * 1024;
    bool prefetch = false;
    QueryModel::ReadMode readMode = QueryModel::ReadMode::Automatic;
    std::optional<Models::SqlOrder> order;
    QList<Models::SqlFilter> filters;

    // Shown: the rows of either
    RandomRows random{this, &facts};
    ReaderPointer shown;
    Models::ShownRows rows;
    /// If it is negative, all.
    qsizetype wanted = 0;
    QList<Column> columns;
    qint64 elapsed() const { return random.isShown() ? random.elapsed() : elapsedBefore; }

    /// Of the rows that were shown before those that are read at random, or are now.
    qint64 elapsedBefore = 0;

    // Pending
    /// By refresh() or reload(), which must report failures.
    bool isAskedFor = false;
    bool executorIsLost = false;
    Models::StatementFacts facts;
    ReaderPointer next;
    Load purpose = Load::Replace;
    qsizetype nextWanted = 0;
    /// The statement that was started last, and whether it is executed unchanged.
    QString startedSql;
    bool startedPlain = true;
    QueryModel::ReadMode startedMode = QueryModel::ReadMode::Automatic;
};

} // namespace AsyncMySql
