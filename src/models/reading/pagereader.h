// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "pageplan.h"
#include "rowreader.h"

#include <AsyncMySql/executor.h>

#include <QtCore/qpointer.h>

#include <limits>
#include <memory>

namespace AsyncMySql::Models {

class PageQuery;

/// Executes a statement for each page when its rows are requested. Between two pages, nothing of it
/// is left in the server.
class PageReader : public RowReader
{
    Q_OBJECT

public:
    struct Options
    {
        /// The number of rows of the first page.
        qsizetype pageSize = 0;
        /// The size of later pages, in bytes, if the rows are as large as those that were read.
        qsizetype pageBytes = 0;
    };

    PageReader(Executor *executor, const PagePlan &plan, const Options &options);
    ~PageReader() override;

    void stop() override;
    bool isPaged() const override { return true; }

private:
    void read() override;
    qsizetype nextLimit() const;
    qsizetype averageRowSize() const;
    void finishPage();
    bool isRepeated(const Result &page) const;
    bool isOfSameStatement(const QList<Column> &columns) const;
    void endWith(const Error &error);

    QPointer<Executor> m_executor;
    const PagePlan m_plan;
    /// Whether the statement has no parameters of its own, so that its rows are text.
    const bool m_isText;
    const Options m_options;
    std::unique_ptr<PageQuery> m_query;
    /// The number of rows of the page that was requested.
    qsizetype m_limit = 0;
    /// Of a page.
    qsizetype m_mostRows = std::numeric_limits<int>::max();
};

} // namespace AsyncMySql::Models
