// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "statementfacts.h"

#include "cells.h"
#include "selectoutline.h"

#include <AsyncMySql/executor.h>

namespace AsyncMySql::Models {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype MetadataBufferLimit = 1024 * 1024;

/// Whether the question was refused: the server cannot answer it, or an executor of the application
/// does not support it. Executing the statement may succeed, and otherwise reports its own error.
bool isRefusal(const Error &error)
{
    return error.serverErrorNumber() != 0 || error.code() == Error::NotSupported
           || error.code() == Error::InvalidParameter;
}

} // namespace

StatementFacts::~StatementFacts()
{
    stopPreparing();
}

QList<Column> StatementFacts::columns(const QString &sql) const
{
    return sql == m_sql ? m_columns : QList<Column>();
}

QStringList StatementFacts::columnNames(const QString &sql) const
{
    return namesOf(columns(sql));
}

QList<int> StatementFacts::primaryKey(const QString &sql) const
{
    const QList<Column> known = columns(sql);
    QList<int> key;
    for (int i = 0; i < known.size(); ++i) {
        if (known[i].isPrimaryKey())
            key.append(i);
    }
    return key;
}

std::optional<TableMetadata> StatementFacts::table(const QString &sql) const
{
    return sql == m_sql ? m_table : std::nullopt;
}

std::variant<PagePlan, QString> StatementFacts::pagePlan(const QString &sql,
                                                         PageRequest request) const
{
    const auto outline = outlineOf(sql);
    if (const auto *problem = std::get_if<QString>(&outline))
        return *problem;
    const std::optional<TableMetadata> known = table(sql);
    request.outline = std::get<SelectOutline>(outline);
    request.columns = columns(sql);
    if (request.columns.isEmpty() || !known)
        return u"the server does not report its columns"_s;
    request.table = *known;
    return PagePlan::of(request);
}

void StatementFacts::setColumns(const QString &sql, const QList<Column> &columns)
{
    if (columns.isEmpty())
        return;
    startWith(sql);
    m_columns = columns;
    m_isDoubted = false;
}

void StatementFacts::forgetTable()
{
    m_table.reset();
}

void StatementFacts::doubtTable(const QList<Column> &columns)
{
    // Preparing the statement again could return the columns that the session keeps of it.
    m_columns = columns;
    if (m_isDoubted)
        m_table = TableMetadata();
    else
        m_table.reset();
    m_isDoubted = true;
}

void StatementFacts::startWith(const QString &sql)
{
    if (sql == m_sql)
        return;
    stop();
    m_sql = sql;
    m_columns.clear();
    m_table.reset();
    m_isDoubted = false;
}

bool StatementFacts::ask(Executor *executor, const Question &question)
{
    const bool needsColumns = question.aboutColumns && columns(question.sql).isEmpty();
    const bool needsTable = !question.table.isEmpty() && !table(question.sql);
    if (!needsColumns)
        stopPreparing();
    if (!needsTable)
        stopReadingMetadata();
    if (!needsColumns && !needsTable)
        return false;
    startWith(question.sql);
    m_askedTable = question.table;
    if (needsColumns && !m_prepared)
        prepare(executor);
    if (needsTable && !m_definitionReader) {
        m_known = question.known;
        readMetadata(executor);
    }
    return true;
}

void StatementFacts::prepare(Executor *executor)
{
    m_prepared = executor->prepare(m_sql);
    connect(m_prepared, &PreparedStatement::prepared, this, [this] {
        m_columns = m_prepared->columns();
        stopPreparing();
        finishUnlessAsking();
    });
    connect(m_prepared, &PreparedStatement::errorOccurred, this, [this](const Error &problem) {
        stopPreparing();
        if (isRefusal(problem)) {
            finishUnlessAsking();
            return;
        }
        stop();
        Q_EMIT failed(problem);
    });
}

void StatementFacts::stopPreparing()
{
    if (!m_prepared)
        return;
    m_prepared->disconnect(this);
    m_prepared->deleteLater();
    m_prepared = nullptr;
}

void StatementFacts::readMetadata(Executor *executor)
{
    const auto read = [&](const QString &sql) {
        auto reader = std::make_unique<StreamReader>(
            executor, BoundStatement{sql + m_askedTable, QVariantList()},
            StreamReader::Options{MetadataBufferLimit, false, true});
        reader->want(-1);
        connect(reader.get(), &RowReader::advanced, this, &StatementFacts::metadataAdvanced);
        return reader;
    };
    // Unlike information_schema, these statements support temporary tables.
    if (!m_known) {
        m_columnsReader = read(u"SHOW FULL COLUMNS FROM "_s);
        m_indexesReader = read(u"SHOW INDEX FROM "_s);
    }
    m_definitionReader = read(u"SHOW CREATE TABLE "_s);
}

void StatementFacts::stopReadingMetadata()
{
    m_columnsReader.reset();
    m_indexesReader.reset();
    m_definitionReader.reset();
}

void StatementFacts::metadataAdvanced()
{
    Error error;
    const auto readers = {m_columnsReader.get(), m_indexesReader.get(), m_definitionReader.get()};
    for (const StreamReader *reader : readers) {
        if (reader && reader->isActive())
            return;
    }
    for (StreamReader *reader : readers) {
        if (reader && !error)
            error = reader->takeError();
    }
    const auto columnsRead = std::move(m_columnsReader);
    const auto indexesRead = std::move(m_indexesReader);
    const auto definitionRead = std::move(m_definitionReader);
    if (error && !isRefusal(error)) {
        stop();
        Q_EMIT failed(error);
        return;
    }
    m_table = TableMetadata();
    if (!error) {
        m_table = m_known
                      ? *m_known
                      : TableMetadata::from(m_askedTable, columnsRead->rows(), indexesRead->rows());
        m_table->engine = engineOf(definitionRead->rows());
    }
    finishUnlessAsking();
}

void StatementFacts::finishUnlessAsking()
{
    if (!isAsking())
        Q_EMIT answered();
}

void StatementFacts::stop()
{
    stopPreparing();
    stopReadingMetadata();
}

} // namespace AsyncMySql::Models
