// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qstringlist.h>

namespace Servers {

/// Runs one of the scripts in tests/servers while the event loop goes on, and so do connections.
/// Gives whether it succeeded. What it says is appended to \a logFile.
bool runScript(const QString &name, const QStringList &arguments, const QString &logFile);

} // namespace Servers
