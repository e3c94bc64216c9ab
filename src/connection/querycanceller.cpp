// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "querycanceller.h"

#include <algorithm>
#include <utility>

namespace AsyncMySql {

using namespace Qt::StringLiterals;
using std::chrono::milliseconds;

namespace {
/// Between two kills. A batch can have 64 executions in flight, each of which needs one.
constexpr milliseconds Pause(30);
/// For what ends soon by itself.
constexpr milliseconds TimeToEnd(100);
} // namespace

QueryCanceller::QueryCanceller(QObject *parent)
    : QObject(parent)
    , m_grace(this,
              [this] {
                  Q_EMIT failed(
                      u"The server did not stop the statement in time (cancelGracePeriod)"_s);
              })
    , m_pause(this, [this] { kill(); })
{
}

bool QueryCanceller::canStop(const CommandPointer &command) const
{
    return command->stopReason != Error::NoError && !isBusy() && !isStopping(command);
}

void QueryCanceller::stop(const CommandPointer &command, Target target, milliseconds grace,
                          bool endsSoon)
{
    Q_ASSERT(canStop(command));
    endKiller();
    m_command = command;
    m_target = std::move(target);
    m_grace.start(grace);
    if (endsSoon)
        m_pause.start(TimeToEnd);
    else
        kill();
}

bool QueryCanceller::isStopping(const CommandPointer &command) const
{
    return m_command.lock() == command;
}

void QueryCanceller::commandEnded(const CommandPointer &command)
{
    if (isStopping(command))
        statementEnded();
}

bool QueryCanceller::mayHaveHit(Protocol::ServerErrorCode answer)
{
    if (m_pendingKills == 0)
        return false;
    if (answer == Protocol::CommonServerError::QueryInterrupted)
        --m_pendingKills;
    return true;
}

QueryKiller *QueryCanceller::createKiller(const Target &target)
{
    return new QueryKiller(target.samePeer, target.session, target.timeout, this);
}

void QueryCanceller::kill()
{
    ++m_pendingKills;
    m_isKilling = true;
    if (m_killer) {
        m_killer->kill();
        return;
    }
    m_killer = createKiller(*std::exchange(m_target, std::nullopt));
    connect(m_killer, &QueryKiller::killFinished, this, &QueryCanceller::onKillFinished);
    m_killer->start();
}

void QueryCanceller::statementEnded()
{
    m_grace.stop();
    m_pause.stop();
    m_target.reset();
    if (!m_isKilling)
        endKiller();
}

void QueryCanceller::reset()
{
    m_needsAbsorber = false;
    m_isKilling = false;
    m_command.reset();
    statementEnded();
}

void QueryCanceller::endKiller()
{
    if (QueryKiller *killer = std::exchange(m_killer, nullptr)) {
        killer->disconnect(this);
        killer->quit();
        killer->deleteLater();
    }
}

void QueryCanceller::onKillFinished(QueryKiller::Outcome outcome)
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
            u"The statement cannot be stopped: the side connection may have reached another "
            "server"_s);
        return;
    case QueryKiller::Outcome::Unknown:
        endKiller();
        Q_EMIT failed(u"A request to stop the statement may still be in flight"_s);
        return;
    }
    if (!m_needsAbsorber)
        m_pendingKills = std::max(m_pendingKills - 1, 0);
    Q_EMIT settled(m_needsAbsorber);
}

} // namespace AsyncMySql
