// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/executor.h>
#include <AsyncMySql/tablemodel.h>

#include "keyeddiff.h"
#include "rowreader.h"
#include "rowstatements.h"
#include "submission.h"
#include "tablemetadata.h"

#include <QtCore/qpointer.h>
#include <QtCore/qset.h>

#include <memory>
#include <optional>
#include <vector>

namespace AsyncMySql {

/// What the user has done with a row, and what became of it so far.
struct RowEdit
{
    using Kind = Models::RowTask::Kind;

    Kind kind = Kind::Update;
    Models::CellValues values;
    /// Of values, what is on its way.
    Models::CellValues sent;
    bool isSubmitting = false;
    /// See RowTask: nobody knows whether these were written.
    bool isUncertain = false;
    QMap<int, QVariantList> uncertain;
    Error error;
    /// After Error::RowChanged: the row as somebody else has left it; invalid if it is gone.
    Row present;
};

struct TableRow
{
    quint64 id = 0;
    /// As it was read; invalid for rows that were inserted here.
    Row stored;
    std::unique_ptr<RowEdit> edit;

    bool isNew() const { return !stored.isValid(); }
};

class TableModelPrivate
{
public:
    using Policy = TableModel::SubmitPolicy;
    using Signal = void (TableModel::*)(TableModel::QPrivateSignal);
    using Kind = RowEdit::Kind;

    /// Ordered: what comes later does the work of what comes before, too.
    enum class Load { Rows, Table };

    explicit TableModelPrivate(TableModel *model)
        : q(model)
    {
    }

    // Loading
    void changed(Signal signal, Load load);
    void schedule(Load load);
    void start();
    void stopLoading();
    void setExecutor(Executor *newExecutor);
    void clear();
    void readMetadata();
    void metadataAdvanced();
    void readRows();
    void rowsAdvanced();
    void appendRows();
    void mergeRows();
    std::vector<QByteArray> keysBefore() const;
    struct Merged
    {
        std::vector<QByteArray> keys;
        /// For each key the row that was read; -1 where only the user's row is left.
        std::vector<qsizetype> read;
    };
    Merged mergedKeys(const std::vector<QByteArray> &before) const;
    void carryOut(const Models::Diff &diff, const Merged &merged);
    void carryOut(const Models::DiffStep &step, const Merged &merged);
    void reorder(const Models::Diff &diff);
    void updateRows(const Models::Diff &diff, const Merged &merged);
    QList<int> identifyingColumns() const;

    // Editing
    bool canEdit();
    bool setValue(int row, int column, const QVariant &value);
    void submitEdited(quint64 id);
    RowEdit &editOf(TableRow &row, Kind kind);
    void dropEdit(TableRow &row);
    bool insertRows(int row, int count);
    void removeRow(int row);
    void revertRow(int row);
    void acceptPresentValues(int row);
    void eraseRow(int row);
    void rowChanged(int row);
    QVariant cellValue(const TableRow &row, int column) const;
    bool isNull(const TableRow &row, int column) const;
    TableModel::CellState cellState(const TableRow &row, int column) const;
    TableModel::RowState rowState(const TableRow &row) const;
    QMetaType typeOf(int column) const;

    // Submitting
    enum class Failed { Again, Leave };
    void submitPending(Failed failed, quint64 except = 0);
    void submitRows(const QSet<quint64> &ids);
    void startSubmission();
    void submissionFinished();
    void applySuccess(const Models::Submission &done);
    void applyWritten(int row, const Models::RowTask &task, const Row &present);
    void applyFailure(const Models::Submission &done);
    int indexOf(quint64 id) const;
    QHash<quint64, int> rowIndexes(const QList<Models::RowTask> &tasks) const;

    void fail(const Error &newError);
    void publish();
    struct Published
    {
        bool loading = false;
        bool complete = false;
        bool submitting = false;
        bool readOnly = true;
        int pending = 0;
        qsizetype count = 0;
        QStringList columnNames;
        Error error;
    };
    Published published() const;

    TableModel *q;

    // What is asked for
    QPointer<Executor> executor;
    QString tableName;
    Models::TableSelection selection;
    Policy policy = Policy::OnRowChange;

    // What there is
    std::optional<Models::TableMetadata> metadata;
    QStringList columnNames;
    QList<Column> columns;
    std::vector<TableRow> rows;
    quint64 lastId = 0;
    quint64 lastEdited = 0;
    /// How many rows have an edit.
    int pending = 0;
    bool complete = false;
    Error error;

    // What will be
    std::optional<Load> scheduled;
    std::unique_ptr<Models::RowReader> columnsReader;
    std::unique_ptr<Models::RowReader> indexesReader;
    std::unique_ptr<Models::RowReader> reader;
    /// Whether what is read is compared with what is here, or added to it.
    bool merges = false;
    qsizetype appended = 0;
    std::unique_ptr<Models::Submission> submission;
    QSet<quint64> waiting;

    Published told;
    QMetaObject::Connection executorConnection;
};

} // namespace AsyncMySql
