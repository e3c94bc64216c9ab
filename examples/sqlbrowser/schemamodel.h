// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/Pool>

#include <QtCore/QAbstractItemModel>
#include <QtCore/QPointer>

#include <memory>

struct SchemaNode;

/// The databases of a server and their contents, read when they are opened.
class SchemaModel : public QAbstractItemModel
{
    Q_OBJECT

public:
    enum class Kind { Root, Database, Group, Table, View, Routine, Column, Index, Message };
    Q_ENUM(Kind)
    enum Role { KindRole = Qt::UserRole, NameRole, DatabaseRole, DetailRole };

    explicit SchemaModel(QObject *parent = nullptr);
    ~SchemaModel() override;

    /// Uses a separate connection. Without an endpoint the tree is empty.
    /// Shows the server of \a pool, which must outlive its use here. Null shows none.
    void setPool(AsyncMySql::Pool *pool);
    QStringList databases() const;
    /// Reads the opened nodes below \a index again. Unchanged nodes keep their positions and stay
    /// open.
    void reload(const QModelIndex &index = {});

    QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    QModelIndex parent(const QModelIndex &child) const override;
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    bool hasChildren(const QModelIndex &parent = {}) const override;
    bool canFetchMore(const QModelIndex &parent) const override;
    void fetchMore(const QModelIndex &parent) override;

Q_SIGNALS:
    void databasesChanged();
    /// Emitted when the node that was opened at \a index has been read.
    void loaded(const QModelIndex &index);

private:
    using Nodes = std::vector<std::unique_ptr<SchemaNode>>;
    using Reader = Nodes (*)(const QList<AsyncMySql::Result> &results, const SchemaNode &parent);

    SchemaNode *nodeAt(const QModelIndex &index) const;
    QModelIndex indexOf(SchemaNode *node) const;
    void reload(SchemaNode *node);
    void read(SchemaNode *node);
    /// Executes \a statements with the parameters and passes all results to \a reader.
    void load(SchemaNode *node, const QStringList &statements, const QVariantList &parameters,
              Reader reader);
    void finish(SchemaNode *node, Nodes children);
    void setChildren(SchemaNode *node, Nodes children);
    void removeChild(SchemaNode *node, std::size_t row);
    /// Adopts the properties of \a other, which represents the same object.
    void update(SchemaNode *node, SchemaNode &other);
    void dropJobs();

    QPointer<AsyncMySql::Pool> m_pool;
    std::unique_ptr<SchemaNode> m_root;
};
