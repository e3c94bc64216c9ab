// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "statementexchange.h"

#include "columndefinition.h"
#include "commandpayloads.h"
#include "eofpacket.h"
#include "packetheader.h"
#include "prepareok.h"

#include <algorithm>
#include <utility>

namespace AsyncMySql::Protocol {

using namespace Qt::StringLiterals;

namespace {

/// Of a long parameter: what is in memory at a time.
constexpr qsizetype LongDataPiece = 256 * 1024;
} // namespace

StatementExchange::StatementExchange(StatementHandlePointer handle,
                                     std::optional<Execution> execution, Capabilities capabilities,
                                     bool executesAhead, Options options)
    : ResultExchange(capabilities, std::move(options))
    , m_handle(std::move(handle))
    , m_execution(std::move(execution))
    , m_parameterCount(m_execution ? m_execution->parameters.count : 0)
    , m_executesAhead(executesAhead)
{
}

StatementExchange::~StatementExchange() = default;

std::optional<Exchange::Output> StatementExchange::nextOutput()
{
    switch (m_step) {
    case Step::Start:
        return start();
    case Step::Prepare:
        return prepare();
    case Step::AwaitPreparation:
        return std::nullopt;
    case Step::LongData:
        return nextLongData();
    case Step::Execute:
        return execute(m_isWithPreparation ? LastPreparedStatement : m_handle->id);
    case Step::Reset:
        return reset();
    case Step::Given:
        break;
    }
    return nextFileOutput();
}

bool StatementExchange::isWritten() const
{
    return m_step == Step::Given && !isFileDue();
}

/// An execution that was not given yet never is.
bool StatementExchange::stop()
{
    switch (m_step) {
    case Step::Start:
    case Step::Prepare:
        // No answer is awaited.
        setFailure(stopped());
        m_step = Step::Given;
        return true;
    case Step::AwaitPreparation:
        m_ownFailure = stopped();
        return true;
    case Step::LongData:
        // The server keeps what it got for the next execution, unless COM_STMT_RESET drops it.
        m_ownFailure = stopped();
        m_step = Step::Reset;
        return true;
    case Step::Execute:
        // Behind a preparation that was given.
        m_ownFailure = stopped();
        m_isWithPreparation = false;
        m_execution.reset();
        m_step = Step::Given;
        return true;
    case Step::Reset:
        return true;
    case Step::Given:
        break;
    }
    return ResultExchange::stop() || (m_answer != Answer::Execution && !isExecutionGiven());
}

/// Also where only a statement is prepared, or what the server keeps of long values is reset.
bool StatementExchange::isPreparing() const
{
    return m_answer != Answer::None && m_answer != Answer::Execution;
}

std::optional<Exchange::Output> StatementExchange::start()
{
    switch (m_handle->state) {
    case StatementHandle::State::New:
    case StatementHandle::State::Invalid:
        m_step = Step::Prepare;
        if (const quint32 oldId = std::exchange(m_handle->id, 0); oldId != 0)
            return Output{Output::Kind::SilentCommand, stmtClosePayload(oldId)};
        return prepare();
    case StatementHandle::State::Preparing:
        // By an exchange before this one: its answer decides.
        return std::nullopt;
    case StatementHandle::State::Prepared:
        break;
    }

    if (!m_execution)
        return reset(); // which the server confirms if it has the statement
    if (m_parameterCount != m_handle->parameterCount) {
        setFailure(wrongParameterCount());
        m_step = Step::Given;
        return std::nullopt;
    }
    m_step = Step::LongData;
    return nextLongData();
}

Exchange::Output StatementExchange::prepare()
{
    m_handle->state = StatementHandle::State::Preparing;
    m_handle->parameterTypes.clear();
    m_answer = Answer::Preparation;
    if (!m_execution) {
        m_step = Step::Given;
    } else if (m_executesAhead && m_execution->parameters.longParameters.empty()) {
        m_isWithPreparation = true;
        m_step = Step::Execute;
    } else {
        m_step = Step::AwaitPreparation;
    }
    return {
        Output::Kind::Command,
        stmtPreparePayload(m_handle->encodedSql.isEmpty() ? m_handle->sql : m_handle->encodedSql)};
}

std::optional<Exchange::Output> StatementExchange::nextLongData()
{
    std::vector<LongParameter> &parameters = m_execution->parameters.longParameters;
    for (; m_longParameter < parameters.size(); ++m_longParameter) {
        LongParameter &parameter = parameters[m_longParameter];
        QByteArray piece;
        bool atEnd = false;
        if (parameter.source) {
            switch (parameter.source->read(pieceSize(LongDataPiece), &piece)) {
            case ByteSource::Status::Ready:
                if (piece.isEmpty())
                    return std::nullopt;
                break;
            case ByteSource::Status::Waiting:
                return std::nullopt;
            case ByteSource::Status::End:
                atEnd = true;
                break;
            case ByteSource::Status::Failed:
                return longDataFailed(parameter.source->errorString());
            }
        } else {
            piece = parameter.bytes.mid(m_longOffset, pieceSize(LongDataPiece));
            m_longOffset += piece.size();
            atEnd = piece.isEmpty();
        }
        // An empty value takes a piece as well: without any, the server would look for the value
        // among those of the execution.
        if (!atEnd || !m_hasSentPiece) {
            m_hasSentPiece = true;
            m_hasSentLongData = true;
            return Output{Output::Kind::SilentCommand,
                          stmtSendLongDataPayload(m_handle->id,
                                                  static_cast<quint16>(parameter.index), piece)};
        }
        parameter = {};
        m_longOffset = 0;
        m_hasSentPiece = false;
    }
    return execute(m_handle->id);
}

/// The server keeps what it got for the next execution, unless COM_STMT_RESET drops it.
std::optional<Exchange::Output> StatementExchange::longDataFailed(const QString &reason)
{
    m_ownFailure = {FailureCode::SourceFailed, reason, 0, {}};
    return reset();
}

Exchange::Output StatementExchange::reset()
{
    m_step = Step::Given;
    m_answer = Answer::Reset;
    return {Output::Kind::Command, stmtResetPayload(m_handle->id)};
}

Exchange::Output StatementExchange::execute(quint32 statementId)
{
    const EncodedParameters &parameters = m_execution->parameters;
    const bool hasAttributes
        = capabilities() & Capability::QueryAttributes && m_execution->attributes.count > 0;
    const bool withTypes = hasAttributes || !m_execution->parameters.longParameters.empty()
                           || m_handle->parameterTypes != parameters.types;
    // What the server makes of the types of attributes the next time is better not tried.
    if (withTypes)
        m_handle->parameterTypes = hasAttributes ? QByteArray() : parameters.types;

    Output output{Output::Kind::Command,
                  stmtExecutePayload(statementId, parameters, m_execution->attributes,
                                     m_execution->attributeNames, withTypes, capabilities())};
    m_execution.reset();
    m_step = Step::Given;
    m_executionSent = true;
    if (!m_isWithPreparation) {
        m_answer = Answer::Execution;
        beginAnswer(Values::RowFormat::Binary, m_handle);
    }
    return output;
}

Exchange::Progress StatementExchange::handlePacket(QByteArrayView payload,
                                                   const Wire::ByteBlockPointer &block)
{
    if (m_answer == Answer::Execution)
        return handleExecution(payload, block);

    setAnswerBegun();
    if (payload.isEmpty())
        return broken(FailureCode::MalformedPacket, u"The server sent an empty packet"_s);
    switch (m_answer) {
    case Answer::Preparation:
        return handlePreparation(payload);
    case Answer::ParameterDefinitions:
    case Answer::ColumnDefinitions:
        return handleDefinitions(payload);
    case Answer::EndOfParameters:
    case Answer::EndOfColumns:
        return handleEndOfDefinitions(payload);
    case Answer::ExecutionOfNothing:
        return handleExecutionOfNothing(payload);
    case Answer::Reset:
        return handleReset(payload);
    case Answer::Execution:
    case Answer::None:
        break;
    }
    return handleUnasked(payload);
}

Exchange::Progress StatementExchange::finish()
{
    m_step = Step::Given;
    m_answer = Answer::None;
    if (m_ownFailure)
        setFailure(m_ownFailure);
    return Progress::Finished;
}

/// Whether its answer comes behind that of the preparation, whatever the latter says.
bool StatementExchange::isExecutionGiven() const
{
    return m_isWithPreparation && m_step == Step::Given;
}

Exchange::Progress StatementExchange::handlePreparation(QByteArrayView payload)
{
    if (PacketHeader::isError(payload))
        return failPreparation(handleError(payload));
    const std::optional<PrepareOk> ok = PrepareOk::parse(payload);
    if (!ok || ok->statementId == 0 || ok->statementId == LastPreparedStatement) {
        return broken(FailureCode::MalformedPacket,
                      u"The server's answer to preparing a statement is malformed"_s);
    }
    m_handle->id = ok->statementId;
    m_handle->parameterCount = ok->parameterCount;
    m_definitionsToCome = ok->parameterCount;
    m_columnsToCome = ok->columnCount;
    m_answer = Answer::ParameterDefinitions;
    return awaitDefinitions();
}

/// Goes on to the columns, or to the end, where no definition of the kind is missing.
Exchange::Progress StatementExchange::awaitDefinitions()
{
    if (m_definitionsToCome > 0)
        return Progress::NeedPacket;
    if (m_answer != Answer::ParameterDefinitions)
        return finishPreparation();
    m_answer = Answer::ColumnDefinitions;
    m_definitionsToCome = std::exchange(m_columnsToCome, 0);
    beginColumns(m_definitionsToCome);
    return awaitDefinitions();
}

Exchange::Progress StatementExchange::handleDefinitions(QByteArrayView payload)
{
    if (PacketHeader::isError(payload))
        return failPreparation(handleError(payload));
    // Those of the parameters are not used: what is sent depends on the values alone.
    const bool isColumn = m_answer == Answer::ColumnDefinitions;
    const bool isWellFormed = isColumn ? readColumn(payload)
                                       : parseColumnDefinition(payload, capabilities()).has_value();
    if (!isWellFormed) {
        return broken(FailureCode::MalformedPacket,
                      u"The server sent a malformed column definition"_s);
    }
    if (isColumn && !addToSize(payload.size()))
        return tooLarge();
    if (--m_definitionsToCome > 0)
        return Progress::NeedPacket;
    if (capabilities() & Capability::DeprecateEof)
        return awaitDefinitions();
    m_answer
        = m_answer == Answer::ParameterDefinitions ? Answer::EndOfParameters : Answer::EndOfColumns;
    return Progress::NeedPacket;
}

Exchange::Progress StatementExchange::handleEndOfDefinitions(QByteArrayView payload)
{
    if (PacketHeader::isError(payload))
        return failPreparation(handleError(payload));
    const std::optional<EofPacket> eof = EofPacket::parse(payload);
    if (!eof)
        return broken(FailureCode::UnexpectedPacket,
                      u"The server did not end the column definitions"_s);
    setStatus(eof->status);
    m_answer = m_answer == Answer::EndOfParameters ? Answer::ParameterDefinitions
                                                   : Answer::ColumnDefinitions;
    return awaitDefinitions();
}

Exchange::Progress StatementExchange::finishPreparation()
{
    m_handle->columns = takeColumns();
    m_handle->state = StatementHandle::State::Prepared;

    const bool fits = m_parameterCount == m_handle->parameterCount;
    if (!fits && !m_ownFailure && (m_execution || isExecutionGiven()))
        m_ownFailure = wrongParameterCount();
    if (isExecutionGiven()) {
        // The caller has counted the question marks as the server should have: this is a second
        // check, and hasCompleteResult() says whether something was executed.
        m_answer = Answer::Execution;
        beginAnswer(Values::RowFormat::Binary, m_handle);
        return Progress::AnswerComplete;
    }
    if (!m_execution || m_ownFailure)
        return finish();
    m_isWithPreparation = false;
    m_answer = Answer::None;
    m_step = Step::LongData;
    return Progress::AnswerComplete;
}

/// \a progress is that of the ERR packet.
Exchange::Progress StatementExchange::failPreparation(Progress progress)
{
    if (progress != Progress::Finished)
        return progress;
    m_failedToPrepare = true;
    m_handle->state = StatementHandle::State::Invalid;
    m_handle->id = 0;
    m_handle->columns.reset();
    m_handle->parameterTypes.clear();
    if (!isExecutionGiven())
        return finish();
    m_ownFailure = failure();
    m_answer = Answer::ExecutionOfNothing;
    return Progress::AnswerComplete;
}

Exchange::Progress StatementExchange::handleExecution(QByteArrayView payload,
                                                      const Wire::ByteBlockPointer &block)
{
    m_executionAnswered = true;
    const Progress progress = handleAnswer(payload, block);
    if (progress != Progress::Finished)
        return progress;
    m_handle->recordError(failure());
    // The server may have failed before it came to the long values: then it keeps them, and what
    // was wrong with them, for the executions that follow.
    if (m_hasSentLongData && failure().code == FailureCode::ServerError)
        m_handle->state = StatementHandle::State::Invalid;
    return finish();
}

Exchange::Progress StatementExchange::handleExecutionOfNothing(QByteArrayView payload)
{
    if (!PacketHeader::isError(payload)) {
        return broken(FailureCode::UnexpectedPacket,
                      u"The server executed a statement that it had refused to prepare"_s);
    }
    const Progress progress = handleError(payload);
    return progress == Progress::Finished ? finish() : progress;
}

Exchange::Progress StatementExchange::handleReset(QByteArrayView payload)
{
    const Progress progress = PacketHeader::isError(payload)
                                  ? handleError(payload)
                                  : handleStatus(payload, capabilities());
    if (progress != Progress::Finished)
        return progress;
    m_handle->recordError(failure());
    return finish();
}

Exchange::Progress StatementExchange::handleUnasked(QByteArrayView payload)
{
    // Only a server that is about to close the connection sends anything first (1927, 1053).
    if (PacketHeader::isError(payload)) {
        const Progress progress = handleError(payload);
        return progress == Progress::NeedPacket ? progress : Progress::Broken;
    }
    return broken(FailureCode::UnexpectedPacket,
                  u"The server sent data after the answer to the statement"_s);
}

Failure StatementExchange::wrongParameterCount() const
{
    return {
        FailureCode::InvalidParameter,
        u"The statement has %1 placeholders, %2 values were given"_s.arg(m_handle->parameterCount)
            .arg(m_parameterCount),
        0,
        {}};
}

} // namespace AsyncMySql::Protocol
