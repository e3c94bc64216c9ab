// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qstring.h>

namespace AsyncMySql {

class ConnectionOptionsData;

/// Returns why the options are not valid, without the password, or an empty string. Does not
/// connect, resolve a name or read a file.
QString problemOfOptions(const ConnectionOptionsData &data);

} // namespace AsyncMySql
