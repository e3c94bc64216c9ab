// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "insertoutline.h"
#include "resultexchange.h"
#include "sqldialect.h"

#include <QtCore/qbytearray.h>
#include <QtCore/qstring.h>

#include <optional>

namespace AsyncMySql::Protocol {

/// What of a table, and of the session, decides whether one INSERT of many rows means the same as
/// one for each row.
struct InsertTarget
{
    struct Column
    {
        QString name;
        /// DATE, DATETIME, TIME or TIMESTAMP.
        bool isTemporal = false;
    };

    /// What a failing statement has done is undone.
    bool isTransactional = false;
    /// In their order; empty if some are not seen by an INSERT that does not name them.
    QList<Column> columns;
    /// Empty if there is none.
    QString autoIncrementColumn;
    /// By how much generated values differ (auto_increment_increment).
    quint64 autoIncrement = 1;
    /// A NULL that does not belong into its column is an error: otherwise it is one in the only row
    /// of a statement alone (MySQL: "Constraints on Invalid Data").
    bool isStrict = false;
    /// DEFAULT (…), or CURRENT_TIMESTAMP with a fraction, which rows of one statement share.
    bool hasVaryingDefaults = false;
    /// Known not to have any; those of a table are hidden from accounts without a privilege for
    /// them.
    bool lacksTriggers = false;
};

/// Asks a MySQL server about the table that \a outline inserts into, with two statements
/// (COM_QUERY): SHOW CREATE TABLE, which alone sees temporary tables, and a SELECT. What the server
/// refuses to report is no failure of the exchange.
class InsertTargetExchange : public ResultExchange
{
public:
    /// \a sendsAhead is whether both statements may be in flight at once.
    InsertTargetExchange(const InsertOutline &outline, const SqlDialect &dialect,
                         Capabilities capabilities, bool sendsAhead);
    ~InsertTargetExchange() override;

    std::optional<Output> nextOutput() override;
    bool isWritten() const override { return m_given == Count; }
    bool stop() override;
    bool isPreparing() const override { return true; }
    Progress handlePacket(QByteArrayView payload, const Wire::ByteBlockPointer &block) override;

    /// Null unless the server has reported everything.
    const std::optional<InsertTarget> &target() const { return m_target; }

protected:
    bool hasSentExecution() const override { return false; }
    bool hasExecuted() const override { return false; }

private:
    static constexpr int Count = 2;

    Progress finishAnswer();
    /// The texts of the only row; empty if there is another number of rows.
    QByteArrayList takeRow();
    bool readDefinition(const QByteArrayList &row);
    bool readSession(const QByteArrayList &row);

    QByteArray m_questions[Count];
    SqlDialect m_dialect;
    bool m_sendsAhead;
    bool m_isStopped = false;
    int m_given = 0;
    int m_answered = 0;
    bool m_inAnswer = false;
    bool m_isKnown = true;
    InsertTarget m_found;
    std::optional<InsertTarget> m_target;
};

} // namespace AsyncMySql::Protocol
