// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "tablemodel_p.h"

#include "rowkeys.h"
#include "samevalue.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace AsyncMySql {

using namespace Models;
using namespace Qt::StringLiterals;

namespace {

void noteUncertain(RowEdit *edit, const TableMetadata &table, const Submission &done,
                   qsizetype index)
{
    const RowTask &task = done.tasks()[index];
    edit->isUncertain = true;
    for (auto value = task.values.begin(); value != task.values.end(); ++value)
        edit->uncertain[value.key()].append(*value);
    if (done.hasOutcome(index)) {
        edit->uncertainKey = done.outcome(index).key;
        edit->uncertainRow = done.outcome(index).present;
    } else {
        edit->uncertainKey = keyAfter(table, task, 0);
        edit->uncertainRow = {};
    }
}

/// Whether the user has changed the row since it was sent.
bool isChangedSince(const RowEdit &edit, const RowTask &task, RowEdit::Kind sent)
{
    CellValues values = task.values;
    values.insert(task.transformed);
    if (edit.kind != sent || edit.values.size() != values.size())
        return true;
    return !std::equal(edit.values.keyValueBegin(), edit.values.keyValueEnd(),
                       std::as_const(values).keyValueBegin(),
                       [](const auto &left, const auto &right) {
                           return left.first == right.first && sameValue(left.second, right.second);
                       });
}

/// What the user has changed since stays.
void removeValues(RowEdit *edit, const CellValues &values)
{
    for (auto value = values.begin(); value != values.end(); ++value) {
        const auto now = edit->values.constFind(value.key());
        if (now != edit->values.constEnd() && sameValue(*now, *value))
            edit->values.erase(now);
    }
}

Error withAdvice(Error error)
{
    error.setMessage(
        u"%1. The row may have been inserted, under a key that is not known: refresh, "
        "and look for it, before it is reverted, or inserted once more"_s.arg(error.message()));
    return error;
}

} // namespace

RowTask taskOf(const TableRow &row)
{
    const RowEdit &edit = *row.edit;
    return {row.id,
            edit.kind,
            edit.values,
            row.stored,
            edit.isUncertain,
            edit.uncertain,
            false,
            edit.uncertainKey,
            edit.uncertainRow,
            false,
            {}};
}

/// What the policies do is not done twice, nor before there is something to do.
void TableModelPrivate::submitPending(Failed failed, quint64 except)
{
    const bool isAsked = failed == Failed::Again;
    QSet<quint64> ids;
    for (const TableRow &row : rows) {
        if (!row.edit || row.id == except)
            continue;
        if (isAsked || (!row.edit->error && !row.isBlank() && !row.isAstray()))
            ids.insert(row.id);
    }
    submitRows(ids);
}

void TableModelPrivate::submitRows(const QSet<quint64> &ids)
{
    waiting.unite(ids);
    startSubmission();
}

/// One at a time: what is asked for meanwhile comes next.
void TableModelPrivate::startSubmission()
{
    if (submission || waiting.isEmpty())
        return;
    const QSet<quint64> ids = std::exchange(waiting, {});
    // Another table has no use for these.
    if (scheduled == Load::Replace)
        return;
    if (!executor || !metadata) {
        fail(Error(Error::ConnectionClosed, u"There is no executor to write the rows with"_s));
        return;
    }
    QList<RowTask> tasks;
    QList<RowPlace> places;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        TableRow &row = rows[i];
        if (!row.edit || row.edit->isOrphan || !ids.contains(row.id))
            continue;
        RowEdit &edit = *row.edit;
        edit.isSubmitting = true;
        edit.sent = edit.values;
        edit.error = {};
        edit.present = {};
        tasks.append(taskOf(row));
        places.append({row.id, static_cast<int>(i)});
    }
    if (tasks.isEmpty())
        return;
    // Values that have to be unique are free before they are given again.
    std::stable_sort(tasks.begin(), tasks.end(), [](const RowTask &left, const RowTask &right) {
        return left.kind < right.kind;
    });
    submission = std::make_unique<Submission>(executor, *metadata, tasks);
    QObject::connect(submission.get(), &Submission::finished, q, [this] { submissionFinished(); });
    error = {};
    if (rowsChanged(places))
        publish();
}

