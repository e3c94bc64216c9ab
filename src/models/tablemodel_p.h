// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "roweditor.h"
#include "rowsmodel_p.h"
#include "rowstatements.h"
#include "rowsubmitter.h"
#include "streamreader.h"
#include "tablemetadata.h"
#include "tablerows.h"

#include <AsyncMySql/tablemodel.h>

#include <QtCore/qlist.h>
#include <QtCore/qstring.h>

#include <memory>
#include <optional>

namespace AsyncMySql {

class TableModelPrivate final : public RowsModelPrivate
{
public:
    using Policy = TableModel::SubmitPolicy;
    using Signal = void (TableModel::*)(TableModel::QPrivateSignal);

    explicit TableModelPrivate(TableModel *tableModel)
        : RowsModelPrivate(tableModel)
        , q(tableModel)
        , rows(tableModel)
        , editor(this)
        , submitter(this)
    {
    }

    // Loading
    void changed(Signal signal, Load load);
    void schedule(Load load) override;
    void start(Load load) override;
    void cancel();
    void stopLoading();
    bool dropUnbegun() override;
    void clear();
    void readMetadata();
    void metadataAdvanced();
    void readRows();
    void rowsAdvanced();
    void appendRows();
    void rowsAreRead();
    void catchUp() override;

    // Refreshed rows
    void compareRows();
    std::unique_ptr<Models::RowComparison> newComparison();
    void refreshShown() override;
    QList<int> identifyingColumns() const;

    void rowChanged(int row);
    /// Returns whether the model still exists.
    bool rowsChanged(const QList<Models::RowPlace> &places);
    void notifyOfSubmission();
    bool isComparing() const { return comparison != nullptr; }
    bool isLoading() const { return scheduled || columnsReader || reader; }
    /// Whether rows must not be moved.
    bool areRowsMoving() const { return isMerging || rows.isBetweenSignals(); }
    Published toPublish() const override;
    void notify(Property property) override;
    void notifyOfError(const Error &newError) override;

    TableModel *const q;

    // Requested
    QString tableName;
    Models::TableSelection selection;
    Policy policy = Policy::OnRowChange;
    bool isBinaryEditable = false;

    // Current
    std::optional<Models::TableMetadata> metadata;
    Models::TableRows rows;
    bool complete = false;

    // Pending
    std::unique_ptr<Models::StreamReader> columnsReader;
    std::unique_ptr<Models::StreamReader> indexesReader;
    std::unique_ptr<Models::StreamReader> reader;
    /// Whether rows that are read are compared with the current ones, or added.
    bool merges = false;
    /// The revision of the rows at the start of the comparison, and how often it was restarted.
    quint64 comparedRevision = 0;
    int comparedAgain = 0;
    /// Whether rows are being moved to new positions.
    bool isMerging = false;

    Models::RowEditor editor;
    Models::RowSubmitter submitter;
};

} // namespace AsyncMySql
