// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "pageplan.h"
#include "randomrows.h"
#include "roweditor.h"
#include "rowsmodel_p.h"
#include "rowstatements.h"
#include "rowsubmitter.h"
#include "statementfacts.h"
#include "streamreader.h"
#include "tablemetadata.h"
#include "tablerows.h"

#include <AsyncMySql/tablemodel.h>

#include <QtCore/qlist.h>
#include <QtCore/qstring.h>

#include <memory>
#include <optional>
#include <variant>

namespace AsyncMySql {

class TableModelPrivate final : public RowsModelPrivate
{
public:
    using Policy = TableModel::SubmitPolicy;
    using Signal = void (TableModel::*)(TableModel::QPrivateSignal);

    explicit TableModelPrivate(TableModel *tableModel);

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
    void readRows(bool isMetadataNew = false);
    void rowsAdvanced();
    void appendRows();
    void rowsAreRead();
    void catchUp() override;

    // Random access
    void askAboutRows(bool isMetadataNew);
    bool isShownAtRandom() const;
    void readAtRandom();
    std::variant<Models::PagePlan, QString> pagePlan() const;
    void randomRowsReplaced(const Models::RandomAccessReader &reader) override;
    bool isRandom() const { return readMode == TableModel::ReadMode::RandomAccess; }
    /// Valid until the next call. Of random rows, one that has not been read is new.
    const Models::TableRow &row(int index) const;
    qsizetype count() const { return random.isShown() ? random.count() : rows.count(); }

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
    bool isLoading() const
    {
        return scheduled || columnsReader || reader || facts.isAsking() || random.isLoading();
    }
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
    TableModel::ReadMode readMode = TableModel::ReadMode::Whole;
    qsizetype cacheSize = 32 * 1024 * 1024;

    // Current
    std::optional<Models::TableMetadata> metadata;
    /// The rows of either are shown: these, or those of the RandomRows.
    Models::TableRows rows;
    Models::StatementFacts facts;
    RandomRows random{this, &facts};
    mutable Models::TableRow randomRow;
    /// Those of the random rows that are shown, and of the next ones.
    Models::TableSelection randomSelection;
    Models::TableSelection nextRandomSelection;
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
