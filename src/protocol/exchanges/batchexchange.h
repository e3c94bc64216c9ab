// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "insertoutline.h"
#include "multirowinsert.h"
#include "parameters.h"
#include "resultexchange.h"
#include "sqldialect.h"
#include "statementhandle.h"
#include "statementvariants.h"

#include <QtCore/qlist.h>
#include <QtCore/qvariant.h>

#include <deque>
#include <memory>

namespace AsyncMySql::Protocol {

class InsertTargetExchange;
class StatementExchange;

/// One statement executed for many rows of parameters, in their order: it is prepared first unless
/// its handle says that this was done. With MariaDB's bulk command (COM_STMT_BULK_EXECUTE) as many
/// rows as fit go in one packet, and the next one follows when the server has confirmed it; for
/// statements that the command cannot do, and on other servers, there is one COM_STMT_EXECUTE for
/// each row, or one COM_QUERY if the server cannot prepare the statement; several are on their way
/// at a time. Where the settings have its outline, and what the server says of the table allows it,
/// rows are put together into an INSERT of many (MultiRowInsert), of which one is in flight at a
/// time. Rows that a statement returns are dropped.
///
/// Rows are encoded as they are sent. After the first error, of the server or of a row
/// which cannot be sent, and after stop(), nothing more is sent, and the answers that are on their
/// way are awaited.
/// The server undoes nothing (but see transactions): of several executions on their way those
/// behind the failed one may succeed, and of the packet that the bulk command failed with, some
/// rows may have been executed.
class BatchExchange : public ResultExchange
{
public:
    struct Settings
    {
        SqlDialect dialect;
        Capabilities capabilities = 0;
        /// The size in bytes that no packet may reach: the smaller one of ours and the server's.
        qsizetype maximumPacket = 16 * 1024 * 1024;
        /// How many executions may be on their way where there is no bulk command.
        int window = 64;
        /// Where what the server makes of a statement depends on the types of its values (MySQL):
        /// all statements that can be executed, the handle among them.
        StatementVariantsPointer variants = {};
        /// Where rows are to be put together; not in a transaction.
        std::optional<InsertOutline> insert = {};
        /// Also where the table may have triggers, or defaults that differ between statements.
        bool ignoresDoubts = false;
        /// Whether several commands that change nothing may be in flight, whatever the window.
        bool sendsAhead = false;
        /// Whether the first packet of the bulk command has one row: if the server refuses it,
        /// nothing was executed.
        bool beginsWithOneRow = false;
    };

    /// \a rows must not be empty.
    BatchExchange(StatementHandlePointer handle, QList<QVariantList> rows, const Settings &settings,
                  const Options &options);
    ~BatchExchange() override;

    std::optional<Output> nextOutput() override;
    bool isWritten() const override;
    bool stop() override;
    bool isPreparing() const override { return m_preparation || m_question; }
    Progress handlePacket(QByteArrayView payload, const Wire::ByteBlockPointer &block) override;

    /// Rows whose execution the server has confirmed, from the first one on.
    qsizetype confirmedRows() const { return m_confirmedRows; }
    /// Rows behind the one with the error that were on their way, and executed all the same.
    qsizetype confirmedRowsAfterError() const { return m_confirmedRowsAfterError; }
    /// Rows of the command that the server has answered with the first error.
    qsizetype failedRows() const { return m_failedRows; }
    /// Rows that were given out to be sent, from the first one on.
    qsizetype sentRows() const { return m_sentRows; }
    /// By all rows whose execution is confirmed.
    quint64 affectedRows() const { return m_affectedRows; }
    /// The ids that were generated, in the order of the rows; one for each of confirmedRows() (0
    /// where there was none), or empty if the server does not report them one by one.
    QList<quint64> insertIds() const { return m_insertIds; }
    int warningCount() const { return m_warningCount; }

protected:
    bool hasSentExecution() const override { return m_sentRows > 0; }
    /// What it says of rows that an error answered is that of the part that failed.
    bool hasExecuted() const override
    {
        return m_inAnswer || m_serverFailure || m_confirmedRows > 0;
    }

private:
    /// A command, and how many rows it executes.
    struct Part
    {
        QByteArray command;
        qsizetype rows = 0;
    };
    /// What an answer is awaited for.
    struct Awaited
    {
        qsizetype rows = 0;
        /// Null where it was sent as text.
        StatementHandlePointer handle;
    };

    bool usesBulkCommand() const;
    std::optional<Output> nextPreparation();
    std::optional<Output> nextBulk();
    std::optional<Output> nextGroup();
    std::optional<Output> nextRow();
    std::optional<Output> nextExecution();
    std::optional<Part> encodeBulk();
    std::optional<EncodedParameters> encodeRow();
    std::optional<Output> nextText();
    Output giveOut(Part part, StatementHandlePointer handle);
    void stopAt(const Failure &rowFailure);

    Progress handlePreparation(QByteArrayView payload, const Wire::ByteBlockPointer &block);
    Progress handleQuestion(QByteArrayView payload, const Wire::ByteBlockPointer &block);
    Progress finishAnswer();
    void countResults(qsizetype rows, bool isConfirmed);
    void recordIds(const QList<quint64> &ids, qsizetype rows);
    void recordServerFailure(const Awaited &answered);
    void withdraw(qsizetype rows);

    StatementHandlePointer m_handle;
    QList<QVariantList> m_rows;
    Settings m_settings;
    bool m_hasBulkCommand;
    /// The statement cannot be prepared.
    bool m_isText = false;
    /// Where the handle needs it.
    std::unique_ptr<StatementExchange> m_preparation;
    /// Where rows are put together, or may come to be.
    std::unique_ptr<MultiRowInsert> m_insert;
    /// Whether they may is asked.
    std::unique_ptr<InsertTargetExchange> m_question;
    bool m_hasAsked = false;

    qsizetype m_encodedRows = 0;
    qsizetype m_sentRows = 0;
    /// Encoded while the one before it is executed, and sent after that.
    std::optional<Part> m_nextPart;
    /// The same, where each row is executed by itself.
    std::optional<EncodedParameters> m_nextRow;
    /// The row behind all those that were encoded does not go with others.
    bool m_isNextRowAlone = false;
    std::deque<Awaited> m_awaited;
    bool m_inAnswer = false;

    /// Nothing more is sent.
    bool m_isStopped = false;
    /// The same because the result is not needed any more.
    bool m_isUnwanted = false;
    /// The first one, of the row nearest to the beginning.
    Failure m_serverFailure;
    /// Of a row that cannot be sent, which is behind all those that were.
    Failure m_rowFailure;

    qsizetype m_confirmedRows = 0;
    qsizetype m_confirmedRowsAfterError = 0;
    qsizetype m_failedRows = 0;
    quint64 m_affectedRows = 0;
    QList<quint64> m_insertIds;
    bool m_idsAreKnown = true;
    int m_warningCount = 0;
};

} // namespace AsyncMySql::Protocol
