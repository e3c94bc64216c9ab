// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "submission.h"

#include "rowkeys.h"

#include <AsyncMySql/connection.h>
#include <AsyncMySql/query.h>
#include <AsyncMySql/transaction.h>

#include <algorithm>
#include <utility>

namespace AsyncMySql::Models {

using namespace Qt::StringLiterals;

namespace {
const QString Savepoint = u"asyncmysql_model"_s;
}

Submission::Submission(Executor *executor, TableMetadata table, QList<RowTask> tasks)
    : m_executor(executor)
    , m_table(std::move(table))
    , m_tasks(std::move(tasks))
{
    begin();
}

Submission::~Submission()
{
    if (!m_own || m_isCommitting || m_isFinished)
        return;
    m_own->disconnect(this);
    m_own->rollback();
}

void Submission::begin()
{
    if (auto *connection = qobject_cast<Connection *>(m_executor)) {
        m_own = connection->beginTransaction();
        m_executor = m_own;
        connect(m_own, &Transaction::finished, this, &Submission::transactionEnded);
    } else if ((m_given = qobject_cast<Transaction *>(m_executor))) {
        m_given->savepoint(Savepoint);
    }
    connect(m_executor, &QObject::destroyed, this, [this] {
        Error error(Error::ConnectionClosed, u"The executor was destroyed"_s);
        if (m_isCommitting)
            error.setExecution(Error::Execution::Unknown);
        finishWith(error);
    });
    proceed();
}

template <typename Slot>
void Submission::execute(const BoundStatement &statement, Slot slot)
{
    Query *query = m_executor->execute(statement.sql, statement.parameters.toList());
    // What is read back is compared with what was read, byte by byte.
    query->setPrepared(true);
    connect(query, &Query::finished, this, [this, query, slot] {
        if (query->error())
            fail(query->error());
        else
            slot(query);
    });
}

void Submission::proceed()
{
    if (m_outcomes.size() == m_tasks.size()) {
        commit();
        return;
    }
    if (task().kind == RowTask::Kind::Insert && task().isUncertain)
        insertUnlessDone();
    else
        write();
}

void Submission::write()
{
    execute(writeStatement(m_table, std::as_const(*this).task()),
            [this](Query *query) { written(query); });
}

/// The row may be there already, if the answer to a COMMIT was lost. One with a key that only the
/// server knows cannot be found.
void Submission::insertUnlessDone()
{
    const auto key = keyAfter(m_table, task(), 0);
    if (!key) {
        write();
        return;
    }
    execute(readStatement(m_table, *key, true), [this](Query *query) {
        const Row row = query->result().isEmpty() ? Row() : query->result().first();
        const bool isOwn = row.isValid() && isOwnWork(row, task());
        if (isOwn && hasValues(row, task().values)) {
            setDone({row, true});
            return;
        }
        if (isOwn) {
            // What was changed since then is left to be done.
            task().kind = RowTask::Kind::Update;
            task().stored = row;
            task().isLocked = true;
        }
        write();
    });
}

void Submission::written(Query *query)
{
    const bool wasFound = query->result().affectedRows() > 0 || task().isLocked;
    if (task().kind == RowTask::Kind::Remove && wasFound) {
        setDone({{}, true});
        return;
    }
    if (const auto key = keyAfter(m_table, task(), query->result().lastInsertId()))
        readBack(*key, wasFound);
    else
        setDone({});
}

void Submission::readBack(const QVariantList &key, bool wasFound)
{
    // A new row is ours alone, and whoever may only insert may not lock.
    const bool locks = task().kind != RowTask::Kind::Insert;
    execute(readStatement(m_table, key, locks), [this, wasFound](Query *query) {
        rowRead(query->result().isEmpty() ? Row() : query->result().first(), wasFound);
    });
}

void Submission::rowRead(const Row &row, bool wasFound)
{
    if (wasFound)
        setDone({row, row.isValid()});
    else
        checkUnfound(row);
}

/// No row was changed, and this is the row as it is, locked now.
void Submission::checkUnfound(const Row &row)
{
    const bool removes = task().kind == RowTask::Kind::Remove;
    const bool isDone = removes ? !row.isValid() : row.isValid() && hasValues(row, task().values);
    if (isDone) {
        setDone({row, true});
        return;
    }
    if (row.isValid() && (isAsBefore(row) || isOwnWork(row, task()))) {
        // To the server what is written is the same, or it compares in a way that is not foreseen.
        task().isLocked = true;
        write();
        return;
    }
    Error error(Error::RowChanged, row.isValid() ? u"Somebody else has changed the row"_s
                                                 : u"Somebody else has removed the row"_s);
    error.setExecution(Error::Execution::Rejected);
    fail(error, row);
}

/// As far as the task is about it.
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

void Submission::setDone(const Outcome &outcome)
{
    m_outcomes.append(outcome);
    proceed();
}

void Submission::commit()
{
    m_isCommitting = true;
    if (m_own) {
        m_own->commit();
    } else if (m_given) {
        m_given->releaseSavepoint(Savepoint);
        finishWith({});
    } else {
        finishWith({});
    }
}

void Submission::fail(const Error &error, const Row &present)
{
    m_error = error;
    m_failedTask = m_outcomes.size();
    m_present = present;
    const bool isOver = error.code() == Error::ConnectionClosed;
    if (m_own && !m_own->isFinished() && !isOver) {
        m_own->rollback();
        return;
    }
    if (m_given && !m_given->isFinished() && !isOver)
        m_given->rollbackTo(Savepoint);
    // What is not committed is undone.
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
    // The transaction knows better than a job that is lost with it what became of all of it.
    const Error error = m_own->error();
    const bool isOfTransaction = error && error.category() != Error::Category::Server;
    finishWith(m_error && !isOfTransaction ? m_error : error);
}

void Submission::finishWith(const Error &error)
{
    if (std::exchange(m_isFinished, true))
        return;
    m_error = error;
    if (m_executor)
        m_executor->disconnect(this);
    Q_EMIT finished();
}

} // namespace AsyncMySql::Models
