// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "rowstream.h"

#include <chrono>
#include <utility>

namespace AsyncMySql::Sql {

RowStream::RowStream(Query *query, QObject *parent)
    : QObject(parent)
    , m_query(query)
{
    query->setStreaming(true);
    // Callers of QtSql take their time: nothing but another statement hurries them.
    query->setStreamTimeout(std::chrono::milliseconds(0));
    connect(query, &Query::rowsReady, this, [this] {
        if (m_receiver || m_buffers || m_isDiscarded)
            takeRows();
        if (m_receiver && !m_wantsAll)
            deliver();
    });
    connect(query, &Query::finished, this, &RowStream::finish);
}

void RowStream::read(const Receiver &receiver)
{
    m_receiver = receiver;
    if (m_query)
        takeRows();
    if (m_isFinished || !m_rows.blocks.isEmpty())
        deliver();
}

void RowStream::readAll(const Receiver &receiver)
{
    m_receiver = receiver;
    m_wantsAll = true;
    if (m_query)
        takeRows();
    if (m_isFinished)
        deliver();
}

void RowStream::buffer()
{
    m_buffers = true;
    if (m_query)
        takeRows();
}

void RowStream::discard()
{
    m_isDiscarded = true;
    m_receiver = {};
    m_rows.blocks.clear();
    if (m_query)
        takeRows();
    else
        deleteLater();
}

void RowStream::takeRows()
{
    while (m_query->availableRows() > 0) {
        Result rows = m_query->takeRows();
        if (!m_isDiscarded)
            m_rows.blocks.append(std::move(rows));
    }
}

void RowStream::finish()
{
    takeRows();
    m_rows.isEnd = true;
    m_rows.error = m_query->error();
    m_rows.results = m_query->results();
    m_query = nullptr;
    m_isFinished = true;
    if (m_isDiscarded)
        deleteLater();
    else if (m_receiver)
        deliver();
}

void RowStream::deliver()
{
    const Receiver receiver = std::exchange(m_receiver, {});
    Rows rows = std::move(m_rows);
    m_rows = {};
    m_rows.isEnd = rows.isEnd;
    receiver(rows);
}

} // namespace AsyncMySql::Sql
