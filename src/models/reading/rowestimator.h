// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "pageplan.h"

#include <AsyncMySql/executor.h>

#include <QtCore/qobject.h>

#include <memory>
#include <optional>

namespace AsyncMySql::Models {

class PageQuery;

/// Asks the server what it knows of the rows of a statement without reading them: about how many
/// there are, and which is the last one. What it does not know is found out in other ways.
class RowEstimator : public QObject
{
    Q_OBJECT

public:
    RowEstimator();
    ~RowEstimator() override;

    void askForCount(Executor *executor, const PagePlan &plan);
    void askForLastKey(Executor *executor, const PagePlan &plan);
    void stop();

    /// Nothing before the server has answered, and 0 if it does not know.
    std::optional<double> count() const { return m_count; }
    bool isAskingForLastKey() const { return m_lastKeyQuery != nullptr; }
    /// Empty if it is not known.
    const PageKey &lastKey() const { return m_lastKey; }

Q_SIGNALS:
    void countArrived();
    /// Emitted when it is known, or will not be.
    void lastKeyArrived();

private:
    void finishCount();
    void finishLastKey(const PagePlan &plan);

    std::unique_ptr<PageQuery> m_countQuery;
    std::unique_ptr<PageQuery> m_lastKeyQuery;
    std::optional<double> m_count;
    PageKey m_lastKey;
};

} // namespace AsyncMySql::Models
