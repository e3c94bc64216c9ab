// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "statementcommand.h"

#include <AsyncMySql/connectionoptions.h>

#include <QtCore/qlist.h>
#include <QtCore/qvariant.h>

#include <memory>
#include <optional>

namespace AsyncMySql {

namespace Protocol {
class BatchExchange;
struct InsertOutline;
} // namespace Protocol

/// One statement for many rows of parameters.
class BatchCommand : public StatementCommand
{
public:
    /// \a maximumPacket is in bytes.
    BatchCommand(QString sql, QList<QVariantList> rows, qsizetype maximumPacket,
                 std::shared_ptr<StatementKindCache> kinds = {});

    using MultiRowInsertMode = ConnectionOptions::MultiRowInsertMode;
    void setMultiRowInsertMode(MultiRowInsertMode mode) { m_multiRowInsertMode = mode; }

    Attempt createExchange(const SessionContext &session) override;
    CommandTraits traits(const Protocol::SqlDialect &dialect) const override;
    AnswerFacts inspect(const Protocol::Exchange &exchange) const override;
    void progressed(Protocol::Exchange &exchange) override;
    void answered(Protocol::Exchange &exchange) override;
    void observe(const Protocol::Exchange &exchange, Observer::Operation *operation) const override;
    void observeParameters(Observer::Operation *operation) const override;

    qsizetype rowCount() const { return m_rows.size(); }
    qsizetype executedRows() const { return m_executedRows; }
    /// Also right when the connection was lost before any answer.
    qsizetype sentRows() const;
    quint64 affectedRows() const { return m_affectedRows; }
    const QList<quint64> &insertIds() const { return m_insertIds; }
    int warningCount() const { return m_warningCount; }

private:
    std::optional<Protocol::InsertOutline> insertOutline(const SessionContext &session) const;

    QList<QVariantList> m_rows;
    qsizetype m_maximumPacket;
    MultiRowInsertMode m_multiRowInsertMode = MultiRowInsertMode::Automatic;
    /// In the bulk command, the rows of all others are statements by themselves.
    bool m_isInsert = false;
    /// Of the last attempt, until it is answered.
    std::shared_ptr<Protocol::BatchExchange> m_exchange;

    qsizetype m_executedRows = 0;
    qsizetype m_sentRows = 0;
    /// In the attempts before the last one.
    qsizetype m_sentRowsBefore = 0;
    quint64 m_affectedRows = 0;
    QList<quint64> m_insertIds;
    int m_warningCount = 0;
};

} // namespace AsyncMySql
