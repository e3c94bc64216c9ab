// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "rowformat.h"

#include <QtCore/QByteArray>
#include <QtCore/QString>

/// A value of a row for exports.
struct ExportValue
{
    enum class Kind {
        Null,
        Number, ///< text has digits, without zeros in front: a number of JSON and of SQL
        Text,
        Json,  ///< text is valid JSON
        List,  ///< text is an array of numbers in JSON: a vector
        Bytes, ///< bytes only
    };

    Kind kind = Kind::Null;
    QString text;
    QByteArray bytes;

    static ExportValue of(const AsyncMySql::Row &row, int column);
    static QByteArray encoded(const QByteArray &bytes, RowFormat::BytesEncoding encoding);
};
