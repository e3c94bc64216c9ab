// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "schemanode.h"

#include <AsyncMySql/Result>

/// The queries of the schema. The first placeholder is the database, the second one the table.
class SchemaQueries
{
public:
    using Nodes = std::vector<std::unique_ptr<SchemaNode>>;
    using Results = QList<AsyncMySql::Result>;

    static QStringList ofServer();
    static QStringList ofDatabase();
    static QStringList ofTable();

    // The meaning of their results.
    static Nodes databases(const Results &results, const SchemaNode &parent);
    static Nodes groups(const Results &results, const SchemaNode &parent);
    static Nodes columnsAndIndexes(const Results &results, const SchemaNode &parent);
};
