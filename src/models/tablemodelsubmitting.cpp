// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "tablemodel_p.h"

#include <algorithm>

namespace AsyncMySql {

using namespace Models;
using namespace Qt::StringLiterals;

namespace {

void noteUncertain(RowEdit *edit, const RowTask &task)
{
    edit->isUncertain = true;
    for (auto value = task.values.begin(); value != task.values.end(); ++value)
        edit->uncertain[value.key()].append(*value);
}

} // namespace

void TableModelPrivate::submitPending(Failed failed, quint64 except)
{
    QSet<quint64> ids;
    for (const TableRow &row : rows) {
        if (row.edit && row.id != except && (failed == Failed::Again || !row.edit->error))
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
    if (!executor || !metadata) {
        waiting.clear();
        fail(Error(Error::ConnectionClosed, u"There is no executor to write the rows with"_s));
        return;
    }
    QList<RowTask> tasks;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        TableRow &row = rows[i];
        if (!row.edit || !waiting.contains(row.id))
            continue;
        row.edit->isSubmitting = true;
        row.edit->sent = row.edit->values;
        row.edit->error = {};
        row.edit->present = {};
        tasks.append({row.id, row.edit->kind, row.edit->values, row.stored, row.edit->isUncertain,
                      row.edit->uncertain});
    }
    waiting.clear();
    if (tasks.isEmpty())
        return;
    // Values that have to be unique are free before they are given again.
    std::stable_sort(tasks.begin(), tasks.end(), [](const RowTask &left, const RowTask &right) {
        return left.kind < right.kind;
    });
    submission = std::make_unique<Submission>(executor, *metadata, tasks);
    QObject::connect(submission.get(), &Submission::finished, q, [this] { submissionFinished(); });
    error = {};
    const QHash<quint64, int> indexes = rowIndexes(tasks);
    for (const int index : indexes)
        rowChanged(index);
    publish();
}

void TableModelPrivate::submissionFinished()
{
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
    QList<int> gone;
    for (qsizetype i = 0; i < done.tasks().size(); ++i) {
        const RowTask &task = done.tasks()[i];
        const Submission::Outcome &outcome = done.outcome(i);
        needsRows |= !outcome.isRead;
        const int index = indexes.value(task.id, -1);
        if (index < 0)
            continue;
        // Where a new row is in the table is only known when all of it is read again.
        if (task.kind == Kind::Remove || (task.kind == Kind::Insert && !outcome.isRead)) {
            gone.append(index);
            continue;
        }
        applyWritten(index, task, outcome.present);
        if (rows[static_cast<std::size_t>(index)].edit)
            changedMeanwhile.insert(task.id);
    }
    std::sort(gone.begin(), gone.end(), std::greater<>());
    for (const int index : std::as_const(gone))
        eraseRow(index);
    if (policy != Policy::Manual)
        waiting.unite(changedMeanwhile);
    const QPointer<TableModel> guard(q);
    if (needsRows)
        schedule(Load::Rows);
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
    edit.isUncertain = false;
    edit.uncertain.clear();
    for (auto value = task.values.begin(); value != task.values.end(); ++value) {
        if (edit.values.value(value.key()) == *value)
            edit.values.remove(value.key());
    }
    if (edit.kind == Kind::Insert)
        edit.kind = Kind::Update;
    if (edit.kind == Kind::Update && edit.values.isEmpty())
        dropEdit(row);
    rowChanged(index);
}

void TableModelPrivate::applyFailure(const Submission &done)
{
    const QHash<quint64, int> indexes = rowIndexes(done.tasks());
    QList<quint64> dropped;
    for (qsizetype i = 0; i < done.tasks().size(); ++i) {
        const int index = indexes.value(done.tasks()[i].id, -1);
        if (index < 0)
            continue;
        TableRow &row = rows[static_cast<std::size_t>(index)];
        RowEdit &edit = *row.edit;
        edit.isSubmitting = false;
        edit.sent.clear();
        if (done.error().execution() == Error::Execution::Unknown)
            noteUncertain(&edit, done.tasks()[i]);
        // Without one to blame, all have failed with the transaction.
        if (done.failedTask() < 0 || done.failedTask() == i)
            edit.error = done.error();
        if (done.failedTask() == i)
            edit.present = done.present();
        rowChanged(index);
        if (row.isNew() && edit.kind == Kind::Remove)
            dropped.append(row.id);
    }
    // New rows that were removed while they were on their way.
    for (const quint64 id : std::as_const(dropped))
        removeRow(indexOf(id));
    fail(done.error());
}

} // namespace AsyncMySql
