// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "rowcomparison.h"
#include "shownrows.h"

#include <AsyncMySql/error.h>
#include <AsyncMySql/executor.h>

#include <QtCore/qabstractitemmodel.h>
#include <QtCore/qobject.h>
#include <QtCore/qpointer.h>
#include <QtCore/qstringlist.h>

#include <chrono>
#include <memory>
#include <optional>

namespace AsyncMySql {

class RandomRows;

namespace Models {
class RandomAccessReader;
} // namespace Models

/// The common part of the models: they start reading once for all requests, wait while views are
/// notified of changes, and publish the differences afterwards.
class RowsModelPrivate
{
    Q_DISABLE_COPY_MOVE(RowsModelPrivate)

public:
    class Change;

    /// Ordered: a later value includes the work of the earlier ones.
    enum class Load : quint8 {
        Refresh, ///< read again, and change what is shown to what there is now
        Replace, ///< show something else
    };

    /// The published values of a model, in the order of their signals.
    enum class Property : quint8 {
        ColumnNames,
        Paged,
        ReadOnly,
        Count,
        PendingChanges,
        Elapsed,
        Error,
        Complete,
        Progress,
        Submitting,
        Loading,
        Executor,
    };

    explicit RowsModelPrivate(QAbstractTableModel *rowsModel)
        : model(rowsModel)
    {
    }
    virtual ~RowsModelPrivate();

    /// Several calls in one turn of the event loop start one load.
    virtual void schedule(Load load);
    void setExecutor(Executor *newExecutor);
    void fail(const Error &newError);
    /// Emits the signals of values that have changed since the last call.
    void publish();
    bool isChanging() const { return m_changes > 0; }
    /// Whether views are being notified of a change; catchUp() is called after its end.
    bool mustWait();

    // Requested
    QPointer<Executor> executor;
    std::optional<Load> scheduled;

    // Current
    QStringList columnNames;
    Error error;

    /// A model without one of these keeps its default.
    struct Published
    {
        QStringList columnNames = {};
        bool paged = false;
        bool readOnly = true;
        qsizetype count = 0;
        int pendingChanges = 0;
        qint64 elapsed = 0;
        Error error = {};
        bool complete = false;
        double progress = 0;
        bool submitting = false;
        bool loading = false;
    };
    Published published;

protected:
    virtual void start(Load load) = 0;
    /// Does the work that was deferred to the end of a change.
    virtual void catchUp() = 0;
    /// The executor was destroyed: cancels pending loads and returns whether there were any.
    virtual bool dropUnbegun() = 0;
    virtual Published toPublish() const = 0;
    virtual void notify(Property property) = 0;
    virtual void notifyOfError(const Error &newError) = 0;
    /// Within a reset of the model: its RandomRows, which are those of \a reader, are shown, and no
    /// others.
    virtual void randomRowsReplaced(const Models::RandomAccessReader &reader) = 0;

    /// Shows the compared rows.
    virtual void refreshShown() = 0;

    void startScheduled();
    /// Calls refreshShown() at the end. The comparison uses as many turns of the event loop as
    /// needed to block none of them for long.
    void compare(std::unique_ptr<Models::RowComparison> newComparison);
    void goOnComparing();
    /// Emits dataChanged() for the rows that stay with other values. Returns whether the model
    /// still exists.
    bool announceChanges(const Models::ShownRows &rows, const Models::RowComparison &compared);

    QAbstractTableModel *const model;
    std::unique_ptr<Models::RowComparison> comparison;

private:
    friend class RandomRows;

    void compareFor(std::chrono::milliseconds time);
    void executorDestroyed();

    int m_changes = 0;
    bool m_catchesUp = false;
    bool m_goesOnComparing = false;
    QMetaObject::Connection m_executorConnection;
};

/// Exists while rows are inserted, removed or moved. Views request more rows even then, and slots
/// may run an event loop or change rows: rows that arrive in the meantime wait for its end.
class RowsModelPrivate::Change
{
    Q_DISABLE_COPY_MOVE(Change)

public:
    explicit Change(RowsModelPrivate *changed);
    ~Change();

    /// A slot may have deleted the model.
    bool isModelGone() const { return !m_model; }

private:
    RowsModelPrivate *d;
    QPointer<QAbstractTableModel> m_model;
};

} // namespace AsyncMySql
