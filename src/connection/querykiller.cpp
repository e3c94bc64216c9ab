// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "querykiller.h"

#include "commands.h"
#include "logging.h"
#include "queryexchange.h"

#include <QtCore/qmetaobject.h>

namespace AsyncMySql {

namespace {
constexpr std::chrono::seconds DefaultTimeout(10);
}

QueryKiller::QueryKiller(const SessionSettings &settings, quint64 connectionId,
                         std::chrono::milliseconds timeout, QObject *parent)
    : QObject(parent)
    , m_session(settings)
    , m_connectionId(connectionId)
    , m_timer(this)
{
    m_timer.setSingleShot(true);
    // Its session waits for the outcome, so there is always a limit.
    m_timer.setInterval(timeout.count() > 0 ? timeout : DefaultTimeout);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        m_session.abort();
        finish(m_isSent ? Outcome::Unknown : Outcome::NotSent);
    });
    connect(&m_session, &Session::ready, this, &QueryKiller::kill);
    // Whether it says OK, "no such connection" or "not allowed": nothing comes after it.
    connect(&m_session, &Session::exchangeFinished, this, [this] { finish(Outcome::Settled); });
    connect(&m_session, &Session::ended, this, [this](const Error &error) {
        if (error)
            qCWarning(lcConnection) << "Cannot cancel by a side connection:" << error.message();
        finish(m_isSent ? Outcome::Unknown : Outcome::NotSent);
    });
}

void QueryKiller::start()
{
    m_timer.start();
    m_session.open();
}

void QueryKiller::kill()
{
    m_timer.start();
    m_isFinished = false;
    const QByteArray sql = "KILL QUERY " + QByteArray::number(m_connectionId);
    const Protocol::Capabilities capabilities = m_session.state().capabilities;
    m_isSent = m_session.isIdle()
               && m_session.start(std::make_shared<Protocol::QueryExchange>(
                   Protocol::queryCommand(sql, capabilities), capabilities));
    if (m_isSent) {
        m_session.flush();
        return;
    }
    m_session.abort();
    // From the event loop.
    QMetaObject::invokeMethod(
        this, [this] { finish(Outcome::NotSent); }, Qt::QueuedConnection);
}

void QueryKiller::quit()
{
    m_isFinished = true;
    m_timer.stop();
    m_session.quit();
}

void QueryKiller::finish(Outcome outcome)
{
    if (m_isFinished)
        return;
    m_isFinished = true;
    m_isSent = false;
    m_timer.stop();
    Q_EMIT killFinished(outcome);
}

} // namespace AsyncMySql
