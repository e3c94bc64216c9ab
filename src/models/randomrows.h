// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "pageplan.h"
#include "randomaccessreader.h"

#include <AsyncMySql/error.h>
#include <AsyncMySql/row.h>

#include <memory>

namespace AsyncMySql {

class RowsModelPrivate;

namespace Models {
class StatementFacts;
} // namespace Models

/// The rows of a model that reads them at random: announces to the views what its reader has
/// read.
class RandomRows
{
    Q_DISABLE_COPY_MOVE(RandomRows)

public:
    using Options = Models::RandomAccessReader::Options;

    RandomRows(RowsModelPrivate *model, Models::StatementFacts *facts)
        : d(model)
        , m_facts(facts)
    {
    }

    /// Whether the model has these rows, and no others.
    bool isShown() const { return m_shown != nullptr; }
    /// Whether rows are read that will replace those of the model.
    bool isPending() const { return m_next != nullptr; }
    bool isLoading() const { return m_next || (m_shown && m_shown->isLoading()); }
    /// Whether there is anything to stop.
    bool isActive() const { return m_next || (m_shown && m_shown->isActive()); }
    bool isExact() const { return m_shown && m_shown->isExact(); }
    /// In steps of a percent.
    double progress() const;
    int count() const { return m_count; }
    /// The time to the first rows of the last reading, in milliseconds.
    qint64 elapsed() const { return m_shown ? m_shown->elapsed() : 0; }
    /// Invalid if it has not been read; then it is requested.
    Row row(int index) const;
    bool isThere(int index) const { return row(index).isValid(); }

    /// Reads the rows of \a plan: those that are shown again, or others.
    void read(const Models::PagePlan &plan, const Options &options, bool again);
    void forgetPending() { m_next.reset(); }
    void stop();
    /// Within a reset of the model, which shows other rows now.
    void clear();
    void setCacheBytes(qsizetype bytes);

    /// Does what was deferred to the end of a change.
    void catchUp();

private:
    void nextAdvanced();
    void shownAdvanced();
    void showNext();
    bool announceCount();
    bool announceChanges();
    bool readAgainIfOutdated(Models::RandomAccessReader *reader);

    RowsModelPrivate *const d;
    Models::StatementFacts *const m_facts;
    std::unique_ptr<Models::RandomAccessReader> m_shown;
    std::unique_ptr<Models::RandomAccessReader> m_next;
    /// Which views know.
    int m_count = 0;
    /// The last error of the rows that are shown.
    Error m_reported;
};

} // namespace AsyncMySql
