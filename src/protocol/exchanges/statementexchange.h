// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "parameters.h"
#include "resultexchange.h"
#include "statementhandle.h"

#include <QtCore/qlist.h>

namespace AsyncMySql::Protocol {

/// Prepares a statement (COM_STMT_PREPARE) unless its handle says that this was done, and executes
/// it (COM_STMT_EXECUTE) unless only the former is asked for.
///
/// On MariaDB both can go in one write, the execution with the id that stands for "prepared last";
/// then both answers are awaited whatever the first one says. Long values and those from a
/// ByteSource are sent ahead (COM_STMT_SEND_LONG_DATA), in pieces; that needs the id, so the answer
/// to the preparation is awaited first.
class StatementExchange : public ResultExchange
{
public:
    struct Execution
    {
        /// As many as the statement has placeholders.
        EncodedParameters parameters;
        /// Query attributes (MySQL); only where the capability was agreed.
        EncodedParameters attributes;
        QList<QByteArray> attributeNames;
    };

    /// Without \a execution, the statement is only prepared. \a executesAhead is whether the
    /// execution may be sent before the preparation is answered: the server knows the id of the
    /// last prepared statement (MariaDB), and nothing between could keep the two apart.
    StatementExchange(StatementHandlePointer handle, std::optional<Execution> execution,
                      Capabilities capabilities, bool executesAhead, Options options);
    ~StatementExchange() override;

    std::optional<Output> nextOutput() override;
    bool isWritten() const override;
    bool stop() override;
    bool isPreparing() const override;
    bool isPrepared() const override { return m_handle->state == StatementHandle::State::Prepared; }
    Progress handlePacket(QByteArrayView payload, const Wire::ByteBlockPointer &block) override;

    /// Whether the failure is that of the preparation: nothing was executed.
    bool failedToPrepare() const { return m_failedToPrepare; }

protected:
    bool hasSentExecution() const override { return m_executionSent; }
    bool hasExecuted() const override { return m_executionAnswered; }

private:
    // What is to be given out.
    enum class Step : quint8 {
        Start, // depends on the handle
        Prepare,
        AwaitPreparation,
        LongData,
        Execute,
        Reset,
        Given, // all but a local file
    };
    // What is to come in.
    enum class Answer : quint8 {
        None,
        Preparation,
        ParameterDefinitions,
        EndOfParameters,
        ColumnDefinitions,
        EndOfColumns,
        Execution,
        ExecutionOfNothing, // of a statement that could not be prepared
        Reset,
    };

    std::optional<Output> start();
    Output prepare();
    std::optional<Output> nextLongData();
    std::optional<Output> longDataFailed(const QString &reason);
    Output execute(quint32 statementId);
    Output reset();

    bool isExecutionGiven() const;

    Progress handlePreparation(QByteArrayView payload);
    Progress handleDefinitions(QByteArrayView payload);
    Progress handleEndOfDefinitions(QByteArrayView payload);
    Progress awaitDefinitions();
    Progress finishPreparation();
    Progress failPreparation(Progress progress);
    Progress handleExecution(QByteArrayView payload, const Wire::ByteBlockPointer &block);
    Progress handleExecutionOfNothing(QByteArrayView payload);
    Progress handleReset(QByteArrayView payload);
    Progress handleUnasked(QByteArrayView payload);
    Progress finish();
    Failure wrongParameterCount() const;

    StatementHandlePointer m_handle;
    std::optional<Execution> m_execution;
    int m_parameterCount = 0;
    bool m_executesAhead;
    bool m_isWithPreparation = false; // the execution does not wait for the answer to it

    Step m_step = Step::Start;
    Answer m_answer = Answer::None;

    size_t m_longParameter = 0;
    qsizetype m_longOffset = 0;
    bool m_hasSentPiece = false; // of this value
    bool m_hasSentLongData = false;
    bool m_executionSent = false;
    bool m_executionAnswered = false;

    quint16 m_definitionsToCome = 0;
    quint16 m_columnsToCome = 0;

    // Found out while answers were still to come: they do not change it.
    Failure m_ownFailure;
    bool m_failedToPrepare = false;
};

} // namespace AsyncMySql::Protocol
