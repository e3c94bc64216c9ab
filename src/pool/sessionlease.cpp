// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "sessionlease.h"

#include "sessionpool.h"

#include <QtCore/qmetaobject.h>

#include <utility>

namespace AsyncMySql {

using namespace Qt::StringLiterals;

Error SessionLease::closedError()
{
    return Error(Error::ConnectionClosed, u"The pool was closed by the application"_s);
}

QString SessionLease::shortened(const QString &statement)
{
    constexpr qsizetype most = 200;
    return statement.size() > most ? statement.left(most) + u'\u2026' : statement;
}

SessionLease::SessionLease(const std::shared_ptr<PooledSession> &session, JobSink *pool)
    : CommandSink(*pool, nullptr)
    , m_session(session)
    , m_pool(pool)
    , m_engine(session->engine)
    , m_notifier(&pool->notifier())
    , m_defaults(pool->defaults())
    , m_statementKinds(pool->statementKinds())
    , m_connectionId(session->engine->sessionState().connectionId)
{
}

SessionLease::~SessionLease()
{
    for (const QString &sql : m_pins.statements()) {
        if (m_engine)
            m_engine->unpin(sql);
    }
    if (const std::shared_ptr<PooledSession> session = m_session.lock())
        session->pool->leaseEnded(session.get());
}

void SessionLease::connectNotify(const QMetaMethod &signal)
{
    // The pool ends all that is done in its sessions; most leases have nothing that waits for it.
    static const QMetaMethod closingSignal = QMetaMethod::fromSignal(&CommandSink::closing);
    if (m_pool && signal == closingSignal)
        connect(m_pool, &CommandSink::closing, this, &CommandSink::closing, Qt::UniqueConnection);
}

void SessionLease::submit(CommandPointer command)
{
    if (m_error || !m_engine) {
        command->finish(m_error ? m_error : closedError());
        return;
    }
    if (const QString statement = command->statement(); !statement.isEmpty())
        m_statement = shortened(statement);
    m_engine->submit(std::move(command));
}

void SessionLease::cancel(Command *command, Error::Code reason)
{
    if (m_engine)
        m_engine->cancel(command, reason);
}

void SessionLease::updateDeadline(const Command &command)
{
    if (m_engine)
        m_engine->updateDeadline(command);
}

void SessionLease::resume()
{
    if (m_engine)
        m_engine->resume();
}

void SessionLease::abandon(const TransactionLeasePointer &lease, Command *begin)
{
    if (m_engine)
        m_engine->abandon(lease, begin);
}

void SessionLease::pin(const QString &sql)
{
    if (m_pins.add(sql) && m_engine)
        m_engine->pin(sql);
}

void SessionLease::unpin(const QString &sql)
{
    if (m_pins.remove(sql) && m_engine)
        m_engine->unpin(sql);
}

void SessionLease::invalidate(const Error &error)
{
    if (m_error)
        return;
    m_error = error;
    if (m_engine)
        m_lastState = m_engine->sessionState();
    m_engine.clear();
    if (m_notifier)
        m_notifier->postpone();
    if (m_onInvalidated)
        m_onInvalidated();
    Q_EMIT invalidated();
}

void SessionLease::end(const Error &error)
{
    if (m_error)
        return;
    m_error = error;
    if (!m_engine || m_engine->isFree())
        return;
    m_engine->endAll(error);
    m_engine->endFailing();
}

} // namespace AsyncMySql
