// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qlist.h>
#include <QtCore/qstring.h>
#include <QtCore/qstringlist.h>

namespace AsyncMySql::Models {

/// A column as SHOW FULL COLUMNS describes it.
struct TableColumn
{
    QString name;
    /// "decimal(10,2) unsigned"
    QString type;
    bool isNullable = true;
    bool isGenerated = false;
    bool isAutoIncrement = false;
    /// For texts; empty otherwise.
    QString collation = {};

    /// In lower case: "decimal".
    QString typeName() const;
    /// The numbers between the brackets: 10 and 2.
    QList<int> arguments() const;
    bool isUnsigned() const;
    /// The words of an ENUM or SET.
    QStringList words() const;
};

} // namespace AsyncMySql::Models
