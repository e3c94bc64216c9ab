// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "tablemodel_p.h"

#include "cells.h"
#include "rowkeys.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace AsyncMySql {

using namespace Models;
using namespace Qt::StringLiterals;

namespace {
constexpr qsizetype BufferLimit = 1024 * 1024;
}

void TableModelPrivate::changed(Signal signal, Load load)
{
    const QPointer<TableModel> guard(q);
    Q_EMIT(q->*signal)(TableModel::QPrivateSignal());
    if (guard)
        schedule(load);
}

void TableModelPrivate::schedule(Load load)
{
    // What comes of another table now is of no use.
    if (load == Load::Replace)
        stopLoading();
    RowsModelPrivate::schedule(load);
}

void TableModelPrivate::start(Load load)
{
    stopLoading();
    error = {};
    const QPointer<TableModel> guard(q);
    if (load == Load::Replace)
        clear();
    if (!guard)
        return;
    if (!executor || tableName.isEmpty()) {
        publish();
        return;
    }
    if (quotedTableName(tableName).isEmpty()) {
        fail(Error(Error::InvalidParameter, u"%1 is no name of a table"_s.arg(tableName)));
        return;
    }
    if (const Error problem = checkCondition(selection.filter)) {
        fail(problem);
        return;
    }
    if (metadata)
        readRows();
    else
        readMetadata();
    publish();
}

void TableModelPrivate::stopLoading()
{
    columnsReader.reset();
    indexesReader.reset();
    reader.reset();
}

bool TableModelPrivate::dropUnbegun()
{
    return std::exchange(scheduled, std::nullopt).has_value();
}

/// Another table, or another server.
void TableModelPrivate::clear()
{
    if (submission) {
        // What is on its way is written all the same.
        Submission *orphan = submission.release();
        orphan->disconnect(q);
        QObject::connect(orphan, &Submission::finished, orphan, &QObject::deleteLater);
    }
    q->beginResetModel();
    metadata.reset();
    columnNames.clear();
    columns.clear();
    rows.clear();
    waiting.clear();
    pending = 0;
    complete = false;
    q->endResetModel();
}

void TableModelPrivate::readMetadata()
{
    const QString name = quotedTableName(tableName);
    const auto read = [&](const QString &sql) {
        auto statementReader
            = std::make_unique<RowReader>(executor, BoundStatement{sql + name, QVariantList()},
                                          RowReader::Options{BufferLimit, false, true});
        statementReader->want(-1);
        QObject::connect(statementReader.get(), &RowReader::advanced, q,
                         [this] { metadataAdvanced(); });
        return statementReader;
    };
    // Unlike the tables of information_schema, these know temporary tables.
    columnsReader = read(u"SHOW FULL COLUMNS FROM "_s);
    indexesReader = read(u"SHOW INDEX FROM "_s);
}

void TableModelPrivate::metadataAdvanced()
{
    for (RowReader *each : {columnsReader.get(), indexesReader.get()}) {
        if (const Error problem = each->takeError()) {
            stopLoading();
            fail(problem);
            return;
        }
    }
    if (columnsReader->isActive() || indexesReader->isActive())
        return;
    const QPointer<TableModel> guard(q);
    const QPointer<RowReader> current(columnsReader.get());
    q->beginResetModel();
    metadata = TableMetadata::from(quotedTableName(tableName), columnsReader->rows(),
                                   indexesReader->rows());
    columnNames = metadata->columnNames();
    q->endResetModel();
    // A slot may have asked for another table.
    if (!guard || !current)
        return;
    columnsReader.reset();
    indexesReader.reset();
    readRows();
    publish();
}

void TableModelPrivate::readRows()
{
    if (!executor)
        return;
    merges = !rows.empty();
    appended = 0;
    // In binary form, as what is read back of a row: the two are compared, and floating numbers are
    // exact.
    reader = std::make_unique<RowReader>(executor, selectStatement(*metadata, selection),
                                         RowReader::Options{BufferLimit, true, false});
    reader->want(-1);
    QObject::connect(reader.get(), &RowReader::advanced, q, [this] { rowsAdvanced(); });
}

void TableModelPrivate::rowsAdvanced()
{
    const QPointer<TableModel> guard(q);
    // A slot may ask for other rows, or for none.
    const QPointer<RowReader> current(reader.get());
    if (columns.isEmpty())
        columns = current->columns();
    if (mustWait())
        return;
    if (!merges)
        appendRows();
    if (!guard || !current)
        return;
    if (current->isActive()) {
        publish();
        return;
    }
    if (const Error problem = current->takeError()) {
        complete = false;
        reader.reset();
        fail(problem);
        return;
    }
    if (merges && !mergeRows())
        return;
    if (!current)
        return;
    complete = true;
    reader.reset();
    publish();
}

