// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "resultpage.h"

#include <AsyncMySql/Result>

/// The rows that a statement has returned which is not executed again: a CALL, an INSERT … RETURNING.
class FixedPage : public ResultPage
{
    Q_OBJECT

public:
    FixedPage(const AsyncMySql::Result &result, qint64 elapsed, QWidget *parent = nullptr);

    GridView *grid() const override { return m_grid; }
    QString rowsText() const override { return rowCountText(m_rows, true); }
    QString elapsedText() const override { return durationText(m_elapsed); }

private:
    GridView *m_grid;
    int m_rows;
    qint64 m_elapsed;
};
