// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "rowestimator.h"

#include "pagequery.h"

#include <utility>

namespace AsyncMySql::Models {

RowEstimator::RowEstimator() = default;

RowEstimator::~RowEstimator() = default;

void RowEstimator::askForCount(Executor *executor, const PagePlan &plan)
{
    // Not every server, and not every executor, prepares it.
    m_countQuery = std::make_unique<PageQuery>(executor, plan.estimateStatement(),
                                               PageQuery::Options{true, false});
    connect(m_countQuery.get(), &PageQuery::finished, this, &RowEstimator::finishCount);
}

void RowEstimator::askForLastKey(Executor *executor, const PagePlan &plan)
{
    const PageQuery::Options options{!plan.hasParameters(), false};
    m_lastKeyQuery = std::make_unique<PageQuery>(
        executor, plan.keyStatement({{}, false, true, 0, 1}), options);
    connect(m_lastKeyQuery.get(), &PageQuery::finished, this,
            [this, plan] { finishLastKey(plan); });
}

void RowEstimator::stop()
{
    m_countQuery.reset();
    m_lastKeyQuery.reset();
}

void RowEstimator::finishCount()
{
    const std::unique_ptr<PageQuery> query = std::move(m_countQuery);
    m_count = 0;
    const Result result = query->result();
    if (!query->error() && !result.isEmpty()) {
        const Row row = result.row(0);
        const auto number = [&row](const char *name, double otherwise) {
            const int column = row.indexOf(name);
            return column < 0 || row.isNull(column) ? otherwise : row.text(column).toDouble();
        };
        // MySQL reports how many of them the condition leaves, in percent.
        m_count = number("rows", 0) * number("filtered", 100) / 100;
    }
    Q_EMIT countArrived();
}

void RowEstimator::finishLastKey(const PagePlan &plan)
{
    const std::unique_ptr<PageQuery> query = std::move(m_lastKeyQuery);
    if (!query->error() && !query->result().isEmpty())
        m_lastKey = plan.keyOfKeyRow(query->result().row(0));
    Q_EMIT lastKeyArrived();
}

} // namespace AsyncMySql::Models
