// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "resultrows.h"

#include "serversession.h"
#include "sessionresult.h"
#include "statementrows.h"

using namespace AsyncMySql;

ResultRows::ResultRows(std::shared_ptr<SessionResult> result, QObject *parent)
    : RowSource(parent)
    , m_result(std::move(result))
    , m_timeZone(m_result->session() ? m_result->session()->timeZone() : QString())
{
}

ResultRows::~ResultRows() = default;

void ResultRows::start()
{
    connect(m_result.get(), &SessionResult::closed, this, &ResultRows::begin);
    if (m_result->isOpen())
        m_result->readToEnd();
    else
        begin();
}

void ResultRows::begin()
{
    if (m_hasBegun)
        return;
    m_hasBegun = true;
    if (m_result->isComplete()) {
        Q_EMIT ready();
        Q_EMIT ended({});
        return;
    }
    const Error error = m_result->error();
    const bool wasEnded = m_result->isCut() || (!m_isCancelled && error.code() == Error::Cancelled);
    if (!wasEnded || !m_result->session()) {
        Q_EMIT ended(error ? error : Error(Error::ConnectionClosed, tr("The session was closed")));
        return;
    }
    ServerSession *session = m_result->session();
    if (session->isReady()) {
        executeAgain();
        return;
    }
    connect(session, &ServerSession::ready, this, &ResultRows::executeAgain);
    connect(session, &ServerSession::failed, this, &RowSource::ended);
    session->prepare();
}

void ResultRows::executeAgain()
{
    ServerSession *session = m_result->session();
    session->disconnect(this);
    session->makeFree();
    m_again = std::make_unique<StatementRows>(session->lease(), m_result->sql(), m_timeZone);
    connect(m_again.get(), &RowSource::ready, this, &RowSource::ready);
    connect(m_again.get(), &RowSource::ended, this, &RowSource::ended);
    m_again->start();
}

void ResultRows::cancel()
{
    m_isCancelled = true;
    if (ServerSession *session = m_result->session())
        session->disconnect(this);
    if (m_again)
        m_again->cancel();
    else if (m_hasBegun)
        Q_EMIT ended(Error(Error::Cancelled, tr("The export was cancelled")));
    else
        m_result->end();
}

QList<Row> ResultRows::take(int maximum)
{
    if (m_again)
        return m_again->take(maximum);
    QList<Row> rows;
    if (!m_hasBegun)
        return rows;
    for (; rows.size() < maximum && m_next < m_result->count(); ++m_next)
        rows.append(m_result->row(m_next));
    return rows;
}

QStringList ResultRows::columnNames() const
{
    return m_again ? m_again->columnNames() : m_result->columnNames();
}
