// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "schemamodel.h"

#include "icons.h"
#include "schemanode.h"
#include "schemaqueries.h"
#include "theme.h"

#include <AsyncMySql/Query>
#include <AsyncMySql/Result>

#include <QtCore/QPersistentModelIndex>
#include <QtCore/QSet>
#include <QtGui/QPalette>
#include <QtWidgets/QApplication>

using namespace AsyncMySql;
using Load = SchemaNode::Load;

namespace {

QIcon iconOf(const SchemaNode &node)
{
    using Glyph = Icons::Glyph;
    using Kind = SchemaModel::Kind;
    switch (node.kind) {
    case Kind::Database:
        return Icons::icon(Glyph::Database);
    case Kind::Group:
        return Icons::icon(Glyph::Folder);
    case Kind::Table:
        return Icons::icon(Glyph::Table);
    case Kind::View:
        return Icons::icon(Glyph::View);
    case Kind::Routine:
        return Icons::icon(Glyph::Routine);
    case Kind::Column:
        return Icons::icon(node.isKey ? Glyph::Key : Glyph::Column);
    case Kind::Index:
        return Icons::icon(Glyph::Key);
    case Kind::Message:
        return Icons::icon(Glyph::Warning);
    case Kind::Root:
        break;
    }
    return {};
}

} // namespace

SchemaModel::SchemaModel(QObject *parent)
    : QAbstractItemModel(parent)
    , m_root(std::make_unique<SchemaNode>(Kind::Root, QString()))
{
    m_root->load = Load::Done;
}

SchemaModel::~SchemaModel()
{
    dropJobs();
}

/// They end without a word to the nodes, which are gone.
void SchemaModel::dropJobs()
{
    if (!m_pool)
        return;
    for (Job *job : m_pool->findChildren<Job *>())
        job->disconnect(this);
}

void SchemaModel::setPool(Pool *pool)
{
    dropJobs();
    beginResetModel();
    m_pool = pool;
    m_root = std::make_unique<SchemaNode>(Kind::Root, QString());
    endResetModel();
    fetchMore({});
}

QStringList SchemaModel::databases() const
{
    QStringList names;
    for (const auto &child : m_root->children) {
        if (child->kind == Kind::Database)
            names.append(child->name);
    }
    return names;
}

void SchemaModel::reload(const QModelIndex &index)
{
    SchemaNode *node = nodeAt(index);
    while (!node->canLoad() && node->parent)
        node = node->parent;
    if (node->load == Load::Unknown)
        fetchMore(indexOf(node));
    else
        reload(node);
}

void SchemaModel::reload(SchemaNode *node)
{
    if (!m_pool)
        return;
    if (node->isReading()) {
        node->isStale = true;
    } else if (node->canLoad() && node->load == Load::Done) {
        node->load = Load::Again;
        read(node);
    }
    for (const auto &child : node->children)
        reload(child.get());
}

SchemaNode *SchemaModel::nodeAt(const QModelIndex &index) const
{
    return index.isValid() ? static_cast<SchemaNode *>(index.internalPointer()) : m_root.get();
}

QModelIndex SchemaModel::indexOf(SchemaNode *node) const
{
    return node == m_root.get() ? QModelIndex() : createIndex(node->row(), 0, node);
}

QModelIndex SchemaModel::index(int row, int column, const QModelIndex &parent) const
{
    const SchemaNode *node = nodeAt(parent);
    if (row < 0 || row >= int(node->children.size()) || column != 0)
        return {};
    return createIndex(row, column, node->children[std::size_t(row)].get());
}

QModelIndex SchemaModel::parent(const QModelIndex &child) const
{
    SchemaNode *parent = nodeAt(child)->parent;
    return parent ? indexOf(parent) : QModelIndex();
}

int SchemaModel::rowCount(const QModelIndex &parent) const
{
    return int(nodeAt(parent)->children.size());
}

int SchemaModel::columnCount(const QModelIndex &) const
{
    return 1;
}

QVariant SchemaModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid())
        return {};
    const SchemaNode &node = *nodeAt(index);
    switch (role) {
    case Qt::DisplayRole:
    case NameRole:
        return node.name;
    case Qt::DecorationRole:
        return iconOf(node);
    case Qt::ToolTipRole:
        return node.toolTip;
    case Qt::ForegroundRole:
        return node.kind == Kind::Message ? QVariant(Theme::errorText(QApplication::palette()))
                                          : QVariant();
    case KindRole:
        return QVariant::fromValue(node.kind);
    case DatabaseRole:
        return node.database;
    case DetailRole:
        return node.load == Load::Running ? tr("reading…") : node.detail;
    default:
        return {};
    }
}

bool SchemaModel::hasChildren(const QModelIndex &parent) const
{
    const SchemaNode *node = nodeAt(parent);
    return !node->children.empty() || (node->canLoad() && node->load != Load::Done);
}

