// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/Row>

#include <QtCore/QByteArray>
#include <QtCore/QStringList>

/// Writes rows as text, one after the other.
class RowFormat
{
public:
    enum class Kind { Csv, Json };

    explicit RowFormat(Kind kind)
        : m_kind(kind)
    {
    }

    QByteArray header(const QStringList &columnNames);
    QByteArray row(const AsyncMySql::Row &row);
    QByteArray footer() const;

private:
    Kind m_kind;
    QStringList m_names;
    bool m_isFirst = true;
};
