// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "roweditor.h"
#include "rowreader.h"
#include "rowsmodel_p.h"
#include "rowstatements.h"
#include "rowsubmitter.h"
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

    // Rows that have come again
    void compareRows();
    std::unique_ptr<Models::RowComparison> newComparison();
    void refreshShown() override;
    QList<int> identifyingColumns() const;

    void rowChanged(int row);
    /// Returns whether the model is still there.
    bool rowsChanged(const QList<Models::RowPlace> &places);
    void notifyOfSubmission();
    bool isComparing() const { return comparison != nullptr; }
    bool isLoading() const { return scheduled || columnsReader || reader; }
    /// Whether nobody else may move rows.
    bool areRowsMoving() const { return isMerging || rows.isBetweenSignals(); }
    Published toPublish() const override;
    void notify(Property property) override;
    void notifyOfError(const Error &newError) override;

    TableModel *const q;

    // What is asked for
    QString tableName;
    Models::TableSelection selection;
    Policy policy = Policy::OnRowChange;
    bool isBinaryEditable = false;

    // What there is
    std::optional<Models::TableMetadata> metadata;
    Models::TableRows rows;
    bool complete = false;

    // What will be
    std::unique_ptr<Models::RowReader> columnsReader;
    std::unique_ptr<Models::RowReader> indexesReader;
    std::unique_ptr<Models::RowReader> reader;
    /// Whether what is read is compared with what is here, or added to it.
    bool merges = false;
    /// Of the rows when the comparison began, and how often that was not for the first time.
    quint64 comparedRevision = 0;
    int comparedAgain = 0;
    /// Whether the rows are being moved to new places.
    bool isMerging = false;

    Models::RowEditor editor;
    Models::RowSubmitter submitter;
};

} // namespace AsyncMySql
