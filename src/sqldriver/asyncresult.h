// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "fieldvalues.h"
#include "sessionclient.h"

#include <AsyncMySql/result.h>
#include <AsyncMySql/row.h>

#include <QtCore/qlist.h>
#include <QtSql/qsqlerror.h>
#include <QtSql/qsqlrecord.h>
#include <QtSql/qsqlresult.h>

#include <memory>
#include <vector>

namespace AsyncMySql::Sql {

class AsyncDriver;

/// The statement of a QSqlQuery and its results.
///
/// A forward-only query reads a single SELECT, or a statement like it, as a stream: of its rows
/// only those are in memory that came last. Another statement of the same database, and size(),
/// take the rest into memory.
class AsyncResult : public QSqlResult
{
public:
    explicit AsyncResult(const AsyncDriver *driver);
    ~AsyncResult() override;

protected:
    QVariant data(int field) override;
    bool isNull(int field) override;
    bool reset(const QString &query) override;
    bool prepare(const QString &query) override;
    bool exec() override;
    bool execBatch(bool arrayBind) override;
    bool fetch(int row) override;
    bool fetchNext() override;
    bool fetchFirst() override;
    bool fetchLast() override;
    bool nextResult() override;
    int size() override;
    int numRowsAffected() override;
    QVariant lastInsertId() const override;
    QSqlRecord record() const override;
    void detachFromResultSet() override;

private:
    bool isUsable() const;
    void clearResults();
    void clearAll();
    bool accept(const SqlSession::Answer &answer);
    void adopt(const Result &result);
    void adoptColumns(const Result &result);
    bool readBlocks(bool all);
    bool nextBlock();
    bool goTo(qsizetype row);
    bool fail(const char *what, const Error &error);
    bool isInRows(int field) const;

    std::shared_ptr<SessionClient> m_session;
    qint64 m_statement = 0; // 0 if none is prepared
    int m_parameterCount = 0;
    bool m_statementHasColumns = false;

    /// Of all statements of the text; the error is that of the one behind them.
    QList<Result> m_results;
    qsizetype m_resultIndex = 0;
    Error m_error;

    // The present one.
    Result m_result;
    std::vector<FieldReader> m_fields;
    Row m_row;
    qint64 m_affectedRows = -1;
    quint64 m_lastInsertId = 0;

    // Of a stream.
    qint64 m_stream = 0; // 0 if all rows are here, or will never be
    bool m_isStreamed = false;
    QList<Result> m_blocks;
    Result m_block;
    qsizetype m_blockRow = 0;
    /// Those that have come.
    qsizetype m_streamedRows = 0;
};

} // namespace AsyncMySql::Sql
