// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "sqldialect.h"
#include "statementkind.h"

#include <QtCore/qhash.h>
#include <QtCore/qstring.h>

namespace AsyncMySql {

/// The kinds of statements, analyzed once for a text that comes often.
class StatementKindCache
{
public:
    Protocol::StatementKind kindOf(const QString &sql, const Protocol::SqlDialect &dialect);

private:
    QHash<QString, Protocol::StatementKind> m_kinds;
    /// The text that was asked for last, and its kind; or null.
    QString m_lastText;
    Protocol::StatementKind m_lastKind;
    /// Of all that are in it.
    Protocol::SqlDialect m_dialect;
};

} // namespace AsyncMySql
