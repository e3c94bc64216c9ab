// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "batchexchange.h"

#include "bulkrows.h"
#include "commandpayloads.h"
#include "formattingerror.h"
#include "inserttargetexchange.h"
#include "parameters.h"
#include "rowcursor.h"
#include "servererrors.h"
#include "sqlformatter.h"
#include "statementexchange.h"
#include "textcodec.h"

#include <QtCore/qendian.h>

#include <algorithm>
#include <utility>

namespace AsyncMySql::Protocol {

using namespace Qt::StringLiterals;

namespace {

/// Larger packets hold the event loop up while they are encoded, and are no faster.
constexpr qsizetype BulkPacketSize = 256 * 1024;

/// A batch has no use for rows: they are discarded as they arrive.
ResultExchange::Options withoutRows(ResultExchange::Options options, Capabilities capabilities)
{
    if (!(capabilities & Capability::MariaDbBulkOperations)) {
        options.rowBuffer = std::make_shared<Values::RowBuffer>(1);
        options.rowBuffer->discard();
    }
    return options;
}

bool isDefault(const QVariant &value)
{
    return value.metaType() == QMetaType::fromType<DefaultValue>();
}

bool isSource(const QVariant &value)
{
    return value.metaType() == QMetaType::fromType<ByteSourcePointer>();
}

/// A row of the result that the bulk command has where BULK_UNIT_RESULTS was agreed.
struct UnitResult
{
    quint64 id = 0;
    quint64 affectedRows = 0;
};

bool hasUnitResults(const Values::ColumnSet &columns)
{
    return columns.size() == 2 && columns.at(0).name == "Id"
           && columns.at(1).name == "Affected_rows"
           && columns.traitsAt(0).binaryWidth == sizeof(quint64)
           && columns.traitsAt(1).binaryWidth == sizeof(quint64);
}

UnitResult unitResult(QByteArrayView row, const Values::ColumnSet &columns)
{
    const char *at = row.data() + columns.binaryHeaderSize();
    const char *const end = row.data() + row.size();
    const auto next = [&](int column) {
        QByteArrayView value; // null for NULL
        const bool isThere = Values::readBinaryColumn(row.data(), column, columns.traitsAt(column),
                                                      &at, end, &value);
        return isThere && !value.isNull() ? qFromLittleEndian<quint64>(value.data()) : 0;
    };
    const quint64 id = next(0);
    return {id, next(1)};
}

} // namespace

BatchExchange::BatchExchange(StatementHandlePointer handle, QList<QVariantList> rows,
                             const Settings &settings, const Options &options)
    : ResultExchange(settings.capabilities, withoutRows(options, settings.capabilities))
    , m_handle(std::move(handle))
    , m_rows(std::move(rows))
    , m_settings(settings)
    , m_hasBulkCommand(settings.capabilities & Capability::MariaDbBulkOperations)
{
    Q_ASSERT(!m_rows.isEmpty());
    Q_ASSERT(m_settings.window > 0);
    if (m_settings.insert) {
        m_insert = std::make_unique<MultiRowInsert>(
            *std::move(m_settings.insert), m_settings.dialect, m_settings.capabilities,
            MultiRowInsert::Limits{BulkPacketSize, m_settings.maximumPacket});
    }
}

BatchExchange::~BatchExchange() = default;

/// It has nothing to send without parameters.
bool BatchExchange::usesBulkCommand() const
{
    return m_hasBulkCommand && m_handle->parameterCount > 0;
}

std::optional<Exchange::Output> BatchExchange::nextOutput()
{
    if (auto output = nextFileOutput())
        return output;
    if (m_preparation)
        return m_preparation->nextOutput();
    if (m_question)
        return m_question->nextOutput();
    if (m_isStopped)
        return std::nullopt;
    if (!m_isText && m_sentRows == 0 && m_handle->state != StatementHandle::State::Prepared)
        return nextPreparation();
    if (m_insert && !std::exchange(m_hasAsked, true)) {
        m_question = std::make_unique<InsertTargetExchange>(m_insert->outline(), m_settings.dialect,
                                                            capabilities(), m_settings.sendsAhead);
        m_question->setResultCharacterSet(resultCharacterSet());
        m_question->setServerFlavour(serverFlavour());
        return m_question->nextOutput();
    }
    if (m_insert)
        return nextGroup();
    return usesBulkCommand() && !m_isText ? nextBulk() : nextRow();
}

bool BatchExchange::isWritten() const
{
    if (m_preparation || m_question || isFileDue())
        return false;
    return m_isStopped || m_sentRows == m_rows.size();
}

bool BatchExchange::stop()
{
    m_isUnwanted = true;
    m_isStopped = true;
    m_nextPart.reset();
    if (m_preparation)
        return true;
    if (m_question)
        return m_question->stop();
    if (m_awaited.empty()) {
        setFailure(stopped());
        return true;
    }
    // What is left of many executions of one row each ends by itself in next to no time, as a rule.
    // If the server were asked to stop one of them it would go on with those behind it.
    return !usesBulkCommand() && m_awaited.size() > 1;
}

std::optional<Exchange::Output> BatchExchange::nextPreparation()
{
    // By an exchange before this one: its answer decides.
    if (m_handle->state == StatementHandle::State::Preparing)
        return std::nullopt;
    m_preparation = std::make_unique<StatementExchange>(m_handle, std::nullopt, capabilities(),
                                                        false, Options());
    m_preparation->setResultCharacterSet(resultCharacterSet());
    m_preparation->setServerFlavour(serverFlavour());
    return m_preparation->nextOutput();
}

std::optional<Exchange::Output> BatchExchange::nextBulk()
{
    if (!m_nextPart && m_encodedRows < m_rows.size())
        m_nextPart = encodeBulk();
    if (!m_nextPart || !m_awaited.empty())
        return std::nullopt;
    // A later execution without types would be read with these.
    m_handle->parameterTypes.clear();
    return giveOut(*std::exchange(m_nextPart, {}), m_handle);
}

std::optional<BatchExchange::Part> BatchExchange::encodeBulk()
{
    const qsizetype mostRows
        = m_settings.beginsWithOneRow && m_encodedRows == 0 ? 1 : m_rows.size();
    const auto encoded
        = encodeBulkRows(m_rows, m_encodedRows, m_handle->parameterCount, m_settings.dialect,
                         {BulkPacketSize, m_settings.maximumPacket, mostRows});
    if (const auto *failure = std::get_if<Failure>(&encoded)) {
        stopAt(*failure);
        return std::nullopt;
    }
    const auto &rows = std::get<BulkRows>(encoded);
    m_encodedRows += rows.count;
    return Part{stmtBulkExecutePayload(m_handle->id, rows.types, rows.bytes, capabilities()),
                rows.count};
}

std::optional<Exchange::Output> BatchExchange::nextGroup()
{
    if (!m_nextPart && !m_isNextRowAlone && m_encodedRows < m_rows.size()) {
        if (auto group = m_insert->encode(m_rows, m_encodedRows)) {
            m_encodedRows += group->rows;
            m_nextPart = Part{std::move(group->command), group->rows};
        } else {
            m_isNextRowAlone = true;
        }
    }
    if (m_nextPart) {
        if (!m_awaited.empty())
            return std::nullopt;
        return giveOut(*std::exchange(m_nextPart, {}), {});
    }
    // Rows of a group that fails are executed again, before those behind them.
    const bool mustWait
        = !m_awaited.empty() && (m_awaited.back().rows > 1 || m_insert->isDivided(m_sentRows - 1));
    return mustWait ? std::nullopt : nextRow();
}

std::optional<Exchange::Output> BatchExchange::nextRow()
{
    const qsizetype sentRows = m_sentRows;
    auto output = m_isText ? nextText() : nextExecution();
    if (m_sentRows > sentRows)
        m_isNextRowAlone = false;
    return output;
}

std::optional<Exchange::Output> BatchExchange::nextExecution()
{
    if (m_encodedRows == m_rows.size()
        || m_awaited.size() >= static_cast<size_t>(m_settings.window))
        return std::nullopt;
    if (!m_nextRow)
        m_nextRow = encodeRow();
    if (!m_nextRow)
        return std::nullopt;
    if (m_settings.variants) {
        StatementHandlePointer variant = m_settings.variants->find(*m_nextRow);
        if (!variant)
            return std::nullopt;
        m_handle = std::move(variant);
    }
    if (m_handle->state != StatementHandle::State::Prepared)
        return m_awaited.empty() ? nextPreparation() : std::nullopt;

    const qsizetype row = m_encodedRows;
    const EncodedParameters parameters = *std::exchange(m_nextRow, {});
    if (parameters.count != m_handle->parameterCount) {
        stopAt(rowOfOtherSize(row, parameters.count, m_handle->parameterCount));
        return std::nullopt;
    }
    const bool withTypes = m_handle->parameterTypes != parameters.types;
    QByteArray command
        = stmtExecutePayload(m_handle->id, parameters, {}, {}, withTypes, capabilities());
    if (!parameters.longParameters.empty() || command.size() >= m_settings.maximumPacket) {
        stopAt(rowTooLong(row, m_settings.maximumPacket));
        return std::nullopt;
    }
    if (withTypes)
        m_handle->parameterTypes = parameters.types;
    ++m_encodedRows;
    return giveOut({std::move(command), 1}, m_handle);
}

/// The values of the next row, unless they cannot be sent.
std::optional<EncodedParameters> BatchExchange::encodeRow()
{
    const qsizetype row = m_encodedRows;
    const QVariantList &values = m_rows[row];
    if (std::any_of(values.cbegin(), values.cend(), isDefault)) {
        stopAt(rowError(row,
                        u"the default of a column can be sent with MariaDB's bulk command only"_s,
                        FailureCode::NotSupported));
        return std::nullopt;
    }
    if (std::any_of(values.cbegin(), values.cend(), isSource)) {
        stopAt(rowError(row, u"a device cannot be a value of a batch"_s));
        return std::nullopt;
    }
    ParameterEncoding encoding = encodeParameters(
        values, m_settings.dialect, m_settings.maximumPacket, m_handle->parameterTypes);
    if (const auto *error = std::get_if<FormattingError>(&encoding)) {
        stopAt(rowError(row, error->message));
        return std::nullopt;
    }
    return std::get<EncodedParameters>(std::move(encoding));
}

std::optional<Exchange::Output> BatchExchange::nextText()
{
    const qsizetype row = m_encodedRows;
    if (row == m_rows.size() || m_awaited.size() >= static_cast<size_t>(m_settings.window))
        return std::nullopt;
    FormattingResult formatted
        = formatSql(QString::fromUtf8(m_handle->sql), m_rows[row], m_settings.dialect);
    if (const auto *error = std::get_if<FormattingError>(&formatted)) {
        stopAt(rowError(row, error->message));
        return std::nullopt;
    }
    auto &sql = std::get<QByteArray>(formatted);
    if (const auto error = encodeText(&sql, m_settings.dialect.characterSet)) {
        stopAt(rowError(row, error->message));
        return std::nullopt;
    }
    QByteArray command = queryPayload(sql, capabilities());
    if (command.size() >= m_settings.maximumPacket) {
        stopAt(rowTooLong(row, m_settings.maximumPacket));
        return std::nullopt;
    }
    ++m_encodedRows;
    return giveOut({std::move(command), 1}, {});
}

Exchange::Output BatchExchange::giveOut(Part part, StatementHandlePointer handle)
{
    m_awaited.push_back({part.rows, std::move(handle)});
    m_sentRows += part.rows;
    return {Output::Kind::Command, std::move(part.command)};
}

void BatchExchange::stopAt(const Failure &rowFailure)
{
    m_isStopped = true;
    m_rowFailure = rowFailure;
    // Otherwise the last answer ends the exchange, perhaps with an error of an earlier row.
    if (m_awaited.empty())
        setFailure(m_rowFailure);
}

Exchange::Progress BatchExchange::handlePacket(QByteArrayView payload,
                                               const Wire::ByteBlockPointer &block)
{
    if (m_preparation)
        return handlePreparation(payload, block);
    if (m_question)
        return handleQuestion(payload, block);
    if (m_awaited.empty())
        return broken(FailureCode::UnexpectedPacket, u"The server sent an unexpected answer"_s);
    if (!m_inAnswer) {
        m_inAnswer = true;
        const StatementHandlePointer &handle = m_awaited.front().handle;
        beginAnswer(handle ? Values::RowFormat::Binary : Values::RowFormat::Text, handle);
    }
    const Progress progress = handleAnswer(payload, block);
    return progress == Progress::Finished ? finishAnswer() : progress;
}

Exchange::Progress BatchExchange::handlePreparation(QByteArrayView payload,
                                                    const Wire::ByteBlockPointer &block)
{
    setAnswerBegun();
    const Progress progress = m_preparation->handlePacket(payload, block);
    if (progress == Progress::NeedPacket)
        return progress;
    setFailure(m_preparation->failure());
    if (progress == Progress::Broken)
        return progress;
    m_preparation.reset();
    if (m_isUnwanted) {
        setFailure(stopped());
    } else if (cannotBePrepared(failure())) {
        setFailure({});
        m_isText = true;
        m_nextRow.reset();
        return Progress::AnswerComplete;
    }
    m_isStopped = bool(failure());
    return m_isStopped ? Progress::Finished : Progress::AnswerComplete;
}

Exchange::Progress BatchExchange::handleQuestion(QByteArrayView payload,
                                                 const Wire::ByteBlockPointer &block)
{
    setAnswerBegun();
    const Progress progress = m_question->handlePacket(payload, block);
    if (progress == Progress::Broken)
        setFailure(m_question->failure());
    if (progress != Progress::Finished)
        return progress;
    const auto target = m_question->target();
    m_question.reset();
    if (!target || !m_insert->accept(*target, m_settings.ignoresDoubts))
        m_insert.reset();
    if (!m_isUnwanted)
        return Progress::AnswerComplete;
    setFailure(stopped());
    return Progress::Finished;
}

Exchange::Progress BatchExchange::finishAnswer()
{
    m_inAnswer = false;
    const Awaited answered = std::move(m_awaited.front());
    m_awaited.pop_front();
    const qsizetype rows = answered.rows;
    // Of this answer alone.
    const bool isConfirmed = !failure();
    if (!isConfirmed)
        recordServerFailure(answered);
    countResults(rows, isConfirmed);

    const bool isThrough = m_isStopped || m_sentRows == m_rows.size();
    if (!m_awaited.empty() || !isThrough)
        return Progress::AnswerComplete;
    setFailure(m_serverFailure ? m_serverFailure : m_rowFailure);
    return Progress::Finished;
}

void BatchExchange::recordServerFailure(const Awaited &answered)
{
    const Failure serverFailure = failure();
    setFailure({});
    if (answered.handle)
        answered.handle->recordError(serverFailure);
    // To the bulk command the answer for any statement that MariaDB has not made ready for it (such
    // as CALL or SELECT). It looks at that before it executes anything.
    if (serverFailure.serverError() == CommonServerError::NotPreparable && usesBulkCommand()
        && m_confirmedRows == 0 && !m_isUnwanted) {
        m_hasBulkCommand = false;
        withdraw(answered.rows);
        return;
    }
    if (answered.rows > 1 && m_insert && !m_isUnwanted
        && m_insert->divide(serverFailure, m_sentRows - answered.rows, answered.rows)) {
        withdraw(answered.rows);
        return;
    }
    if (!m_serverFailure) {
        m_serverFailure = serverFailure;
        m_failedRows = answered.rows;
    }
    m_isStopped = true;
    m_nextPart.reset();
}

/// The last \a rows that were sent are sent again, since nothing was done for them.
void BatchExchange::withdraw(qsizetype rows)
{
    m_isStopped = false;
    m_rowFailure = {};
    m_nextPart.reset();
    m_nextRow.reset();
    m_isNextRowAlone = false;
    m_sentRows -= rows;
    m_encodedRows = m_sentRows;
}

void BatchExchange::countResults(qsizetype rows, bool isConfirmed)
{
    QList<quint64> ids;
    for (const auto &result : takeResults()) {
        m_affectedRows += result->affectedRows;
        m_warningCount += result->warningCount;
        if (m_insert && rows > 1) {
            ids = m_insert->insertIds(result->lastInsertId, rows);
            continue;
        }
        if (!usesBulkCommand() || !hasUnitResults(*result->columns)) {
            ids = {result->lastInsertId};
            continue;
        }
        ids.clear();
        Values::RowRun run;
        for (qsizetype row = 0; row < result->rows.rowCount(); ++row) {
            const UnitResult unit = unitResult(result->rows.row(row, &run), *result->columns);
            m_affectedRows += unit.affectedRows;
            ids.append(unit.id);
        }
    }
    if (!isConfirmed)
        return;
    if (m_serverFailure) {
        m_confirmedRowsAfterError += rows;
        return;
    }
    m_confirmedRows += rows;
    recordIds(ids, rows);
}

/// The answer of a server that does not report them one by one has one id for all rows.
void BatchExchange::recordIds(const QList<quint64> &ids, qsizetype rows)
{
    m_idsAreKnown = m_idsAreKnown && ids.size() == rows;
    if (m_idsAreKnown)
        m_insertIds += ids;
    else
        m_insertIds.clear();
}

} // namespace AsyncMySql::Protocol