void TableModelPrivate::appendRows()
{
    const Change change(this);
    // More may come while slots run an event loop, and a slot may end the reading.
    while (!change.isModelGone() && reader && appended < reader->rows().rowCount()) {
        const RowChunks read = reader->rows();
        const auto first = static_cast<int>(rows.size());
        isMerging = true;
        q->beginInsertRows({}, first, first + static_cast<int>(read.rowCount() - appended) - 1);
        if (change.isModelGone())
            return;
        while (appended < read.rowCount())
            rows.push_back({++lastId, read.row(appended++), nullptr});
        isMerging = false;
        q->endInsertRows();
    }
}

void TableModelPrivate::catchUp()
{
    const QPointer<TableModel> guard(q);
    if (scheduled)
        startScheduled();
    else if (reader)
        rowsAdvanced();
    if (guard && submission && submission->isFinished())
        submissionFinished();
}

QList<int> TableModelPrivate::identifyingColumns() const
{
    if (metadata->canWrite())
        return metadata->key;
    QList<int> all;
    for (int i = 0; i < metadata->columns.size(); ++i)
        all.append(i);
    return all;
}

std::vector<QByteArray> TableModelPrivate::keysBefore() const
{
    const QList<int> key = identifyingColumns();
    const QHash<quint64, QByteArray> found = foundInsertions();
    std::vector<QByteArray> keys;
    keys.reserve(rows.size());
    for (const TableRow &row : rows) {
        if (!row.isNew())
            keys.push_back(keyOf(row.stored, key));
        else if (const auto foundKey = found.constFind(row.id); foundKey != found.constEnd())
            keys.push_back(*foundKey);
        else // No key of a row begins like this.
            keys.push_back("new " + QByteArray::number(row.id));
    }
    return keys;
}

/// Rows with changes that the server does not have (any more) stay behind the row they follow.
TableModelPrivate::Merged TableModelPrivate::mergedKeys(const std::vector<QByteArray> &before) const
{
    const QList<int> key = identifyingColumns();
    const RowChunks &read = reader->rows();
    std::vector<QByteArray> readKeys;
    for (qsizetype i = 0; i < read.rowCount(); ++i)
        readKeys.push_back(keyOf(read.row(i), key));
    const QSet<QByteArray> readSet(readKeys.begin(), readKeys.end());

    QHash<QByteArray, std::vector<QByteArray>> followers;
    QByteArray predecessor;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (readSet.contains(before[i]))
            predecessor = before[i];
        else if (rows[i].edit)
            followers[predecessor].push_back(before[i]);
    }

    Merged merged;
    merged.rows = read;
    const auto addFollowers = [&](const QByteArray &of) {
        for (const QByteArray &follower : followers.take(of)) {
            merged.keys.push_back(follower);
            merged.read.push_back(-1);
        }
    };
    addFollowers({});
    for (std::size_t i = 0; i < readKeys.size(); ++i) {
        merged.keys.push_back(readKeys[i]);
        merged.read.push_back(static_cast<qsizetype>(i));
        addFollowers(readKeys[i]);
    }
    return merged;
}

/// Returns whether the model is still there.
bool TableModelPrivate::mergeRows()
{
    const std::vector<QByteArray> before = keysBefore();
    const Merged merged = mergedKeys(before);
    const Diff diff = keyedDiff(before, merged.keys);
    {
        const Change change(this);
        isMerging = true;
        if (!carryOut(diff, merged))
            return false;
        isMerging = false;
    }
    return updateRows(diff, merged);
}

bool TableModelPrivate::carryOut(const Diff &diff, const Merged &merged)
{
    const QPointer<TableModel> guard(q);
    bool isOrdered = !diff.reorders;
    for (const DiffStep &step : diff.steps) {
        if (step.kind == DiffStep::Kind::Insert && !std::exchange(isOrdered, true))
            reorder(diff);
        if (guard)
            carryOut(step, merged);
        if (!guard)
            return false;
    }
    if (!isOrdered)
        reorder(diff);
    return guard;
}

