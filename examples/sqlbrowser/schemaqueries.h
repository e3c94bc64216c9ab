// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "schemanode.h"

#include <AsyncMySql/Result>

/// How the server tells of its schema. The first placeholder is the database, the second the table.
class SchemaQueries
{
public:
    using Nodes = std::vector<std::unique_ptr<SchemaNode>>;
    using Results = QList<AsyncMySql::Result>;

    static QStringList ofServer();
    static QStringList ofDatabase();
    static QStringList ofTable();

    // What the results of these stand for.
    static Nodes databases(const Results &results, const SchemaNode &parent);
    static Nodes groups(const Results &results, const SchemaNode &parent);
    static Nodes columnsAndIndexes(const Results &results, const SchemaNode &parent);
};
