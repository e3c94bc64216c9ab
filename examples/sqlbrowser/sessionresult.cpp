// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "sessionresult.h"

#include "serversession.h"

#include <algorithm>

using namespace AsyncMySql;

// The maximum that is read in one turn of the event loop, whichever is less.
constexpr qint64 RowsAtATime = 5000;
constexpr qint64 BytesAtATime = 1024 * 1024;

static int mostRows = 1'000'000;
static qint64 mostBytes = 256 * 1024 * 1024;

SessionResult::SessionResult(ServerSession *session, const QString &sql, QObject *parent)
    : QueryModel(parent)
    , m_session(session)
{
    connect(this, &QueryModel::loadingChanged, this, [this] {
        // Other results with unread rows block this one.
        if (isLoading() && m_session)
            m_session->makeFree(this);
        update();
    });
    for (const auto signal :
         {&QueryModel::countChanged, &QueryModel::completeChanged, &QueryModel::errorChanged})
        connect(this, signal, this, &SessionResult::update);
    // Pages are further statements, between this one and the next one of the tab.
    setReadMode(ReadMode::Streamed);
    session->add(this);
    setExecutor(session->lease());
    setSql(sql);
    connect(session, &ServerSession::ready, this, &SessionResult::takeSession);
    connect(session, &ServerSession::failed, this, [this](const Error &error) {
        m_sorts.reset();
        if (std::exchange(m_reloads, false))
            Q_EMIT reloadFailed(error);
    });
}

void SessionResult::reload()
{
    if (!m_session)
        return;
    m_reloads = true;
    if (m_session->isReady())
        takeSession();
    else
        m_session->prepare();
}

void SessionResult::sort(int column, Qt::SortOrder order)
{
    m_sorts = {column, order};
    reload();
}

void SessionResult::takeSession()
{
    if (!std::exchange(m_reloads, false) || !m_session->isReady())
        return;
    setExecutor(m_session->lease());
    if (const auto sorts = std::exchange(m_sorts, std::nullopt))
        QueryModel::sort(sorts->first, sorts->second);
    else
        refresh();
}

void SessionResult::setLimits(int rows, qint64 bytes)
{
    mostRows = rows;
    mostBytes = bytes;
}

bool SessionResult::isOpen() const
{
    return isLoading() || (!m_isEnded && !isComplete() && !error());
}

void SessionResult::readToEnd()
{
    if (!isOpen())
        return;
    m_readsOn = true;
    update();
}

void SessionResult::end()
{
    if (!isOpen())
        return;
    m_isEnded = true;
    cancel();
    update();
}

void SessionResult::update()
{
    if (isLoading() && m_isEnded) {
        // It is executed again.
        m_isEnded = m_isCut = m_readsOn = false;
    }
    const bool isNowOpen = isOpen();
    if (m_readsOn && isNowOpen && !isLoading() && !m_isReadOnScheduled) {
        m_isReadOnScheduled = true;
        QMetaObject::invokeMethod(this, &SessionResult::readOn, Qt::QueuedConnection);
    }
    if (isNowOpen == m_wasOpen)
        return;
    m_wasOpen = isNowOpen;
    if (!isNowOpen) {
        m_readsOn = false;
        Q_EMIT closed();
    }
}

void SessionResult::readOn()
{
    m_isReadOnScheduled = false;
    if (!m_readsOn || !isOpen() || isLoading())
        return;
    measure();
    if (count() >= mostRows || m_measuredBytes >= mostBytes) {
        m_isCut = true;
        end();
        return;
    }
    const int before = fetchSize();
    const qint64 rowSize = count() > 0 ? m_measuredBytes / count() + 1 : 1;
    setFetchSize(int(std::clamp<qint64>(BytesAtATime / rowSize, 1, RowsAtATime)));
    fetchMore({});
    setFetchSize(before);
    update();
}

void SessionResult::measure()
{
    // It was executed again.
    if (m_measuredRows > count())
        m_measuredRows = 0;
    if (m_measuredRows == 0)
        m_measuredBytes = 0;
    for (; m_measuredRows < count(); ++m_measuredRows) {
        const Row values = row(m_measuredRows);
        for (int column = 0; column < values.columnCount(); ++column)
            m_measuredBytes += values.bytes(column).size();
    }
}
