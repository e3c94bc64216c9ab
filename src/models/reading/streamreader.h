// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "rowreader.h"
#include "sqlwrapping.h"

#include <QtCore/qpointer.h>

namespace AsyncMySql {

class Executor;
class Query;

namespace Models {

/// Executes a statement and takes the requested number of rows; while no more are requested, the
/// stream pauses. The rows that are left at the end of the query are taken immediately, so that the
/// query can be deleted. If there are several results, the first one with rows is used.
class StreamReader : public RowReader
{
    Q_OBJECT

public:
    struct Options
    {
        qsizetype bufferLimit = 0;
        bool prepared = false;
        /// Whether the statement is not one of the application: see
        /// ConnectionOptions::responseTimeout().
        bool hasResponseTimeout = false;
    };

    StreamReader(Executor *executor, const BoundStatement &statement, const Options &options);
    ~StreamReader() override;

    void stop() override;
    bool isPaged() const override { return false; }

private:
    void read() override;
    bool append(const Result &rows);
    void finish();
    void finishWith(const Error &error);

    QPointer<Query> m_query;
    Result m_first;
};

} // namespace Models
} // namespace AsyncMySql
