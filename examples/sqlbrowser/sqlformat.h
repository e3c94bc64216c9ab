// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "rowformat.h"

/// INSERT statements whose literals have the same meaning in every SQL mode.
class SqlFormat : public RowFormat
{
public:
    explicit SqlFormat(const QString &table);

    QByteArray header(const QStringList &columnNames, const QString &timeZone) override;
    QByteArray row(const AsyncMySql::Row &row) override;
    QByteArray footer() override;

private:
    static QByteArray literal(const AsyncMySql::Row &row, int column);

    QByteArray m_table;
    QByteArray m_insert;
    bool m_hasTimeZone = false;
    /// For the unfinished statement.
    int m_rows = 0;
    qsizetype m_size = 0;
};
