// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "lazytimer.h"

#include <QtCore/qobject.h>
#include <QtCore/qstring.h>

#include <memory>

namespace AsyncMySql {

class QueryCommand;
struct InFlight;

/// Watches a stream that jobs wait behind. If its rows are not taken, they are read into memory, so
/// that the session can go on; where they are too many, the stream is named as what blocks it.
class StreamWatch : public QObject
{
    Q_OBJECT

public:
    /// How many bytes of a stream are read into memory.
    static constexpr qsizetype ReadAheadLimit = 64 * 1024 * 1024;

    explicit StreamWatch(QObject *parent = nullptr);

    /// \a stream is one of which CommandTraits::isStream is true; null for none.
    void watch(const std::shared_ptr<QueryCommand> &stream);
    /// The statement of the stream that blocks the session; empty if there is none.
    const QString &blockingStatement() const { return m_blockingStatement; }

    /// The statement of a stream whose rows wait to be taken; empty if \a inFlight is
    /// none.
    static QString heldBackStatement(const InFlight &inFlight);

Q_SIGNALS:
    /// More rows of the stream can be read now.
    void readsAhead();
    void blockingStatementChanged();

private:
    void check();
    void setBlockingStatement(const QString &statement);

    std::weak_ptr<QueryCommand> m_stream;
    /// How often its rows had been taken at the last look.
    quint64 m_takes = 0;
    QString m_blockingStatement;
    LazyTimer m_timer;
};

} // namespace AsyncMySql
