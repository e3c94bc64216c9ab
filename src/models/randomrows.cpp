// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "randomrows.h"

#include "modelaccess.h"
#include "rowsmodel_p.h"
#include "statementfacts.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace AsyncMySql {

using namespace Models;

double RandomRows::progress() const
{
    return m_shown ? std::floor(m_shown->progress() * 100) / 100 : 0;
}

Row RandomRows::row(int index) const
{
    return m_shown ? m_shown->row(index).value_or(Row()) : Row();
}

void RandomRows::read(const PagePlan &plan, const Options &options, bool again)
{
    if (again && m_shown) {
        m_shown->renew(d->executor, plan, options);
        d->publish();
        return;
    }
    m_next = std::make_unique<RandomAccessReader>(d->executor, plan, options);
    QObject::connect(m_next.get(), &RandomAccessReader::advanced, d->model,
                     [this] { nextAdvanced(); });
    d->publish();
}

void RandomRows::stop()
{
    m_next.reset();
    if (m_shown)
        m_shown->stop();
}

void RandomRows::clear()
{
    m_shown.reset();
    m_count = 0;
}

void RandomRows::setCacheBytes(qsizetype bytes)
{
    for (RandomAccessReader *reader : {m_shown.get(), m_next.get()}) {
        if (reader)
            reader->setCacheBytes(bytes);
    }
}

void RandomRows::catchUp()
{
    const QPointer<QAbstractTableModel> guard(d->model);
    if (m_next)
        nextAdvanced();
    if (guard && m_shown)
        shownAdvanced();
}

void RandomRows::nextAdvanced()
{
    if (d->mustWait() || readAgainIfOutdated(m_next.get()))
        return;
    if (const Error error = m_next->takeError()) {
        m_next.reset();
        m_facts->forgetTable();
        d->fail(error);
    } else if (m_next->isStarted()) {
        showNext();
    }
}

void RandomRows::showNext()
{
    const RowsModelPrivate::Change change(d);
    (d->model->*ModelAccess::BeginReset)();
    m_shown = std::move(m_next);
    m_shown->disconnect();
    QObject::connect(m_shown.get(), &RandomAccessReader::advanced, d->model,
                     [this] { shownAdvanced(); });
    m_count = static_cast<int>(m_shown->count());
    m_shown->takeChanges();
    d->randomRowsReplaced(*m_shown);
    (d->model->*ModelAccess::EndReset)();
    if (!change.isModelGone())
        d->publish();
}

void RandomRows::shownAdvanced()
{
    if (d->mustWait() || readAgainIfOutdated(m_shown.get()) || !announceCount()
        || !announceChanges() || !m_shown) {
        return;
    }
    const bool hasRecovered = m_shown->takeRecovered();
    if (hasRecovered && d->error == m_reported)
        d->error = {};
    if (const Error error = m_shown->takeError()) {
        m_reported = error;
        m_facts->forgetTable();
        d->fail(error);
    } else {
        d->publish();
    }
}

/// Returns whether the model still exists, as do the next ones.
bool RandomRows::announceCount()
{
    const int count = static_cast<int>(m_shown->count());
    if (count == m_count)
        return true;
    const RowsModelPrivate::Change change(d);
    if (count > m_count) {
        (d->model->*ModelAccess::BeginInsert)({}, m_count, count - 1);
        m_count = count;
        (d->model->*ModelAccess::EndInsert)();
    } else {
        (d->model->*ModelAccess::BeginRemove)({}, count, m_count - 1);
        m_count = count;
        (d->model->*ModelAccess::EndRemove)();
    }
    return !change.isModelGone();
}

bool RandomRows::announceChanges()
{
    if (!m_shown)
        return true;
    const QPointer<QAbstractTableModel> guard(d->model);
    for (const auto &[first, last] : m_shown->takeChanges()) {
        const int end = std::min(static_cast<int>(last), m_count - 1);
        if (first > end)
            continue;
        Q_EMIT d->model->dataChanged(d->model->index(static_cast<int>(first), 0),
                                     d->model->index(end, d->model->columnCount() - 1));
        if (!guard)
            return false;
    }
    return true;
}

/// Returns whether all rows are read again, since the table has other columns.
bool RandomRows::readAgainIfOutdated(RandomAccessReader *reader)
{
    if (!reader || !reader->takeOutdated())
        return false;
    m_facts->doubtTable(reader->newColumns());
    d->schedule(RowsModelPrivate::Load::Replace);
    return true;
}

} // namespace AsyncMySql
