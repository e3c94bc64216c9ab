// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/Row>

#include <QtCore/QByteArray>
#include <QtCore/QStringList>

#include <memory>

/// Writes rows as text, one after the other. The text can be read back without loss.
class RowFormat
{
public:
    enum class Kind { Csv, Json, Sql };
    /// The form of bytes that are not text: 0x and hexadecimal digits, or Base64.
    enum class BytesEncoding { Hex, Base64 };

    /// SQL has only one form for bytes, and needs the name of a table, which is quoted if
    /// necessary.
    static std::unique_ptr<RowFormat> make(Kind kind, BytesEncoding bytes, const QString &table);

    virtual ~RowFormat();

    /// \a timeZone is that of TIMESTAMP values; empty if it is not known.
    virtual QByteArray header(const QStringList &columnNames, const QString &timeZone) = 0;
    virtual QByteArray row(const AsyncMySql::Row &row) = 0;
    virtual QByteArray footer() = 0;
};
