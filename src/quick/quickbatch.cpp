// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "quickbatch.h"

#include <AsyncMySql/batch.h>

namespace AsyncMySql {

/*!
    \qmltype Batch
    \inherits Job
    \inqmlmodule AsyncMySql
    \brief A job that executes one statement for many rows of parameters.

    The properties \c rowCount, \c executedRows and \c affectedRows hold its progress.
*/

QuickBatch::QuickBatch(Batch *batch, QObject *parent)
    : QuickJob(parent)
    , m_rowCount(static_cast<int>(batch->rowCount()))
{
    connect(batch, &Batch::progressChanged, this, [this] {
        keepResult();
        Q_EMIT progressChanged();
    });
    follow(batch);
}

void QuickBatch::keepResult()
{
    const auto *batch = static_cast<const Batch *>(job());
    m_executedRows = static_cast<int>(batch->executedRows());
    m_affectedRows = static_cast<double>(batch->affectedRows());
}

void QuickBatch::emitResultSignals()
{
    Q_EMIT progressChanged();
}

} // namespace AsyncMySql
