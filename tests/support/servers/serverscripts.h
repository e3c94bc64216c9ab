// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qstringlist.h>

namespace Servers {

/// Runs one of the scripts in tests/servers while the event loop goes on, and so do connections.
/// Gives whether it succeeded. What it says is appended to \a logFile. With \a pamFolder, that is
/// /etc/pam.d for the script and what it starts, and for nobody else: see canMountFolders().
bool runScript(const QString &name, const QStringList &arguments, const QString &logFile,
               const QString &pamFolder = {});
/// Whether the system lets the user have mounts of its own.
bool canMountFolders();

} // namespace Servers
