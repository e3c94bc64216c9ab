// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "submission.h"

#include "rowkeys.h"
#include "samevalue.h"
#include "savepointqueue.h"

#include <AsyncMySql/query.h>
#include <AsyncMySql/transaction.h>

#include <algorithm>
#include <utility>

namespace AsyncMySql::Models {

using namespace Qt::StringLiterals;

namespace {

/// For changes that are certainly undone.
Error cancelled()
{
    Error error(Error::Cancelled, u"The submission was cancelled"_s);
    error.setExecution(Error::Execution::Rejected);
    return error;
}

} // namespace

Submission::Submission(Executor *executor, TableMetadata table, QList<RowTask> tasks)
    : m_executor(executor)
    , m_table(std::move(table))
    , m_tasks(std::move(tasks))
{
    if ((m_given = qobject_cast<Transaction *>(executor))) {
        m_queue = SavepointQueue::of(m_given);
    } else {
        m_own = executor->beginTransaction();
        m_executor = m_own;
        connect(m_own, &Transaction::finished, this, &Submission::transactionEnded);
    }
    connect(m_executor, &QObject::destroyed, this, [this] {
        Error error(Error::ConnectionClosed, u"The executor was destroyed"_s);
        if (m_isCommitting)
            error.setExecution(Error::Execution::Unknown);
        finishWith(error);
    });
    if (m_queue)
        m_queue->enter(this);
    else
        begin();
}

Submission::~Submission()
{
    if (m_isFinished)
        return;
    if (m_own && !m_isCommitting) {
        m_own->disconnect(this);
        m_own->rollback();
    }
    if (m_given && !m_isCommitting && !m_savepoint.isEmpty() && !m_given->isFinished())
        m_given->rollbackTo(m_savepoint);
    if (m_queue)
        m_queue->leave(this);
}

void Submission::begin()
{
    if (m_own) {
        proceed();
    } else if (m_given) {
        m_savepoint = m_queue->newName();
        follow(m_given->savepoint(m_savepoint), [this](Query *) { proceed(); });
    }
}

void Submission::cancel()
{
    if (m_isCommitting || m_isFinished || m_isCancelled || m_error)
        return;
    m_isCancelled = true;
    if (m_query)
        m_query->cancel();
    else
        finishLater(cancelled());
}

template <typename Slot>
void Submission::follow(Query *query, Slot slot)
{
    m_query = query;
    connect(query, &Query::finished, this, [this, query, slot] {
        m_query = nullptr;
        if (m_isCancelled)
            fail(cancelled());
        else if (query->error())
            fail(query->error());
        else
            slot(query);
    });
}

template <typename Slot>
void Submission::execute(const BoundStatement &statement, Slot slot)
{
    if (!m_executor)
        return;
    Query *query = m_executor->execute(statement.sql, statement.parameters.toList());
    // Rows that are read back are compared byte by byte with those that were read.
    query->setPrepared(true);
    follow(query, slot);
}

template <typename Slot>
void Submission::read(const QVariantList &key, bool locks, Slot slot)
{
    execute(readStatement(m_table, key, locks), [slot](Query *query) {
        slot(query->result().isEmpty() ? Row() : query->result().first());
    });
}

void Submission::proceed()
{
    if (m_outcomes.size() == m_tasks.size())
        commit();
    else if (task().kind == RowTask::Kind::Insert && task().isUncertain)
        insertUnlessDone();
    else
        write();
}

void Submission::write()
{
    execute(writeStatement(m_table, std::as_const(*this).task()),
            [this](Query *query) { written(query); });
}

/// The row may already exist if the answer to a COMMIT was lost. If its key is unknown, the user
/// has checked before submitting it.
void Submission::insertUnlessDone()
{
    if (task().uncertainKey)
        read(*task().uncertainKey, true, [this](const Row &row) { checkUninserted(row); });
    else
        write();
}

void Submission::checkUninserted(const Row &row)
{
    if (row.isValid() && isOwnWork(row, task())) {
        takeOver(row);
        if (hasValues(row, task().values)) {
            setDone({row, true, task().uncertainKey});
            return;
        }
        // Later changes stay pending.
        task().kind = RowTask::Kind::Update;
    } else if (row.isValid() && !keyAfter(m_table, task(), 0)) {
        failAsChanged(u"The row may have been inserted, and changed by another client since"_s,
                      row);
        return;
    }
    write();
}

/// The row that an earlier attempt has written is changed now. Values that the server has converted
/// and that are the same now are not written again.
void Submission::takeOver(const Row &row)
{
    RowTask &current = task();
    current.transformed = transformedValues(row, current);
    for (auto value = current.transformed.begin(); value != current.transformed.end(); ++value)
        current.values.remove(value.key());
    current.stored = row;
    current.isFound = true;
    current.isLocked = true;
}

void Submission::written(Query *query)
{
    const bool isNew = task().kind == RowTask::Kind::Insert;
    if (!isNew && !task().isLocked && query->result().affectedRows() == 0) {
        findUnwritten();
        return;
    }
    if (task().kind == RowTask::Kind::Remove) {
        setDone({{}, true, std::nullopt});
        return;
    }
    if (const auto key = keyAfter(m_table, task(), query->result().lastInsertId()))
        readBack(*key);
    else
        setDone({});
}

void Submission::readBack(const QVariantList &key)
{
    // No other client knows a new row, and locking may need more privileges than inserting.
    const bool locks = task().kind != RowTask::Kind::Insert;
    read(key, locks, [this, key](const Row &row) {
        setDone(row.isValid() ? Outcome{row, true, key} : Outcome{});
    });
}

/// No row was changed. It has the key that was read, unless an earlier attempt has changed it.
void Submission::findUnwritten()
{
    const QVariantList key = storedKey(m_table, task().stored);
    read(key, true, [this, key](const Row &row) {
        const auto &other = task().uncertainKey;
        if (!row.isValid() && task().isUncertain && other && !sameValue(*other, key))
            read(*other, true, [this](const Row &moved) { checkUnwritten(moved); });
        else
            checkUnwritten(row);
    });
}

/// Handles the current row, which is locked now.
void Submission::checkUnwritten(const Row &row)
{
    if (task().kind == RowTask::Kind::Remove && !row.isValid()) {
        setDone({{}, true, std::nullopt});
        return;
    }
    if (!row.isValid()) {
        failAsChanged(u"Another client has removed the row"_s, row);
        return;
    }
    if (task().kind == RowTask::Kind::Update && isDone(row)) {
        setDone({row, true, storedKey(m_table, row)});
        return;
    }
    // The written values are equal for the server, or its comparison is unexpected.
    const bool isAsRead = isAsBefore(row);
    if (!isAsRead && !isOwnWork(row, task())) {
        failAsChanged(u"Another client has changed the row"_s, row);
        return;
    }
    if (isAsRead)
        task().isLocked = true;
    else
        takeOver(row);
    write();
}

/// Checks the columns of the task.
bool Submission::isAsBefore(const Row &row) const
{
    const RowTask &current = task();
    for (int column = 0; column < m_table.columns.size(); ++column) {
        const bool matters = current.kind == RowTask::Kind::Remove
                                 ? !m_table.columns[column].isGenerated
                                 : current.values.contains(column);
        if (matters && !isSame(row, current.stored, column))
            return false;
    }
    return true;
}

/// Whether the row has all values of the task, possibly as converted by the server.
bool Submission::isDone(const Row &row) const
{
    const CellValues transformed = transformedValues(row, task());
    CellValues values = task().values;
    for (auto value = transformed.begin(); value != transformed.end(); ++value)
        values.remove(value.key());
    return hasValues(row, values);
}

void Submission::setDone(const Outcome &outcome)
{
    m_outcomes.append(outcome);
    proceed();
}

void Submission::commit()
{
    m_isCommitting = true;
    if (m_own)
        m_own->commit();
    else if (m_given)
        follow(m_given->releaseSavepoint(m_savepoint), [this](Query *) { finishWith({}); });
}

void Submission::failAsChanged(const QString &message, const Row &serverRow)
{
    Error error(Error::RowChanged, message);
    error.setExecution(Error::Execution::Rejected);
    fail(error, serverRow);
}

void Submission::fail(const Error &error, const Row &serverRow)
{
    if (m_isFinished)
        return;
    m_error = error;
    const bool isOfTask = !m_isCancelled && m_outcomes.size() < m_tasks.size();
    m_failedTask = isOfTask ? m_outcomes.size() : -1;
    m_serverRow = serverRow;
    const bool isOver = error.code() == Error::ConnectionClosed;
    if (m_own && !m_own->isFinished() && !isOver) {
        m_own->rollback();
        return;
    }
    if (m_given && !m_given->isFinished() && !isOver)
        m_given->rollbackTo(m_savepoint);
    // Changes that were not committed are undone.
    Error told = error;
    if (m_own && isOver)
        told.setExecution(Error::Execution::Rejected);
    finishWith(told);
}

void Submission::transactionEnded()
{
    if (m_own->state() == Transaction::State::Committed) {
        finishWith({});
        return;
    }
    // The transaction has more precise information than a job that is lost with it.
    const Error error = m_own->error();
    const bool isOfTransaction
        = error && error.category() != Error::Category::Server && !m_isCancelled;
    finishWith(m_error && !isOfTransaction ? m_error : error);
}

/// Not called by the constructor or by cancel().
void Submission::finishLater(const Error &error)
{
    m_error = error;
    QMetaObject::invokeMethod(
        this, [this, error] { finishWith(error); }, Qt::QueuedConnection);
}

void Submission::finishWith(const Error &error)
{
    if (std::exchange(m_isFinished, true))
        return;
    m_error = error;
    if (m_executor)
        m_executor->disconnect(this);
    if (m_queue)
        m_queue->leave(this);
    Q_EMIT finished();
}

} // namespace AsyncMySql::Models
