// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "schemamodel.h"

#include <memory>
#include <vector>

/// A node in the tree of the schema.
struct SchemaNode
{
    /// Reading again; the previous contents are shown in the meantime.
    enum class Load { Unknown, Running, Done, Again };

    SchemaNode(SchemaModel::Kind nodeKind, const QString &nodeName, const QString &nodeDetail = {})
        : kind(nodeKind)
        , name(nodeName)
        , detail(nodeDetail)
    {
    }

    bool canLoad() const
    {
        return kind == SchemaModel::Kind::Root || kind == SchemaModel::Kind::Database
               || kind == SchemaModel::Kind::Table || kind == SchemaModel::Kind::View;
    }
    bool isReading() const { return load == Load::Running || load == Load::Again; }
    void add(std::unique_ptr<SchemaNode> child) { insert(children.size(), std::move(child)); }
    void insert(std::size_t place, std::unique_ptr<SchemaNode> child)
    {
        child->parent = this;
        children.insert(children.begin() + std::ptrdiff_t(place), std::move(child));
    }
    int row() const
    {
        for (std::size_t i = 0; parent && i < parent->children.size(); ++i) {
            if (parent->children[i].get() == this)
                return int(i);
        }
        return 0;
    }

    SchemaModel::Kind kind;
    QString name;
    QString detail;
    QString toolTip;
    QString database;
    bool isKey = false;
    Load load = Load::Unknown;
    /// Whether it has changed since the query.
    bool isStale = false;
    /// Identifies the last query.
    int reading = 0;
    SchemaNode *parent = nullptr;
    std::vector<std::unique_ptr<SchemaNode>> children;
};
