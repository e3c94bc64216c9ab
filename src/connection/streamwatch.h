// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "lazytimer.h"

#include <QtCore/qelapsedtimer.h>
#include <QtCore/qobject.h>
#include <QtCore/qstring.h>

#include <chrono>
#include <memory>

namespace AsyncMySql {

class QueryCommand;
struct InFlight;

/// Watches a stream whose rows may not be taken. If jobs wait behind it, or it waits for too long,
/// they are read into memory, so that the session can go on. Where they are too many, the stream is
/// named as what blocks the jobs, and stopped when its time is over.
class StreamWatch : public QObject
{
    Q_OBJECT

public:
    /// How many bytes of a stream are read into memory.
    static constexpr qsizetype ReadAheadLimit = 64 * 1024 * 1024;

    explicit StreamWatch(QObject *parent = nullptr);

    /// \a stream is one of which CommandTraits::isStream is true; null for none. With \a holdsUp,
    /// jobs wait behind it.
    void watch(const std::shared_ptr<QueryCommand> &stream, bool holdsUp = false);
    bool isActive() const { return m_timer.isActive(); }
    /// The statement of the stream that blocks the session; empty if there is none.
    const QString &blockingStatement() const { return m_blockingStatement; }

    /// The statement of a stream whose rows wait to be taken; empty if \a inFlight is
    /// none.
    static QString heldBackStatement(const InFlight &inFlight);

Q_SIGNALS:
    /// More rows of the stream can be read now.
    void readsAhead();
    /// The stream is to be stopped.
    void timedOut();
    void blockingStatementChanged();

private:
    void check();
    std::chrono::milliseconds interval() const;
    void setBlockingStatement(const QString &statement);

    std::weak_ptr<QueryCommand> m_stream;
    /// How often its rows had been taken at the last look.
    quint64 m_takes = 0;
    bool m_holdsUp = false;
    std::chrono::milliseconds m_limit{0};
    /// Since rows were taken, or there were none to take.
    QElapsedTimer m_waiting;
    /// That has been for too long.
    bool m_isOverdue = false;
    QString m_blockingStatement;
    LazyTimer m_timer;
};

} // namespace AsyncMySql
