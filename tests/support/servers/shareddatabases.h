// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "servers.h"

#include <QtCore/qstring.h>

#include <map>

namespace Servers {

/// A database in each server for many tests: creating and dropping one takes longer than most of
/// what happens in it.
class SharedDatabases
{
public:
    const Database &of(const Server &server)
    {
        return m_databases.try_emplace(server.name, server).first->second;
    }

private:
    std::map<QString, Database> m_databases;
};

} // namespace Servers
