// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qlist.h>

namespace AsyncMySql::Models {

/// The pages that views have asked for, the last one first. Of more than a limited number, those
/// that were asked for first are dropped: a scroll bar that is dragged passes them.
class PageWishes
{
public:
    void setLimit(qsizetype pages)
    {
        m_most = pages;
        drop();
    }

    void add(qsizetype page)
    {
        m_pages.removeOne(page);
        m_pages.prepend(page);
        drop();
    }
    /// Behind all others. Returns false if there are too many.
    bool addLast(qsizetype page)
    {
        if (m_pages.contains(page))
            return true;
        if (m_pages.size() >= m_most)
            return false;
        m_pages.append(page);
        return true;
    }
    qsizetype take() { return m_pages.takeFirst(); }
    void clear() { m_pages.clear(); }

    bool isEmpty() const { return m_pages.isEmpty(); }
    const QList<qsizetype> &pages() const { return m_pages; }

private:
    void drop()
    {
        if (m_pages.size() > m_most)
            m_pages.resize(m_most);
    }

    qsizetype m_most = 16;
    QList<qsizetype> m_pages;
};

} // namespace AsyncMySql::Models
