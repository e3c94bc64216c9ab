// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qstringview.h>

namespace AsyncMySql::Sql {

/// Whether \a sql is one statement whose only result is rows, so that they can be read as a stream.
bool isStreamable(QStringView sql);

} // namespace AsyncMySql::Sql
