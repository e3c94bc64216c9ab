// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "servers.h"

#include <AsyncMySql/Connection>
#include <AsyncMySql/Result>

#include <QtCore/qstring.h>
#include <QtCore/qvariant.h>

#include <map>
#include <memory>
#include <optional>

namespace Servers {

/// A connection to each server, which values are sent over and read back.
class ValuesFixture
{
public:
    /// How parameters and rows travel.
    enum class Form { Binary, Text };
    static constexpr Form Forms[] = {Form::Binary, Form::Text};

    AsyncMySql::Connection &connectionTo(const Server &server);
    /// Nothing, and a warning, if the statement fails.
    std::optional<AsyncMySql::Result> select(const Server &server, const QString &sql,
                                             const QVariantList &parameters = {},
                                             Form form = Form::Text);
    /// The table t with the column v.
    bool makeTable(const Server &server, const QString &declaration);
    void closeConnections() { m_connections.clear(); }

private:
    std::map<QString, std::unique_ptr<AsyncMySql::Connection>> m_connections;
    std::map<QString, std::unique_ptr<Database>> m_databases;
};

} // namespace Servers
