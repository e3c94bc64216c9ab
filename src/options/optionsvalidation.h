// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qstring.h>

namespace AsyncMySql {

class ConnectionOptionsData;

/// What is wrong with the options, without the password in it; empty if nothing is. Nothing is
/// connected to, looked up or read.
QString problemOfOptions(const ConnectionOptionsData &data);

} // namespace AsyncMySql
