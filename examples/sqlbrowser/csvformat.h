// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "rowformat.h"

/// RFC 4180. NULL is an empty field, and an empty text is two quotes.
class CsvFormat : public RowFormat
{
public:
    explicit CsvFormat(BytesEncoding bytes);

    QByteArray header(const QStringList &columnNames, const QString &timeZone) override;
    QByteArray row(const AsyncMySql::Row &row) override;
    QByteArray footer() override { return {}; }

private:
    QByteArray field(const AsyncMySql::Row &row, int column) const;

    BytesEncoding m_bytes;
};
