// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/tablemodel.h>

#include "columnvalue.h"
#include "keyeddiff.h"
#include "rowreader.h"
#include "rowsmodel_p.h"
#include "rowstatements.h"
#include "submission.h"
#include "tablemetadata.h"

#include <QtCore/qbytearray.h>
#include <QtCore/qhash.h>
#include <QtCore/qpointer.h>
#include <QtCore/qset.h>
#include <QtCore/qtimezone.h>

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
    std::optional<QVariantList> uncertainKey;
    Row uncertainRow;
    /// Whether it was inserted under a key that nobody knows, and changed since: it cannot be
    /// written.
    bool isOrphan = false;
    Error error;
    /// After Error::RowChanged: the row as somebody else has left it; invalid if it is gone.
    Row present;

    void forgetAttempts()
    {
        isUncertain = false;
        uncertain.clear();
        uncertainKey.reset();
        uncertainRow = {};
    }
};

struct TableRow
{
    quint64 id = 0;
    /// As it was read; invalid for rows that were inserted here.
    Row stored;
    std::unique_ptr<RowEdit> edit;

    bool isNew() const { return !stored.isValid(); }
    /// Whether it is or may be in the table already, and cannot be found there.
    bool isAstray() const
    {
        return isNew() && edit && (edit->isOrphan || (edit->isUncertain && !edit->uncertainKey));
    }
    /// Whether the user has not begun to fill it in.
    bool isBlank() const { return isNew() && edit && edit->values.isEmpty(); }
};

/// What is to be done with a row that has an edit.
[[nodiscard]] Models::RowTask taskOf(const TableRow &row);

/// A row, and where it was: slots may have moved it since.
struct RowPlace
{
    quint64 id = 0;
    int row = 0;
};

class TableModelPrivate final : public RowsModelPrivate
{
public:
    using Policy = TableModel::SubmitPolicy;
    using Signal = void (TableModel::*)(TableModel::QPrivateSignal);
    using Kind = RowEdit::Kind;

    explicit TableModelPrivate(TableModel *tableModel)
        : RowsModelPrivate(tableModel)
        , q(tableModel)
    {
    }

    // Loading
    void changed(Signal signal, Load load);
    void schedule(Load load) override;
    void start(Load load) override;
    void stopLoading();
    bool dropUnbegun() override;
    void clear();
    void readMetadata();
    void metadataAdvanced();
    void readRows();
    void rowsAdvanced();
    void appendRows();
    bool mergeRows();
    void catchUp() override;
    std::vector<QByteArray> keysBefore() const;
    QHash<quint64, QByteArray> foundInsertions() const;
    struct Merged
    {
        std::vector<QByteArray> keys;
        /// For each key the row that was read; -1 where only the user's row is left.
        std::vector<qsizetype> read;
        Models::RowChunks rows;
    };
    Merged mergedKeys(const std::vector<QByteArray> &before) const;
    bool carryOut(const Models::Diff &diff, const Merged &merged);
    void carryOut(const Models::DiffStep &step, const Merged &merged);
    void reorder(const Models::Diff &diff);
    bool updateRows(const Models::Diff &diff, const Merged &merged);
    QList<int> identifyingColumns() const;

    // Editing
    bool canEdit();
    bool canWrite(int row, int column) const;
    enum class Source { Program, Editor };
    bool setValue(int row, int column, const QVariant &value, Source source);
    bool setValues(int row, const Models::CellValues &values);
    std::optional<QVariant> accepted(const TableRow &row, int column, const QVariant &value);
    std::optional<QVariant> accepted(Models::RowAge age, int column, const QVariant &value);
    std::optional<Models::CellValues> cellsOf(const QVariantMap &values) const;
    void write(int row, const Models::CellValues &values);
    bool write(TableRow &row, int column, const QVariant &value);
    bool isUntouched(const TableRow &row, int column, const QVariant &edited) const;
    void submitEdited(quint64 id);
    RowEdit &editOf(TableRow &row, Kind kind);
    void dropEdit(TableRow &row);
    bool insertRows(int row, int count, const Models::CellValues &values = {});
    void removeRow(int row);
    bool removeRows(int row, int count);
    void revertRow(int row);
    void revertAll();
    void acceptPresentValues(int row);
    void eraseRow(int row);
    void rowChanged(int row);
    bool rowsChanged(const QList<RowPlace> &places);
    QVariant cellValue(const TableRow &row, int column) const;
    QVariant editorData(const TableRow &row, int column) const;
    bool isNull(const TableRow &row, int column) const;
    TableModel::CellState cellState(const TableRow &row, int column) const;
    TableModel::RowState rowState(const TableRow &row) const;
    QMetaType typeOf(int column) const;
    QTimeZone timeZoneOf(int column) const;

    // Submitting
    enum class Failed { Again, Leave };
    void submitPending(Failed failed, quint64 except = 0);
    void submitRows(const QSet<quint64> &ids);
    void startSubmission();
    void submissionFinished();
    void applySuccess(const Models::Submission &done);
    void applyWritten(int row, const Models::RowTask &task, const Row &present);
    void applyInserted(int row, const Models::RowTask &task);
    bool applyFound(TableRow *row, const Row &read);
    void applyFailure(const Models::Submission &done);
    void applyFailure(TableRow *row, const Models::Submission &done, qsizetype task);
    void cancel();
    int indexOf(quint64 id) const;
    int indexOf(const RowPlace &place) const;
    bool eraseRows(QList<RowPlace> places);
    QHash<quint64, int> rowIndexes(const QList<Models::RowTask> &tasks) const;

    bool isLoading() const { return scheduled || columnsReader || reader; }
    Published toPublish() const override;
    void notify(Property property) override;
    void notifyOfError(const Error &newError) override;

    TableModel *const q;

    // What is asked for
    QString tableName;
    Models::TableSelection selection;
    Policy policy = Policy::OnRowChange;

    // What there is
    std::optional<Models::TableMetadata> metadata;
    QList<Column> columns;
    std::vector<TableRow> rows;
    quint64 lastId = 0;
    quint64 lastEdited = 0;
    /// How many rows have an edit.
    int pending = 0;
    bool complete = false;

    // What will be
    std::unique_ptr<Models::RowReader> columnsReader;
    std::unique_ptr<Models::RowReader> indexesReader;
    std::unique_ptr<Models::RowReader> reader;
    /// Whether what is read is compared with what is here, or added to it.
    bool merges = false;
    qsizetype appended = 0;
    /// Whether the rows are on their way to new places: nobody else may move them.
    bool isMerging = false;
    bool isBinaryEditable = false;
    std::unique_ptr<Models::Submission> submission;
    QSet<quint64> waiting;
};

} // namespace AsyncMySql
