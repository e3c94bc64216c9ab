// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "querykiller.h"

#include "commandpayloads.h"
#include "logging.h"
#include "queryexchange.h"

#include <AsyncMySql/result.h>

#include <QtCore/qmetaobject.h>

#include <utility>

namespace AsyncMySql {

namespace {
constexpr std::chrono::seconds DefaultTimeout(10);
}

QueryKiller::QueryKiller(const SessionSettings &settings, const SessionTraits &victim,
                         std::chrono::milliseconds timeout, QObject *parent)
    : QObject(parent)
    , m_session(settings, this)
    , m_victim(victim)
    , m_timer(this)
{
    m_timer.setSingleShot(true);
    // Its session waits for the outcome, so there is always a limit.
    m_timer.setInterval(timeout.count() > 0 ? timeout : DefaultTimeout);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        m_session.abort();
        finish(m_isSent ? Outcome::Unknown : Outcome::NotSent);
    });
}

void QueryKiller::start()
{
    m_timer.start();
    m_session.open();
}

void QueryKiller::onReady()
{
    m_proof.emplace(m_victim, m_session.traits(), m_session.state().isMariaDb);
    prove();
}

void QueryKiller::onSessionEnded(Session::End, const Error &error, const QString &)
{
    if (error)
        qCWarning(lcConnection) << "Cannot cancel by a side connection:" << error.message();
    finish(m_isSent ? Outcome::Unknown : Outcome::NotSent);
}

void QueryKiller::prove()
{
    const QByteArray statement = m_proof->nextStatement();
    if (statement.isEmpty())
        finish(Outcome::OtherServer);
    else if (!send(statement))
        finishLater(Outcome::NotSent);
}

void QueryKiller::kill()
{
    m_timer.start();
    m_isFinished = false;
    m_isSent = send("KILL QUERY " + QByteArray::number(m_victim.connectionId));
    if (!m_isSent)
        finishLater(Outcome::NotSent);
}

void QueryKiller::onExchangeFinished()
{
    const std::shared_ptr<Protocol::QueryExchange> exchange = std::exchange(m_exchange, {});
    if (!m_proof) {
        // Whether it says OK, "no such connection" or "not allowed": nothing comes after it.
        finish(Outcome::Settled);
        return;
    }
    Protocol::ResultExchange::Results results = exchange->takeResults();
    const Result answer
        = results.empty() || exchange->failure() ? Result() : Result(std::move(results.front()));
    switch (m_proof->judge(answer)) {
    case SameServerProof::Verdict::Verified:
        m_proof.reset();
        kill();
        return;
    case SameServerProof::Verdict::Mismatch:
        finish(Outcome::OtherServer);
        return;
    case SameServerProof::Verdict::Inconclusive:
        prove();
        return;
    }
}

/// False if the side connection cannot be used any more.
bool QueryKiller::send(const QByteArray &sql)
{
    const Protocol::Capabilities capabilities = m_session.state().capabilities;
    m_exchange = std::make_shared<Protocol::QueryExchange>(
        Protocol::queryPayload(sql, capabilities), capabilities);
    if (!m_session.isIdle() || !m_session.start(m_exchange)) {
        m_session.abort();
        return false;
    }
    m_session.flush();
    return true;
}

void QueryKiller::finishLater(Outcome outcome)
{
    QMetaObject::invokeMethod(
        this, [this, outcome] { finish(outcome); }, Qt::QueuedConnection);
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