bool SchemaModel::canFetchMore(const QModelIndex &parent) const
{
    const SchemaNode *node = nodeAt(parent);
    return m_pool && node->canLoad() && node->load == Load::Unknown;
}

void SchemaModel::fetchMore(const QModelIndex &parent)
{
    if (!canFetchMore(parent))
        return;
    SchemaNode *node = nodeAt(parent);
    node->load = Load::Running;
    if (parent.isValid())
        Q_EMIT dataChanged(parent, parent, {DetailRole});
    read(node);
}

void SchemaModel::read(SchemaNode *node)
{
    node->isStale = false;
    ++node->reading;
    switch (node->kind) {
    case Kind::Root:
        load(node, SchemaQueries::ofServer(), {}, &SchemaQueries::databases);
        break;
    case Kind::Database:
        load(node, SchemaQueries::ofDatabase(), {node->name}, &SchemaQueries::groups);
        break;
    default:
        load(node, SchemaQueries::ofTable(), {node->database, node->name},
             &SchemaQueries::columnsAndIndexes);
        break;
    }
}

void SchemaModel::load(SchemaNode *node, const QStringList &statements,
                       const QVariantList &parameters, Reader reader)
{
    const QPersistentModelIndex index = indexOf(node);
    const int reading = node->reading;
    // They are executed in several sessions, and finish in any order.
    struct Answers
    {
        QList<Result> results;
        qsizetype missing;
    };
    auto answers = std::make_shared<Answers>();
    answers->missing = statements.size();
    answers->results.resize(statements.size());
    for (qsizetype i = 0; i < statements.size(); ++i) {
        Query *query = m_pool->execute(statements.at(i), parameters);
        connect(query, &Job::finished, this, [=] {
            // It may have been closed or read again in the meantime.
            if (node != m_root.get() && (!index.isValid() || nodeAt(index) != node))
                return;
            if (!node->isReading() || node->reading != reading)
                return;
            Nodes children;
            if (query->error()) {
                children.push_back(
                    std::make_unique<SchemaNode>(Kind::Message, query->error().message()));
            } else {
                answers->results[i] = query->result();
                if (--answers->missing > 0)
                    return;
                children = reader(answers->results, *node);
            }
            finish(node, std::move(children));
        });
    }
}

void SchemaModel::finish(SchemaNode *node, Nodes children)
{
    const bool isFirst = node->load == Load::Running;
    node->load = Load::Done;
    const QPersistentModelIndex index = indexOf(node);
    setChildren(node, std::move(children));
    if (index.isValid())
        Q_EMIT dataChanged(index, index, {DetailRole});
    else
        Q_EMIT databasesChanged();
    if (isFirst)
        Q_EMIT loaded(index);
    if (node->isStale)
        reload(node);
}

void SchemaModel::setChildren(SchemaNode *node, Nodes children)
{
    const auto keyOf = [](const auto &one) { return std::pair(int(one->kind), one->name); };
    const auto keysOf = [&](const Nodes &nodes) {
        QSet<std::pair<int, QString>> keys;
        for (const auto &one : nodes)
            keys.insert(keyOf(one));
        return keys;
    };
    const auto wanted = keysOf(children);
    for (std::size_t row = node->children.size(); row-- > 0;) {
        if (!wanted.contains(keyOf(node->children[row])))
            removeChild(node, row);
    }
    const auto known = keysOf(node->children);
    std::size_t row = 0;
    for (auto &child : children) {
        // Only columns can move, which have no children that could be open.
        const auto isHere = [&] {
            return row < node->children.size() && keyOf(node->children[row]) == keyOf(child);
        };
        while (!isHere() && row < node->children.size() && known.contains(keyOf(child)))
            removeChild(node, row);
        if (isHere()) {
            update(node->children[row].get(), *child);
        } else {
            beginInsertRows(indexOf(node), int(row), int(row));
            node->insert(row, std::move(child));
            endInsertRows();
        }
        ++row;
    }
    while (node->children.size() > row)
        removeChild(node, row);
}

void SchemaModel::removeChild(SchemaNode *node, std::size_t row)
{
    beginRemoveRows(indexOf(node), int(row), int(row));
    node->children.erase(node->children.begin() + std::ptrdiff_t(row));
    endRemoveRows();
}

void SchemaModel::update(SchemaNode *node, SchemaNode &other)
{
    const bool isDifferent = node->detail != other.detail || node->toolTip != other.toolTip
                             || node->isKey != other.isKey;
    node->detail = other.detail;
    node->toolTip = other.toolTip;
    node->isKey = other.isKey;
    if (isDifferent) {
        const QModelIndex index = indexOf(node);
        Q_EMIT dataChanged(index, index);
    }
    // The children are read separately, unless they were read, too.
    if (!node->canLoad())
        setChildren(node, std::move(other.children));
}
