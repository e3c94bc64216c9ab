// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "rowsource.h"

#include <memory>

class SessionResult;
class StatementRows;

/// The rows of a result, which are read to their end first. A result that is too large for memory,
/// or was ended before, is executed again in its session.
class ResultRows : public RowSource
{
    Q_OBJECT

public:
    explicit ResultRows(std::shared_ptr<SessionResult> result, QObject *parent = nullptr);
    ~ResultRows() override;

    void start() override;
    void cancel() override;
    QList<AsyncMySql::Row> take(int maximum) override;
    QStringList columnNames() const override;
    QString timeZone() const override { return m_timeZone; }

private:
    void begin();
    void executeAgain();

    std::shared_ptr<SessionResult> m_result;
    std::unique_ptr<StatementRows> m_again;
    QString m_timeZone;
    int m_next = 0;
    bool m_hasBegun = false;
    bool m_isCancelled = false;
};
