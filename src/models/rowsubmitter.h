// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "rowstatements.h"
#include "submission.h"
#include "tablerows.h"

#include <AsyncMySql/row.h>

#include <QtCore/qset.h>

#include <memory>

namespace AsyncMySql {

class TableModelPrivate;

namespace Models {

/// Submits the changed rows of a TableModel and applies the results.
class RowSubmitter
{
public:
    /// Specifies whether rows that were refused before are submitted.
    enum class Failed { Again, Leave };

    explicit RowSubmitter(TableModelPrivate *model)
        : d(model)
    {
    }

    void submitPending(Failed failed, quint64 except = 0);
    void submitRows(const QSet<quint64> &ids);
    bool isSubmitting() const { return m_submission != nullptr; }
    /// Applies results that were deferred to the end of a change or comparison.
    void catchUp();
    void catchUpLater();
    /// Undoes the running submission, and drops pending ones.
    void cancel();
    /// The rows were removed. A running submission continues.
    void abandonRows();

private:
    void start();
    void finish();
    void applySuccess(const Submission &done);
    void applyWritten(TableRow &row, const RowTask &task, const Row &serverRow);
    void applyInserted(TableRow &row, const RowTask &task);
    void applyFailure(const Submission &done);
    void applyFailure(TableRow &row, const Submission &done, qsizetype task);

    TableModelPrivate *const d;
    std::unique_ptr<Submission> m_submission;
    QSet<quint64> m_waiting;
};

} // namespace Models
} // namespace AsyncMySql
