// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "servers.h"

#include <AsyncMySql/Column>

#include <QtCore/qvariant.h>

namespace Servers {

/// A value that a column can have.
struct ValueCase
{
    const char *name;
    const char *declaration;
    QVariant value;
    /// What the text of the value is, if that is worth saying.
    QString text;
    AsyncMySql::Column::Type type;
    Filter filter = any;
};

/// Every type, with the ends of its range.
QList<ValueCase> valueCases();

/// The wall clock of \a isoText, as columns have it.
QVariant utc(const char *isoText);

} // namespace Servers
