// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "pageplan.h"

#include <QtCore/qlist.h>
#include <QtCore/qstring.h>

#include <optional>

namespace AsyncMySql::Models {

/// Decides whether the rows of a statement can be read in pages, and in which order.
class PagePlanner
{
public:
    PagePlanner(const PageRequest &request, PagePlan *plan)
        : m_request(request)
        , m_plan(plan)
    {
    }

    bool plan();
    QString problem() const { return m_problem; }

private:
    bool fail(const QString &problem);
    bool planFilters();
    bool planOrders();
    bool hasKey() const;
    bool planKey();
    QList<TableIndex::Part> clusteredKey() const;
    bool isIndexed() const;

    bool append(int column, Qt::SortOrder order);
    std::optional<PagePlan::Part> partOf(int column, Qt::SortOrder order) const;
    std::optional<int> resultColumnOf(const SelectOutline::Order &order) const;
    int resultColumnOf(int tableColumn) const;
    int tableColumnOf(int resultColumn) const;
    bool contains(int tableColumn) const;
    QString qualifiedName(int resultColumn) const;

    const PageRequest &m_request;
    PagePlan *m_plan;
    QString m_problem;
};

} // namespace AsyncMySql::Models
