// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "resultexchange.h"
#include "rowcursor.h"

#include <QtCore/qstringlist.h>

namespace AsyncMySql::Tests {

/// The values of a row of strings, as text; where they do not fit, what comes instead says so.
inline QString describedRow(const Values::ResultData &data, QByteArrayView row)
{
    const int count = data.columns->size();
    const bool isBinary = data.format == Values::RowFormat::Binary;
    const char *next = row.data();
    const char *const end = row.data() + row.size();
    if (isBinary && data.columns->binaryHeaderSize() > row.size())
        return QStringLiteral("no header");
    if (isBinary)
        next += data.columns->binaryHeaderSize();
    QStringList fields;
    for (int i = 0; i < count; ++i) {
        QByteArrayView value;
        if (!(isBinary ? Values::readBinaryColumn(row.data(), i, data.columns->traitsAt(i), &next,
                                                  end, &value)
                       : Values::readTextColumn(&next, end, &value)))
            return QStringLiteral("broken");
        fields.append(value.isNull() ? QStringLiteral("NULL") : QString::fromUtf8(value));
    }
    return fields.join(u',');
}

/// One line a result: its columns, and its rows.
inline QStringList describedResults(const Protocol::ResultExchange::Results &results)
{
    QStringList lines;
    for (const auto &data : results) {
        QStringList names;
        for (int i = 0; i < data->columns->size(); ++i)
            names.append(QString::fromUtf8(data->columns->at(i).name));
        QStringList parts{names.join(u',')};
        for (qsizetype i = 0; i < data->rows.rowCount(); ++i)
            parts.append(describedRow(*data, data->rows.row(i)));
        lines.append(parts.join(QStringLiteral(" | ")));
    }
    return lines;
}

} // namespace AsyncMySql::Tests
