// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "rowformat.h"

#include "csvformat.h"
#include "jsonformat.h"
#include "sqlformat.h"

RowFormat::~RowFormat() = default;

std::unique_ptr<RowFormat> RowFormat::make(Kind kind, BytesEncoding bytes, const QString &table)
{
    switch (kind) {
    case Kind::Csv:
        return std::make_unique<CsvFormat>(bytes);
    case Kind::Json:
        return std::make_unique<JsonFormat>(bytes);
    case Kind::Sql:
        break;
    }
    return std::make_unique<SqlFormat>(table);
}
