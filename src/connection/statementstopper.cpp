// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "statementstopper.h"

namespace AsyncMySql {

using namespace Qt::StringLiterals;

StatementStopper::StatementStopper(QObject *parent)
    : QObject(parent)
    , m_grace(this)
{
    m_grace.setSingleShot(true);
    connect(&m_grace, &QTimer::timeout, this, [this] {
        Q_EMIT failed(u"The server did not stop the statement in time (cancelGrace)"_s);
    });
}

void StatementStopper::stop(const SessionSettings &samePeer, quint64 connectionId,
                            std::chrono::milliseconds killTimeout, std::chrono::milliseconds grace)
{
    Q_ASSERT(!m_killer);
    m_grace.start(grace);
    m_killer = new QueryKiller(samePeer, connectionId, killTimeout, this);
    connect(m_killer, &QueryKiller::finished, this, &StatementStopper::onKillerFinished);
    m_killer->start();
}

void StatementStopper::reset()
{
    m_grace.stop();
    m_needsAbsorber = false;
    if (QueryKiller *killer = std::exchange(m_killer, nullptr)) {
        killer->disconnect(this);
        killer->deleteLater();
    }
}

void StatementStopper::onKillerFinished(QueryKiller::Outcome outcome)
{
    std::exchange(m_killer, nullptr)->deleteLater();
    switch (outcome) {
    case QueryKiller::Outcome::Settled:
        m_needsAbsorber = true;
        break;
    case QueryKiller::Outcome::NotSent:
        break;
    case QueryKiller::Outcome::Unknown:
        Q_EMIT failed(u"A request to stop the statement may still be on its way"_s);
        return;
    }
    Q_EMIT settled();
}

} // namespace AsyncMySql
