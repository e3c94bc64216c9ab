// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "resultpage.h"

#include <AsyncMySql/Result>

/// The rows of a statement that is not executed again: a CALL, an INSERT … RETURNING.
class FixedPage : public ResultPage
{
    Q_OBJECT

public:
    /// \a timeZone is that of TIMESTAMP values, for exports.
    FixedPage(const AsyncMySql::Result &result, qint64 elapsed, const QString &timeZone,
              QWidget *parent = nullptr);

    GridView *grid() const override { return m_grid; }
    QString rowsText() const override { return rowCountText(int(m_result.rowCount()), true); }
    QString elapsedText() const override { return durationText(m_elapsed); }
    std::unique_ptr<RowSource> exportRows() const override;

private:
    GridView *m_grid;
    AsyncMySql::Result m_result;
    qint64 m_elapsed;
    QString m_timeZone;
};