void TableModelPrivate::cancel()
{
    const bool wasLoading = isLoading();
    const QPointer<TableModel> guard(q);
    // The rows of another table have nothing to do with what is asked for.
    if (scheduled == Load::Replace && isChanging()) {
        QMetaObject::invokeMethod(
            q, [this] { cancel(); }, Qt::QueuedConnection);
        return;
    }
    if (scheduled == Load::Replace)
        clear();
    if (!guard)
        return;
    scheduled.reset();
    stopLoading();
    waiting.clear();
    if (submission)
        submission->cancel();
    if (!wasLoading)
        return;
    complete = false;
    fail(Error(Error::Cancelled, u"Loading was cancelled"_s));
}

void TableModelPrivate::submissionFinished()
{
    if (mustWait())
        return;
    const std::unique_ptr<Submission> done = std::move(submission);
    const QPointer<TableModel> guard(q);
    if (done->error())
        applyFailure(*done);
    else
        applySuccess(*done);
    if (guard)
        startSubmission();
}

void TableModelPrivate::applySuccess(const Submission &done)
{
    const QHash<quint64, int> indexes = rowIndexes(done.tasks());
    bool needsRows = false;
    QSet<quint64> changedMeanwhile;
    QList<RowPlace> written;
    QList<RowPlace> gone;
    for (qsizetype i = 0; i < done.tasks().size(); ++i) {
        const RowTask &task = done.tasks()[i];
        const Submission::Outcome &outcome = done.outcome(i);
        needsRows |= !outcome.isRead;
        const int index = indexes.value(task.id, -1);
        if (index < 0)
            continue;
        const TableRow &row = rows[static_cast<std::size_t>(index)];
        if (task.kind != Kind::Insert || outcome.isRead)
            applyWritten(index, task, outcome.present);
        else
            applyInserted(index, task);
        // Where a new row is in the table is only known when all of it is read again.
        const bool isGone = task.kind == Kind::Remove || (row.isNew() && !row.edit);
        (isGone ? gone : written).append({task.id, index});
        if (row.edit && !isGone && !row.edit->isOrphan)
            changedMeanwhile.insert(task.id);
    }
    if (policy != Policy::Manual)
        waiting.unite(changedMeanwhile);
    const QPointer<TableModel> guard(q);
    if (!rowsChanged(written) || !eraseRows(gone))
        return;
    if (needsRows)
        schedule(Load::Refresh);
    if (guard)
        publish();
    if (guard)
        Q_EMIT q->submitted(TableModel::QPrivateSignal());
}

/// What the user has changed since it was sent stays to be written.
void TableModelPrivate::applyWritten(int index, const RowTask &task, const Row &present)
{
    TableRow &row = rows[static_cast<std::size_t>(index)];
    if (present.isValid())
        row.stored = present;
    RowEdit &edit = *row.edit;
    edit.isSubmitting = false;
    edit.sent.clear();
    edit.forgetAttempts();
    removeValues(&edit, task.values);
    removeValues(&edit, task.transformed);
    if (edit.kind == Kind::Insert)
        edit.kind = Kind::Update;
    if (edit.kind == Kind::Update && edit.values.isEmpty())
        dropEdit(row);
}

/// The keys, by the ids of their rows, of insertions whose commit was not confirmed, and that are
/// among what was read: they are in the table, and must not be shown twice.
QHash<quint64, QByteArray> TableModelPrivate::foundInsertions() const
{
    QHash<quint64, QByteArray> found;
    const auto isCandidate = [](const TableRow &row) {
        return row.isNew() && row.edit && row.edit->isUncertain && row.edit->uncertainRow.isValid();
    };
    if (std::none_of(rows.begin(), rows.end(), isCandidate))
        return found;
    const QList<int> key = identifyingColumns();
    const RowChunks &chunks = reader->rows();
    QHash<QByteArray, qsizetype> read;
    for (qsizetype i = 0; i < chunks.rowCount(); ++i)
        read.insert(keyOf(chunks.row(i), key), i);
    // What the model has as a row of its own already is not taken for another one.
    for (const TableRow &row : rows) {
        if (!row.isNew())
            read.remove(keyOf(row.stored, key));
    }
    for (const TableRow &row : rows) {
        if (!isCandidate(row))
            continue;
        const auto place = read.constFind(keyOf(row.edit->uncertainRow, key));
        if (place == read.constEnd() || !isOwnWork(chunks.row(*place), taskOf(row)))
            continue;
        found.insert(row.id, place.key());
        read.erase(place);
    }
    return found;
}

