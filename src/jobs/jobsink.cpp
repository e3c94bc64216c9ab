// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "jobsink.h"

#include <QtCore/qmetaobject.h>

namespace AsyncMySql {

JobSink::JobSink(QObject *parent)
    : CommandSink(parent)
    , m_notifier(this, this)
{
}

JobSink::~JobSink() = default;

void JobSink::endDependents()
{
    // Slots may still start jobs: those end at once, and report it in the next round. The number of
    // rounds is limited.
    constexpr int rounds = 8;
    int round = 0;
    do {
        m_notifier.deliverNow();
        Q_EMIT closing();
    } while (++round < rounds && hasDependents());
}

/// Whether there are jobs that have not reported their end, or transactions that go on.
bool JobSink::hasDependents() const
{
    static const QMetaMethod signal = QMetaMethod::fromSignal(&CommandSink::closing);
    return m_notifier.hasPending() || isSignalConnected(signal);
}

} // namespace AsyncMySql
