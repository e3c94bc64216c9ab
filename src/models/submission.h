// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "rowstatements.h"

#include <AsyncMySql/error.h>
#include <AsyncMySql/executor.h>

#include <QtCore/qlist.h>
#include <QtCore/qobject.h>
#include <QtCore/qpointer.h>

#include <optional>

namespace AsyncMySql {

class Query;
class Transaction;

namespace Models {

class SavepointQueue;

/// Writes rows one after the other, all or none: in a separate transaction, or after a savepoint of
/// a given one. Reads each row back, to know the values that the server has stored and whether
/// another client has changed it.
class Submission : public QObject
{
    Q_OBJECT

public:
    Submission(Executor *executor, TableMetadata table, QList<RowTask> tasks);
    /// Undoes changes whose commit is not in flight.
    ~Submission() override;

    /// Starts writing, when it is its turn in the given transaction.
    void begin();
    /// Undoes everything and fails with Error::Cancelled, unless COMMIT is in flight.
    void cancel();

    struct Outcome
    {
        /// The current row in the server; invalid if it was removed or cannot be found.
        Row serverRow;
        bool isRead = false;
        /// The key of the row that was read back.
        std::optional<QVariantList> key;
    };

    /// Tasks that were recognised as done, or partly done, differ from the given ones: see
    /// RowTask::isFound.
    const QList<RowTask> &tasks() const { return m_tasks; }
    const Outcome &outcome(qsizetype task) const { return m_outcomes[task]; }
    bool hasOutcome(qsizetype task) const { return task < m_outcomes.size(); }
    /// Whether the task can have been sent to the server.
    bool wasSent(qsizetype task) const { return task <= m_outcomes.size(); }

    bool isFinished() const { return m_isFinished; }
    /// No error if all tasks were written.
    Error error() const { return m_error; }
    /// The index of the task that caused the failure; -1 if there is none.
    qsizetype failedTask() const { return m_failedTask; }
    /// The current row of the failed task, if another client has changed it.
    Row serverRow() const { return m_serverRow; }

Q_SIGNALS:
    void finished();

private:
    void proceed();
    void written(Query *query);
    void readBack(const QVariantList &key);
    void findUnwritten();
    void checkUnwritten(const Row &row);
    bool isAsBefore(const Row &row) const;
    bool isDone(const Row &row) const;
    void insertUnlessDone();
    void checkUninserted(const Row &row);
    void takeOver(const Row &row);
    void write();
    void setDone(const Outcome &outcome);
    void commit();
    void fail(const Error &error, const Row &serverRow = {});
    void failAsChanged(const QString &message, const Row &serverRow);
    void transactionEnded();
    void finishLater(const Error &error);
    void finishWith(const Error &error);
    template <typename Slot>
    void execute(const BoundStatement &statement, Slot slot);
    template <typename Slot>
    void read(const QVariantList &key, bool locks, Slot slot);
    template <typename Slot>
    void follow(Query *query, Slot slot);
    const RowTask &task() const { return m_tasks[m_outcomes.size()]; }
    RowTask &task() { return m_tasks[m_outcomes.size()]; }

    QPointer<Executor> m_executor;
    /// What was begun here; null if the executor is a transaction itself.
    QPointer<Transaction> m_own;
    QPointer<Transaction> m_given;
    QPointer<SavepointQueue> m_queue;
    QString m_savepoint;
    QPointer<Query> m_query;
    const TableMetadata m_table;
    QList<RowTask> m_tasks;
    QList<Outcome> m_outcomes;
    bool m_isCommitting = false;
    bool m_isCancelled = false;
    bool m_isFinished = false;
    Error m_error;
    qsizetype m_failedTask = -1;
    Row m_serverRow;
};

} // namespace Models
} // namespace AsyncMySql