/// The row was read from the table: it was inserted by an attempt whose commit was not confirmed.
/// What the user has changed since then is left to be written. Returns whether the row is another
/// one now; while it is being written again, what becomes of that decides.
bool TableModelPrivate::applyFound(TableRow *row, const Row &read)
{
    RowEdit &edit = *row->edit;
    if (edit.isSubmitting || edit.kind != Kind::Insert)
        return false;
    removeValues(&edit, transformedValues(read, taskOf(*row)));
    row->stored = read;
    edit.kind = Kind::Update;
    edit.error = {};
    edit.present = {};
    edit.forgetAttempts();
    for (auto value = edit.values.begin(); value != edit.values.end();)
        value = hasValues(read, {{value.key(), *value}}) ? edit.values.erase(value)
                                                         : std::next(value);
    if (edit.values.isEmpty())
        dropEdit(*row);
    return true;
}

/// The row is in the table, and nobody knows where: what the user has changed since it was sent
/// cannot be written, but is not thrown away.
void TableModelPrivate::applyInserted(int index, const RowTask &task)
{
    TableRow &row = rows[static_cast<std::size_t>(index)];
    RowEdit &edit = *row.edit;
    if (!isChangedSince(edit, task, Kind::Insert)) {
        dropEdit(row);
        return;
    }
    edit.isSubmitting = false;
    edit.sent.clear();
    edit.forgetAttempts();
    edit.isOrphan = true;
    edit.error = Error(Error::RowChanged,
                       u"The row was inserted under a key that is not known, and changed "
                       "meanwhile: change it where it is now, and revert it here"_s);
}

void TableModelPrivate::applyFailure(const Submission &done)
{
    const QHash<quint64, int> indexes = rowIndexes(done.tasks());
    QList<RowPlace> changed;
    QList<RowPlace> dropped;
    bool needsRows = false;
    for (qsizetype i = 0; i < done.tasks().size(); ++i) {
        const int index = indexes.value(done.tasks()[i].id, -1);
        if (index < 0)
            continue;
        TableRow &row = rows[static_cast<std::size_t>(index)];
        applyFailure(&row, done, i);
        changed.append({row.id, index});
        // New rows that were removed while they were on their way.
        if (row.isNew() && row.edit->kind == Kind::Remove) {
            needsRows |= row.edit->isUncertain;
            dropped.append({row.id, index});
        }
    }
    if (!rowsChanged(changed) || !eraseRows(dropped))
        return;
    const QPointer<TableModel> guard(q);
    if (needsRows)
        schedule(Load::Refresh);
    if (guard)
        fail(done.error());
}

void TableModelPrivate::applyFailure(TableRow *row, const Submission &done, qsizetype index)
{
    const RowTask &task = done.tasks()[index];
    RowEdit &edit = *row->edit;
    const Kind sent = row->isNew() ? Kind::Insert : task.kind;
    const bool isChanged = isChangedSince(edit, task, sent);
    edit.isSubmitting = false;
    edit.sent.clear();
    // That it failed for what is not wanted any more says nothing.
    if (!isChanged)
        waiting.remove(row->id);
    if (task.isFound) {
        row->stored = task.stored;
        removeValues(&edit, task.transformed);
        edit.forgetAttempts();
        if (edit.kind == Kind::Insert)
            edit.kind = Kind::Update;
        // All of it is in the table.
        if (edit.kind == Kind::Update && edit.values.isEmpty()) {
            dropEdit(*row);
            return;
        }
    }
    if (done.error().execution() == Error::Execution::Unknown && done.wasTold(index))
        noteUncertain(&edit, *metadata, done, index);
    // It can be removed where it may be.
    if (row->isNew() && edit.kind == Kind::Remove && edit.uncertainRow.isValid())
        row->stored = edit.uncertainRow;
    const bool isToBlame = done.failedTask() == index && !isChanged;
    // Without one to blame, all have failed with the transaction.
    if (isToBlame || (done.failedTask() < 0 && done.error().code() != Error::Cancelled))
        edit.error = done.error();
    if (done.failedTask() == index)
        edit.present = done.present();
    if (!row->isAstray())
        return;
    waiting.remove(row->id);
    edit.error = withAdvice(done.error());
}

} // namespace AsyncMySql
