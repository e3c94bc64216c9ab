// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "quickjob.h"

namespace AsyncMySql {

class Batch;

/// A Batch for JavaScript.
class QuickBatch : public AsyncMySql::QuickJob
{
    Q_OBJECT
    Q_PROPERTY(int rowCount READ rowCount CONSTANT FINAL)
    Q_PROPERTY(int executedRows READ executedRows NOTIFY progressChanged FINAL)
    Q_PROPERTY(double affectedRows READ affectedRows NOTIFY progressChanged FINAL)
    QML_NAMED_ELEMENT(Batch)
    QML_UNCREATABLE("Batches are made by executeBatch()")

public:
    explicit QuickBatch(Batch *batch, QObject *parent = nullptr);

    int rowCount() const { return m_rowCount; }
    int executedRows() const { return m_executedRows; }
    double affectedRows() const { return m_affectedRows; }

Q_SIGNALS:
    void progressChanged();

private:
    void keepResult() override;
    void emitResultSignals() override;

    int m_rowCount = 0;
    int m_executedRows = 0;
    double m_affectedRows = 0;
};

} // namespace AsyncMySql
