// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "statementstopper.h"

#include <utility>

namespace AsyncMySql {

using namespace Qt::StringLiterals;

namespace {
/// Between two kills. A batch can have 64 executions on its way, each of which needs one.
constexpr std::chrono::milliseconds Pause(30);
} // namespace

StatementStopper::StatementStopper(QObject *parent)
    : QObject(parent)
    , m_grace(this)
    , m_pause(this)
{
    for (QTimer *timer : {&m_grace, &m_pause})
        timer->setSingleShot(true);
    connect(&m_grace, &QTimer::timeout, this, [this] {
        Q_EMIT failed(u"The server did not stop the statement in time (cancelGrace)"_s);
    });
    connect(&m_pause, &QTimer::timeout, this, &StatementStopper::kill);
}

void StatementStopper::stop(Target target, std::chrono::milliseconds grace,
                            std::chrono::milliseconds delay)
{
    Q_ASSERT(!isBusy());
    endKiller();
    m_target = std::move(target);
    m_grace.start(grace);
    if (delay.count() > 0)
        m_pause.start(delay);
    else
        kill();
}

void StatementStopper::kill()
{
    Q_EMIT killing();
    m_isKilling = true;
    if (m_killer) {
        m_killer->kill();
        return;
    }
    const Target target = *std::exchange(m_target, std::nullopt);
    m_killer = new QueryKiller(target.samePeer, target.session, target.timeout, this);
    connect(m_killer, &QueryKiller::killFinished, this, &StatementStopper::onKillFinished);
    m_killer->start();
}

void StatementStopper::statementEnded()
{
    m_grace.stop();
    m_pause.stop();
    m_target.reset();
    if (!m_isKilling)
        endKiller();
}

void StatementStopper::reset()
{
    m_needsAbsorber = false;
    m_isKilling = false;
    statementEnded();
}

void StatementStopper::endKiller()
{
    if (QueryKiller *killer = std::exchange(m_killer, nullptr)) {
        killer->disconnect(this);
        killer->quit();
        killer->deleteLater();
    }
}

void StatementStopper::onKillFinished(QueryKiller::Outcome outcome)
{
    m_isKilling = false;
    switch (outcome) {
    case QueryKiller::Outcome::Settled:
        m_needsAbsorber = true;
        if (m_grace.isActive())
            m_pause.start(Pause);
        else
            endKiller();
        break;
    case QueryKiller::Outcome::NotSent:
        endKiller();
        break;
    case QueryKiller::Outcome::OtherServer:
        endKiller();
        Q_EMIT failed(
            u"The statement cannot be stopped: a side connection has perhaps reached another "
            "server"_s);
        return;
    case QueryKiller::Outcome::Unknown:
        endKiller();
        Q_EMIT failed(u"A request to stop the statement may still be on its way"_s);
        return;
    }
    Q_EMIT settled();
}

} // namespace AsyncMySql
