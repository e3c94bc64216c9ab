// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "rowsubmitter.h"

#include "samevalue.h"
#include "tablemodel_p.h"

#include <QtCore/qhash.h>
#include <QtCore/qpointer.h>

#include <algorithm>
#include <utility>

namespace AsyncMySql::Models {

using namespace Qt::StringLiterals;
using Load = RowsModelPrivate::Load;
using Kind = RowEdit::Kind;

namespace {

void recordUncertain(RowEdit *edit, const TableMetadata &table, const Submission &done,
                     qsizetype index)
{
    const RowTask &task = done.tasks()[index];
    edit->isUncertain = true;
    for (auto value = task.values.begin(); value != task.values.end(); ++value)
        edit->uncertain[value.key()].append(*value);
    if (done.hasOutcome(index)) {
        edit->uncertainKey = done.outcome(index).key;
        edit->uncertainRow = done.outcome(index).serverRow;
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

Error withAdvice(Error error)
{
    error.setMessage(
        u"%1. The row may have been inserted under an unknown key: refresh and look for "
        "it before you revert it or insert it again"_s.arg(error.message()));
    return error;
}

} // namespace

/// Policies do not submit twice, or before there are changes.
void RowSubmitter::submitPending(Failed failed, quint64 except)
{
    const bool isAsked = failed == Failed::Again;
    QSet<quint64> ids;
    for (const RowPlace &place : d->rows.edited()) {
        const TableRow &row = d->rows.at(place.row);
        if (row.id == except)
            continue;
        if (isAsked || (!row.edit->error && !row.isBlank() && !row.insertOutcomeUnknown()))
            ids.insert(row.id);
    }
    submitRows(ids);
}

void RowSubmitter::submitRows(const QSet<quint64> &ids)
{
    m_waiting.unite(ids);
    start();
}

/// One submission at a time; requests in the meantime are next.
void RowSubmitter::start()
{
    if (m_submission || m_waiting.isEmpty())
        return;
    const QSet<quint64> ids = std::exchange(m_waiting, {});
    // These belong to another table.
    if (d->scheduled == Load::Replace)
        return;
    if (!d->executor || !d->metadata) {
        d->fail(Error(Error::ConnectionClosed,
                      u"The model has no connection (executor) to write the rows"_s));
        return;
    }
    QList<RowTask> tasks;
    QList<RowPlace> places;
    for (const RowPlace &place : d->rows.edited()) {
        TableRow &row = d->rows.own(place.row);
        if (row.edit->keyUnknown || !ids.contains(row.id))
            continue;
        RowEdit &edit = *row.edit;
        edit.isSubmitting = true;
        edit.sent = edit.values;
        edit.error = {};
        edit.serverRow = {};
        tasks.append(taskOf(row));
        places.append(place);
    }
    if (tasks.isEmpty())
        return;
    // Releases unique values before they are used again.
    std::stable_sort(tasks.begin(), tasks.end(), [](const RowTask &left, const RowTask &right) {
        return left.kind < right.kind;
    });
    m_submission = std::make_unique<Submission>(d->executor, *d->metadata, tasks);
    QObject::connect(m_submission.get(), &Submission::finished, d->q, [this] { finish(); });
    d->error = {};
    if (d->rowsChanged(places))
        d->publish();
}

void RowSubmitter::cancel()
{
    m_waiting.clear();
    if (m_submission)
        m_submission->cancel();
}

void RowSubmitter::abandonRows()
{
    m_waiting.clear();
    if (!m_submission)
        return;
    Submission *orphan = m_submission.release();
    orphan->disconnect(d->q);
    // It may have finished, and is kept until the compared rows are shown.
    if (orphan->isFinished())
        orphan->deleteLater();
    else
        QObject::connect(orphan, &Submission::finished, orphan, &QObject::deleteLater);
}

void RowSubmitter::catchUp()
{
    if (m_submission && m_submission->isFinished())
        finish();
}

void RowSubmitter::catchUpLater()
{
    if (!m_submission || !m_submission->isFinished())
        return;
    QMetaObject::invokeMethod(
        d->q, [this] { catchUp(); }, Qt::QueuedConnection);
}

void RowSubmitter::finish()
{
    // The rows that are being compared were read before this was written.
    if (d->mustWait() || d->isComparing())
        return;
    const std::unique_ptr<Submission> done = std::move(m_submission);
    const QPointer<TableModel> guard(d->q);
    if (done->error())
        applyFailure(*done);
    else
        applySuccess(*done);
    if (guard)
        start();
}

void RowSubmitter::applySuccess(const Submission &done)
{
    const QHash<quint64, int> indexes = d->rows.indexesOf(done.tasks());
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
        TableRow &row = d->rows.own(index);
        if (task.kind != Kind::Insert || outcome.isRead)
            applyWritten(row, task, outcome.serverRow);
        else
            applyInserted(row, task);
        // The position of a new row is only known after the table was read again.
        const bool isGone = task.kind == Kind::Remove || (row.isNew() && !row.edit);
        (isGone ? gone : written).append({task.id, index});
        if (row.edit && !isGone && !row.edit->keyUnknown)
            changedMeanwhile.insert(task.id);
    }
    if (d->policy != TableModel::SubmitPolicy::Manual)
        m_waiting.unite(changedMeanwhile);
    const QPointer<TableModel> guard(d->q);
    if (!d->rowsChanged(written) || !d->editor.eraseRows(gone))
        return;
    if (needsRows)
        d->schedule(Load::Refresh);
    if (guard)
        d->publish();
    if (guard)
        d->notifyOfSubmission();
}

/// Changes since the submission stay pending.
void RowSubmitter::applyWritten(TableRow &row, const RowTask &task, const Row &serverRow)
{
    if (serverRow.isValid())
        row.stored = serverRow;
    RowEdit &edit = *row.edit;
    edit.isSubmitting = false;
    edit.sent.clear();
    edit.forgetAttempts();
    edit.removeValues(task.values);
    edit.removeValues(task.transformed);
    if (edit.kind == Kind::Insert)
        edit.kind = Kind::Update;
    if (edit.kind == Kind::Update && edit.values.isEmpty())
        d->rows.dropEdit(row);
}

/// The row is in the table at an unknown position: changes since the submission cannot be written,
/// but are kept.
void RowSubmitter::applyInserted(TableRow &row, const RowTask &task)
{
    RowEdit &edit = *row.edit;
    if (!isChangedSince(edit, task, Kind::Insert)) {
        d->rows.dropEdit(row);
        return;
    }
    edit.isSubmitting = false;
    edit.sent.clear();
    edit.forgetAttempts();
    edit.keyUnknown = true;
    edit.error = Error(Error::RowChanged,
                       u"The row was inserted under an unknown key, and changed in the meantime: "
                       "change the inserted row, and revert this one"_s);
}

void RowSubmitter::applyFailure(const Submission &done)
{
    const QHash<quint64, int> indexes = d->rows.indexesOf(done.tasks());
    QList<RowPlace> changed;
    QList<RowPlace> dropped;
    bool needsRows = false;
    for (qsizetype i = 0; i < done.tasks().size(); ++i) {
        const int index = indexes.value(done.tasks()[i].id, -1);
        if (index < 0)
            continue;
        TableRow &row = d->rows.own(index);
        applyFailure(row, done, i);
        changed.append({row.id, index});
        // New rows that were removed while they were being submitted.
        if (row.isNew() && row.edit->kind == Kind::Remove) {
            needsRows |= row.edit->isUncertain;
            dropped.append({row.id, index});
        }
    }
    if (!d->rowsChanged(changed) || !d->editor.eraseRows(dropped))
        return;
    const QPointer<TableModel> guard(d->q);
    if (needsRows)
        d->schedule(Load::Refresh);
    if (guard)
        d->fail(done.error());
}

void RowSubmitter::applyFailure(TableRow &row, const Submission &done, qsizetype index)
{
    const RowTask &task = done.tasks()[index];
    RowEdit &edit = *row.edit;
    const Kind sent = row.isNew() ? Kind::Insert : task.kind;
    const bool isChanged = isChangedSince(edit, task, sent);
    edit.isSubmitting = false;
    edit.sent.clear();
    // An error of changes that were discarded is irrelevant.
    if (!isChanged)
        m_waiting.remove(row.id);
    if (task.isFound) {
        row.stored = task.stored;
        edit.removeValues(task.transformed);
        edit.forgetAttempts();
        if (edit.kind == Kind::Insert)
            edit.kind = Kind::Update;
        // All changes are in the table.
        if (edit.kind == Kind::Update && edit.values.isEmpty()) {
            d->rows.dropEdit(row);
            return;
        }
    }
    if (done.error().execution() == Error::Execution::Unknown && done.wasSent(index))
        recordUncertain(&edit, *d->metadata, done, index);
    // It can be removed from the table, if it is there.
    if (row.isNew() && edit.kind == Kind::Remove && edit.uncertainRow.isValid())
        row.stored = edit.uncertainRow;
    const bool isToBlame = done.failedTask() == index && !isChanged;
    // If no row is the cause, all have failed with the transaction.
    if (isToBlame || (done.failedTask() < 0 && done.error().code() != Error::Cancelled))
        edit.error = done.error();
    if (done.failedTask() == index)
        edit.serverRow = done.serverRow();
    if (!row.insertOutcomeUnknown())
        return;
    m_waiting.remove(row.id);
    edit.error = withAdvice(done.error());
}

} // namespace AsyncMySql::Models
