// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "rowstatements.h"

#include <AsyncMySql/error.h>
#include <AsyncMySql/executor.h>

#include <QtCore/qlist.h>
#include <QtCore/qobject.h>
#include <QtCore/qpointer.h>

namespace AsyncMySql {

class Query;
class Transaction;

namespace Models {

/// Writes rows, one after the other, all of them or none: in a transaction of its own, or, in one
/// that was given, behind a savepoint. Reads each row back, so that what the server made of it is
/// known, and who else has written it.
class Submission : public QObject
{
    Q_OBJECT

public:
    Submission(Executor *executor, TableMetadata table, QList<RowTask> tasks);
    /// What is not on its way to be committed is undone.
    ~Submission() override;

    struct Outcome
    {
        /// As the server has it now; invalid if it is gone, or cannot be found.
        Row present;
        bool isRead = false;
    };

    const QList<RowTask> &tasks() const { return m_tasks; }
    const Outcome &outcome(qsizetype task) const { return m_outcomes[task]; }

    /// No error if all is written.
    Error error() const { return m_error; }
    /// The index of the task that is to blame; -1 if none is.
    qsizetype failedTask() const { return m_failedTask; }
    /// Of the failed task, where somebody else has changed the row.
    Row present() const { return m_present; }

Q_SIGNALS:
    void finished();

private:
    void begin();
    void proceed();
    void written(Query *query);
    void readBack(const QVariantList &key, bool wasFound);
    void rowRead(const Row &row, bool wasFound);
    void checkUnfound(const Row &row);
    bool isAsBefore(const Row &row) const;
    void insertUnlessDone();
    void write();
    void setDone(const Outcome &outcome);
    void commit();
    void fail(const Error &error, const Row &present = {});
    void transactionEnded();
    void finishWith(const Error &error);
    template <typename Slot>
    void execute(const BoundStatement &statement, Slot slot);
    const RowTask &task() const { return m_tasks[m_outcomes.size()]; }
    RowTask &task() { return m_tasks[m_outcomes.size()]; }

    QPointer<Executor> m_executor;
    /// What was begun here; null if the executor is a transaction itself, or has none.
    QPointer<Transaction> m_own;
    QPointer<Transaction> m_given;
    const TableMetadata m_table;
    QList<RowTask> m_tasks;
    QList<Outcome> m_outcomes;
    bool m_isCommitting = false;
    bool m_isFinished = false;
    Error m_error;
    qsizetype m_failedTask = -1;
    Row m_present;
};

} // namespace Models
} // namespace AsyncMySql
