// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/executor.h>
#include <AsyncMySql/preparedstatement.h>
#include <AsyncMySql/querymodel.h>

#include "rowcomparison.h"
#include "rowreader.h"
#include "sqlwrapping.h"

#include <QtCore/qpointer.h>

#include <memory>
#include <optional>
#include <vector>

namespace AsyncMySql {

class QueryModelPrivate
{
public:
    using RowReader = Models::RowReader;
    using ReaderPointer = std::unique_ptr<RowReader>;
    class Change;

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
    void learnColumns();
    void columnsLearnt();
    void forgetLearning();
    void execute(const Models::BoundStatement &bound);
    void stop();
    void forgetNext();
    void setExecutor(Executor *newExecutor);
    void executorDestroyed();
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
    void catchUp();

    // Rows that have come again
    void compare();
    void goOnComparing();
    void refreshShown();
    QList<int> keyIndexes() const;
    bool carryOut(const Models::Diff &diff);
    bool carryOut(const Models::DiffStep &step);
    /// \a origins as Diff has them.
    bool exchange(const std::vector<qsizetype> &origins);
    bool reorder(const std::vector<qsizetype> &arrangement);
    bool insert(qsizetype first, const std::vector<qsizetype> &newPlaces);
    bool remove(qsizetype first, qsizetype count);

    const Row &rowAt(qsizetype index) const;
    /// They are of the statement that was started last.
    void know(const QList<Column> &itsColumns);
    bool isLoading() const;
    bool isComplete() const;
    void fail(const Error &newError);
    /// Tells what has changed since the last time.
    void publish();

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
    /// By refresh() or reload(), which must not fail without a word.
    bool isAskedFor = false;
    bool executorIsLost = false;
    QPointer<PreparedStatement> learning;
    ReaderPointer next;
    Purpose purpose = Purpose::Replace;
    qsizetype nextWanted = 0;
    /// The statement that started last, and whether it is executed as it stands.
    QString startedSql;
    bool startedPlain = true;
    std::unique_ptr<Models::RowComparison> comparison;
    bool goesOnComparing = false;

    /// The columns of this statement as it stands, and those of its rows' primary key: a statement
    /// around it can lose them.
    QString knownSql;
    QStringList knownNames;
    QList<int> knownKey;

    /// While views are told of a change the next one waits, for views ask for more rows even then,
    /// and slots may run an event loop.
    bool changing = false;
    bool catchesUp = false;
    /// While rows go over from shown to next: where each row is, those of next inverted (~).
    std::vector<qsizetype> places;
    const RowReader *incoming = nullptr;

    mutable qsizetype cachedIndex = -1;
    mutable Row cachedRow;
    Published told;
    QMetaObject::Connection executorConnection;
};

class QueryModelPrivate::Change
{
    Q_DISABLE_COPY_MOVE(Change)

public:
    explicit Change(QueryModelPrivate *changed);
    ~Change();

    /// A slot may have deleted the model.
    bool isOver() const { return !m_model; }

private:
    QueryModelPrivate *d;
    QPointer<QueryModel> m_model;
};

} // namespace AsyncMySql
