// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "asyncresult.h"

#include "asyncdriver.h"
#include "sqlerrors.h"
#include "streamable.h"

#include <QtCore/qcoreapplication.h>
#include <QtCore/qdebug.h>

#include <utility>

namespace AsyncMySql::Sql {

using namespace Qt::StringLiterals;

AsyncResult::AsyncResult(const AsyncDriver *driver)
    : QSqlResult(driver)
{
}

AsyncResult::~AsyncResult()
{
    clearAll();
}

bool AsyncResult::isUsable() const
{
    return driver() && driver()->isOpen() && !driver()->isOpenError();
}

/// Forgets all rows.
void AsyncResult::clearResults()
{
    if (m_stream != 0)
        m_session->closeStream(std::exchange(m_stream, 0));
    m_isStreamed = false;
    m_blocks.clear();
    m_block = {};
    m_blockRow = 0;
    m_streamedRows = 0;
    m_results.clear();
    m_resultIndex = 0;
    m_error = {};
    m_result = {};
    m_fields.clear();
    m_row = {};
    m_affectedRows = -1;
    m_lastInsertId = 0;
    setAt(QSql::BeforeFirstRow);
    setActive(false);
}

/// Also the prepared statement.
void AsyncResult::clearAll()
{
    clearResults();
    if (m_statement != 0)
        m_session->closeStatement(std::exchange(m_statement, 0));
    m_session.reset();
}

bool AsyncResult::fail(const char *what, const Error &error)
{
    setLastError(sqlError(QCoreApplication::translate("QMYSQLResult", what),
                          QSqlError::StatementError, error));
    return false;
}

bool AsyncResult::reset(const QString &query)
{
    if (!isUsable())
        return false;
    clearAll();
    m_session = static_cast<const AsyncDriver *>(driver())->session();
    const SqlSession::Answer answer
        = m_session->execute(query, isForwardOnly() && isStreamable(query));
    if (answer.error && answer.results.isEmpty())
        return fail(QT_TRANSLATE_NOOP("QMYSQLResult", "Unable to execute query"), answer.error);
    return accept(answer);
}

bool AsyncResult::prepare(const QString &query)
{
    if (!isUsable())
        return false;
    clearAll();
    if (query.isEmpty())
        return false;
    m_session = static_cast<const AsyncDriver *>(driver())->session();
    const SqlSession::Preparation preparation = m_session->prepare(query);
    if (preparation.error) {
        return fail(QT_TRANSLATE_NOOP("QMYSQLResult", "Unable to prepare statement"),
                    preparation.error);
    }
    m_statement = preparation.statement;
    m_parameterCount = preparation.parameterCount;
    m_statementHasColumns = preparation.hasColumns;
    setSelect(preparation.hasColumns);
    return true;
}

bool AsyncResult::exec()
{
    if (!driver())
        return false;
    if (m_statement == 0)
        return QSqlResult::exec();
    clearResults();
    const QVariantList values = boundValues();
    if (values.size() != m_parameterCount) {
        constexpr auto number = "2031"_L1;
        setLastError(QSqlError(
            "QMYSQL: "_L1
                + QCoreApplication::translate("QMYSQLResult", "Unable to execute statement"),
            u"No data supplied for parameters in prepared statement"_s, QSqlError::StatementError,
            number));
        return false;
    }
    QVariantList parameters;
    parameters.reserve(values.size());
    for (const QVariant &value : values)
        parameters.append(parameterOf(value));
    const SqlSession::Answer answer = m_session->executePrepared(
        m_statement, parameters, isForwardOnly() && m_statementHasColumns);
    if (answer.error && answer.results.isEmpty()) {
        return fail(QT_TRANSLATE_NOOP("QMYSQLResult", "Unable to execute statement"), answer.error);
    }
    return accept(answer);
}

/// The columns of the arrays as rows of one batch.
bool AsyncResult::execBatch(bool arrayBind)
{
    const QVariantList columns = boundValues();
    if (m_statement == 0 || m_statementHasColumns || columns.isEmpty()
        || columns.size() != m_parameterCount)
        return QSqlResult::execBatch(arrayBind);
    clearResults();
    QList<QVariantList> lists;
    for (const QVariant &column : columns)
        lists.append(column.toList());
    const qsizetype count = lists.first().size();
    QList<QVariantList> rows;
    rows.reserve(count);
    for (qsizetype row = 0; row < count; ++row) {
        QVariantList values;
        values.reserve(lists.size());
        for (const QVariantList &list : std::as_const(lists))
            values.append(parameterOf(list.value(row)));
        rows.append(std::move(values));
    }
    setSelect(false);
    const SqlSession::Answer answer = m_session->executeBatch(m_statement, rows);
    if (answer.error) {
        return fail(QT_TRANSLATE_NOOP("QMYSQLResult", "Unable to execute statement"), answer.error);
    }
    m_affectedRows = static_cast<qint64>(answer.affectedRows);
    m_lastInsertId = answer.lastInsertId;
    setActive(true);
    return true;
}

bool AsyncResult::accept(const SqlSession::Answer &answer)
{
    m_results = answer.results;
    m_error = answer.error;
    if (answer.stream != 0) {
        m_stream = answer.stream;
        m_isStreamed = true;
        m_blocks = answer.rows.blocks;
        for (const Result &block : std::as_const(m_blocks))
            m_streamedRows += block.rowCount();
        m_error = answer.rows.error;
        adoptColumns(m_blocks.first());
        if (answer.rows.isEnd) {
            m_session->closeStream(std::exchange(m_stream, 0));
            m_affectedRows = m_streamedRows;
        }
    } else {
        adopt(m_results.value(0));
    }
    setActive(true);
    return true;
}

void AsyncResult::adopt(const Result &result)
{
    m_result = result;
    adoptColumns(result);
    m_affectedRows
        = result.hasRows() ? result.rowCount() : static_cast<qint64>(result.affectedRows());
    m_lastInsertId = result.lastInsertId();
}

void AsyncResult::adoptColumns(const Result &result)
{
    m_result = result;
    m_fields.clear();
    const int count = result.columnCount();
    for (int column = 0; column < count; ++column)
        m_fields.emplace_back(result.column(column), m_statement != 0);
    setSelect(count > 0);
    setAt(QSql::BeforeFirstRow);
}

bool AsyncResult::isInRows(int field) const
{
    return isSelect() && m_row.isValid() && field >= 0
           && static_cast<size_t>(field) < m_fields.size();
}

QVariant AsyncResult::data(int field)
{
    if (!isInRows(field)) {
        qWarning("QMYSQLResult::data: column %d out of range", field);
        return {};
    }
    return m_fields[static_cast<size_t>(field)].read(m_row, field, numericalPrecisionPolicy());
}

bool AsyncResult::isNull(int field)
{
    return !isInRows(field) || m_row.isNull(field);
}

/// Takes what has come of the stream; with \a all, up to its end. False after an error.
bool AsyncResult::readBlocks(bool all)
{
    const RowStream::Rows rows = m_session->readStream(m_stream, all);
    for (const Result &block : rows.blocks) {
        m_streamedRows += block.rowCount();
        m_blocks.append(block);
    }
    if (rows.isEnd) {
        m_session->closeStream(std::exchange(m_stream, 0));
        m_error = rows.error;
        if (!m_error)
            m_affectedRows = m_streamedRows;
    }
    return !rows.isEnd || !rows.error;
}

bool AsyncResult::nextBlock()
{
    if (m_blocks.isEmpty() && m_stream != 0)
        readBlocks(false);
    if (m_blocks.isEmpty()) {
        if (m_error)
            fail(QT_TRANSLATE_NOOP("QMYSQLResult", "Unable to fetch data"),
                 std::exchange(m_error, {}));
        return false;
    }
    m_block = m_blocks.takeFirst();
    m_blockRow = 0;
    return true;
}

bool AsyncResult::fetchNext()
{
    if (!driver())
        return false;
    if (!m_isStreamed)
        return goTo(at() + 1);
    if (m_blockRow >= m_block.rowCount() && !nextBlock())
        return false;
    m_row = m_block.row(m_blockRow++);
    setAt(at() + 1);
    return true;
}

bool AsyncResult::goTo(qsizetype row)
{
    if (row < 0 || row >= m_result.rowCount())
        return false;
    m_row = m_result.row(row);
    setAt(static_cast<int>(row));
    return true;
}

bool AsyncResult::fetch(int row)
{
    if (!driver())
        return false;
    if (!isForwardOnly())
        return at() == row || goTo(row);
    if (row <= at())
        return false;
    while (at() < row - 1) {
        if (!fetchNext())
            return false;
    }
    return fetchNext();
}

bool AsyncResult::fetchFirst()
{
    if (at() == 0)
        return true;
    if (isForwardOnly())
        return at() == QSql::BeforeFirstRow && fetchNext();
    return fetch(0);
}

bool AsyncResult::fetchLast()
{
    if (!driver())
        return false;
    if (isForwardOnly()) {
        const bool hasMoved = fetchNext();
        while (fetchNext()) {
        }
        return hasMoved;
    }
    return m_result.rowCount() > 0 && fetch(static_cast<int>(m_result.rowCount()) - 1);
}

bool AsyncResult::nextResult()
{
    if (!driver())
        return false;
    setAt(QSql::BeforeFirstRow);
    setActive(false);
    setSelect(false);
    m_fields.clear();
    m_row = {};
    if (m_isStreamed || m_resultIndex + 1 >= m_results.size()) {
        if (m_error && !m_isStreamed) {
            fail(QT_TRANSLATE_NOOP("QMYSQLResult", "Unable to execute next query"),
                 std::exchange(m_error, {}));
        }
        return false;
    }
    adopt(m_results.at(++m_resultIndex));
    setActive(true);
    return true;
}

int AsyncResult::size()
{
    if (!driver() || !isSelect() || !isActive())
        return -1;
    if (!m_isStreamed)
        return static_cast<int>(m_result.rowCount());
    if (m_stream != 0)
        readBlocks(true);
    return static_cast<int>(m_streamedRows);
}

int AsyncResult::numRowsAffected()
{
    return static_cast<int>(m_affectedRows);
}

QVariant AsyncResult::lastInsertId() const
{
    if (!isActive() || !driver() || m_lastInsertId == 0)
        return {};
    return m_lastInsertId;
}

QSqlRecord AsyncResult::record() const
{
    QSqlRecord record;
    if (!isActive() || !isSelect() || !driver())
        return record;
    const int count = m_result.columnCount();
    for (int column = 0; column < count; ++column)
        record.append(fieldOf(m_result.column(column)));
    return record;
}

void AsyncResult::detachFromResultSet()
{
    clearResults();
}

} // namespace AsyncMySql::Sql
