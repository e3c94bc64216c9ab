// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "rowformat.h"

#include <QtCore/QByteArrayList>

/// An array with an object for each row. Numbers have all of their digits.
class JsonFormat : public RowFormat
{
public:
    explicit JsonFormat(BytesEncoding bytes);

    QByteArray header(const QStringList &columnNames, const QString &timeZone) override;
    QByteArray row(const AsyncMySql::Row &row) override;
    QByteArray footer() override { return "\n]\n"; }

private:
    QByteArray field(const AsyncMySql::Row &row, int column) const;

    BytesEncoding m_bytes;
    QByteArrayList m_keys;
    bool m_isFirst = true;
};
