// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "keypositions.h"
#include "pageplan.h"
#include "retrypause.h"

#include <AsyncMySql/error.h>
#include <AsyncMySql/executor.h>

#include <QtCore/qlist.h>
#include <QtCore/qobject.h>
#include <QtCore/qpointer.h>

#include <chrono>
#include <memory>
#include <optional>

namespace AsyncMySql::Models {

class PageQuery;

/// Counts the rows of a statement, and finds the positions of some keys: it walks through the index
/// in steps, each of which is a statement of some milliseconds that leaves nothing in the server.
/// After an error it goes on with shorter steps, after a pause.
class RowSampler : public QObject
{
    Q_OBJECT

public:
    RowSampler(Executor *executor, const PagePlan &plan);
    ~RowSampler() override;

    /// Starts from the first row. \a expectedRows decides how far the known positions are apart.
    void start(qsizetype expectedRows);
    void stop();
    /// No statement follows until it is resumed.
    void setPaused(bool paused);

    bool isActive() const { return m_active; }
    /// All rows were counted.
    std::optional<qsizetype> count() const { return m_count; }
    const KeyPositions &positions() const { return m_positions; }
    /// Returned once. It has ended sampling unless isActive().
    Error takeError() { return std::exchange(m_error, {}); }
    /// Whether a step has succeeded after an error; returned once.
    bool takeRecovered() { return std::exchange(m_hasRecovered, false); }

Q_SIGNALS:
    /// Emitted when more positions are known, or sampling has ended.
    void advanced();

private:
    void next();
    void execute(const BoundStatement &statement, void (RowSampler::*finished)());
    void finishStep();
    void adaptStep(std::chrono::microseconds time);
    void finishCount();
    void failWith(const Error &error);
    void endWith(const Error &error);

    const QPointer<Executor> m_executor;
    const PagePlan m_plan;
    KeyPositions m_positions;
    std::unique_ptr<PageQuery> m_query;
    /// Of the last row that was found.
    PageKey m_key;
    /// Of the last steps.
    QList<std::chrono::microseconds> m_times;
    qsizetype m_step = 0;
    qsizetype m_longestStep = 0;
    /// Whether less than a step is left.
    bool m_isAtEnd = false;
    bool m_active = false;
    bool m_isPaused = false;
    std::optional<qsizetype> m_count;
    RetryPause m_pause;
    Error m_error;
    bool m_hasRecovered = false;
};

} // namespace AsyncMySql::Models