void TableModelPrivate::carryOut(const DiffStep &step, const Merged &merged)
{
    const auto first = static_cast<int>(step.first);
    const auto last = static_cast<int>(step.first + step.count - 1);
    const auto begin = rows.begin() + step.first;
    switch (step.kind) {
    case DiffStep::Kind::Remove:
        q->beginRemoveRows({}, first, last);
        rows.erase(begin, begin + step.count);
        q->endRemoveRows();
        return;
    case DiffStep::Kind::Move: {
        const bool down = step.target > step.first;
        // Qt counts the place before which the rows go while they are still there.
        q->beginMoveRows({}, first, last, {},
                         static_cast<int>(step.target + (down ? step.count : 0)));
        if (down)
            std::rotate(begin, begin + step.count, rows.begin() + step.target + step.count);
        else
            std::rotate(rows.begin() + step.target, begin, begin + step.count);
        q->endMoveRows();
        return;
    }
    case DiffStep::Kind::Insert: {
        q->beginInsertRows({}, first, last);
        std::vector<TableRow> inserted;
        for (qsizetype i = step.target; i < step.target + step.count; ++i) {
            const qsizetype read = merged.read[static_cast<std::size_t>(i)];
            inserted.push_back({++lastId, merged.rows.row(read), nullptr});
        }
        rows.insert(begin, std::move_iterator(inserted.begin()),
                    std::move_iterator(inserted.end()));
        q->endInsertRows();
        return;
    }
    }
}

/// The rows that stay, all at once.
void TableModelPrivate::reorder(const Diff &diff)
{
    Q_EMIT q->layoutAboutToBeChanged({}, QAbstractItemModel::VerticalSortHint);
    // Removed rows are not here any more: what counts is the order among those that stay.
    std::vector<qsizetype> origins;
    std::copy_if(diff.origins.begin(), diff.origins.end(), std::back_inserter(origins),
                 [](qsizetype origin) { return origin >= 0; });
    std::vector<qsizetype> sorted = origins;
    std::sort(sorted.begin(), sorted.end());
    std::vector<TableRow> ordered;
    std::vector<int> places(rows.size());
    for (const qsizetype origin : origins) {
        const auto at = std::lower_bound(sorted.begin(), sorted.end(), origin) - sorted.begin();
        places[static_cast<std::size_t>(at)] = static_cast<int>(ordered.size());
        ordered.push_back(std::move(rows[static_cast<std::size_t>(at)]));
    }
    const QModelIndexList before = q->persistentIndexList();
    QModelIndexList after;
    for (const QModelIndex &index : before)
        after.append(q->index(places[static_cast<std::size_t>(index.row())], index.column()));
    rows = std::move(ordered);
    q->changePersistentIndexList(before, after);
    Q_EMIT q->layoutChanged({}, QAbstractItemModel::VerticalSortHint);
}

/// Rows with changes keep what they were read as: that is what the changes were made of.
bool TableModelPrivate::updateRows(const Diff &diff, const Merged &merged)
{
    QList<RowPlace> changed;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        TableRow &row = rows[i];
        if (diff.origins[i] < 0 || merged.read[i] < 0)
            continue;
        const Row read = merged.rows.row(merged.read[i]);
        if (row.edit) {
            if (row.isNew() && applyFound(&row, read))
                changed.append({row.id, static_cast<int>(i)});
            continue;
        }
        // Of those that are the same, too: what was read before can go then.
        if (!isSameRow(std::exchange(row.stored, read), read))
            changed.append({row.id, static_cast<int>(i)});
    }
    return rowsChanged(changed);
}

TableModelPrivate::Published TableModelPrivate::toPublish() const
{
    Published now;
    now.columnNames = columnNames;
    now.readOnly = !metadata || !metadata->canWrite();
    now.count = static_cast<qsizetype>(rows.size());
    now.pendingChanges = pending;
    now.error = error;
    now.complete = complete && !isLoading();
    now.submitting = submission != nullptr;
    now.loading = isLoading();
    return now;
}

void TableModelPrivate::notify(Property property)
{
    const auto emitSignal = [this](Signal signal) {
        Q_EMIT(q->*signal)(TableModel::QPrivateSignal());
    };
    switch (property) {
    case Property::ColumnNames:
        return emitSignal(&TableModel::columnNamesChanged);
    case Property::ReadOnly:
        return emitSignal(&TableModel::readOnlyChanged);
    case Property::Count:
        return emitSignal(&TableModel::countChanged);
    case Property::PendingChanges:
        return emitSignal(&TableModel::pendingChangesChanged);
    case Property::Error:
        return emitSignal(&TableModel::errorChanged);
    case Property::Complete:
        return emitSignal(&TableModel::completeChanged);
    case Property::Submitting:
        return emitSignal(&TableModel::submittingChanged);
    case Property::Loading:
        return emitSignal(&TableModel::loadingChanged);
    case Property::Executor:
        return emitSignal(&TableModel::executorChanged);
    case Property::Elapsed:
        break; // a TableModel has none
    }
}

void TableModelPrivate::notifyOfError(const Error &newError)
{
    Q_EMIT q->errorOccurred(newError, TableModel::QPrivateSignal());
}

} // namespace AsyncMySql
