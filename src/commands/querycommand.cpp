// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "querycommand.h"

#include "asciicheck.h"
#include "commandpayloads.h"
#include "commandsink.h"
#include "logging.h"
#include "parameters.h"
#include "queryexchange.h"
#include "recyclingallocator.h"
#include "servererrors.h"
#include "sqlformatter.h"
#include "statementexchange.h"
#include "textcodec.h"

#include <QtCore/qiodevice.h>
#include <QtCore/qset.h>

#include <algorithm>
#include <limits>

namespace AsyncMySql {

using namespace Qt::StringLiterals;

namespace {

/// Values from this size on are sent in pieces, ahead of the execution: so they need not lie in
/// memory twice.
constexpr qsizetype LongValueSize = 1024 * 1024;

Error invalidParameter(const Protocol::FormattingError &error)
{
    return Error(Error::InvalidParameter, error.message);
}

using DevicePointer = QPointer<QIODevice>;

bool isDevice(const QVariant &value)
{
    return value.metaType() == QMetaType::fromType<DevicePointer>();
}

bool isObject(const QVariant &value)
{
    return value.metaType().flags() & QMetaType::PointerToQObject;
}

/// A device, whatever its class, can be deleted while the statement waits: what is kept knows it.
void guardDevice(QVariant *value)
{
    if (!isObject(*value))
        return;
    if (auto *device = qobject_cast<QIODevice *>(value->value<QObject *>()))
        *value = QVariant::fromValue(DevicePointer(device));
}

/// What an execution has at the least: the command, the id, flags, a count, which parameters are
/// NULL, and the values.
qsizetype leastSize(const Protocol::EncodedParameters &parameters)
{
    constexpr qsizetype header = 1 + 4 + 1 + 4 + 1;
    return header + parameters.nullBitmap.size() + parameters.values.size();
}

/// Whether the server refused to prepare what it may execute all the same.
bool isUnpreparable(const Protocol::StatementExchange &exchange)
{
    return exchange.failedToPrepare() && Protocol::cannotBePrepared(exchange.failure());
}

} // namespace

QueryCommand::QueryCommand(QString sql, Parameters parameters, const Limits &limits,
                           std::shared_ptr<StatementKindCache> kinds)
    : StatementCommand(std::move(sql), std::move(kinds))
    , m_parameters(std::move(parameters))
    , m_limits(limits)
{
    std::visit(
        [](auto &values) {
            // Where there is none, the list stays shared with the caller's.
            if (!std::any_of(values.cbegin(), values.cend(), isObject))
                return;
            for (QVariant &value : values)
                guardDevice(&value);
        },
        m_parameters);
}

bool QueryCommand::isPrepared() const
{
    const bool hasParameters
        = std::visit([](const auto &values) { return !values.isEmpty(); }, m_parameters);
    return m_prepared.value_or(m_preparesParameters && hasParameters) && !m_isUnpreparable;
}

void QueryCommand::setLocalInfile(QIODevice *device)
{
    m_localInfile = device;
    m_hasLocalInfile = device;
}

void QueryCommand::setBufferLimit(qsizetype limit)
{
    // With less than a byte nothing would ever be read.
    m_bufferLimit = std::max<qsizetype>(1, limit);
    if (m_rows)
        m_rows->setLimit(m_bufferLimit);
}

Command::Attempt QueryCommand::createExchange(const SessionContext &session)
{
    kindIn(session.dialect);
    if (const std::optional<Error> error = checkFeatures(session.state))
        return *error;
    // How much there is to send is not known before, and it goes in pieces.
    if (session.canAskPeer && session.state.packetLimit == 0 && (m_hasLocalInfile || readsDevice()))
        return AskPeer();
    return isPrepared() && !mustNotPrepare() ? createStatementExchange(session)
                                             : createTextExchange(session);
}

bool QueryCommand::canFollowReset(const Protocol::SqlDialect &dialect) const
{
    // The sql_mode decides whether these are escapes and identifiers. In a text that is sent as it
    // is, or prepared, nothing else depends on it.
    if (sql().contains(u'\\') || sql().contains(u'"'))
        return false;
    const bool hasParameters
        = std::visit([](const auto &values) { return !values.isEmpty(); }, m_parameters);
    if ((hasParameters && !isPrepared()) || !m_attributes.isEmpty())
        return false;
    const CommandTraits traits = this->traits(dialect);
    return traits.readsOnly && traits.canPipeline;
}

/// Preparing is a statement of its own to the server: it changes what this one asks for.
bool QueryCommand::mustNotPrepare() const
{
    return !m_prepared && kind().effects.asksLastStatement && !readsDevice();
}

std::optional<Error> QueryCommand::checkFeatures(const SessionState &session) const
{
    using namespace Protocol;
    if (!m_attributes.isEmpty() && !(session.capabilities & Capability::QueryAttributes)) {
        return Error(Error::NotSupported, u"The server %1 does not support query attributes"_s.arg(
                                              session.serverVersion));
    }
    if (m_hasLocalInfile && !(session.capabilities & Capability::LocalFiles)) {
        return Error(Error::NotSupported,
                     u"LOAD DATA LOCAL is not allowed: see "
                     "ConnectionOptions::setLocalInfileAllowed() and the server's local_infile"_s);
    }
    if (m_localInfile && !m_localInfile->isReadable()) {
        return Error(Error::DeviceFailed,
                     u"The device for LOAD DATA LOCAL is not open for reading"_s);
    }
    return std::nullopt;
}

Command::Attempt QueryCommand::createTextExchange(const SessionContext &session)
{
    // Most statements have no attributes: then what is formatted is the whole command.
    const QByteArrayView header = m_attributes.isEmpty()
                                      ? Protocol::queryHeader(session.state.capabilities)
                                      : QByteArrayView();
    Protocol::FormattingResult formatted = std::visit(
        [&](const auto &values) { return Protocol::formatSql(sql(), values, dialect(), header); },
        m_parameters);
    if (const auto *error = std::get_if<Protocol::FormattingError>(&formatted))
        return invalidParameter(*error);
    auto &command = std::get<QByteArray>(formatted);
    if (kind().effects.changesCharacterSetInside && !Values::isAscii(command)) {
        return Error(Error::InvalidParameter,
                     u"A text that changes the session's character set before its end cannot "
                     "contain characters outside of ASCII: send its statements one by one"_s);
    }
    if (const auto error = Protocol::encodeText(&command, dialect().characterSet))
        return invalidParameter(*error);
    if (!m_attributes.isEmpty()) {
        const auto encoded = Protocol::encodeQueryAttributes(m_attributes, dialect());
        if (const auto *error = std::get_if<Protocol::FormattingError>(&encoded))
            return invalidParameter(*error);
        command = Protocol::queryPayload(command, session.state.capabilities,
                                         std::get<Protocol::QueryAttributes>(encoded));
    }
    if (const auto refusal = checkSize(command.size(), session, m_limits.packet))
        return *refusal;
    auto options = exchangeOptions(session);
    if (const auto *error = std::get_if<Error>(&options))
        return *error;
    qCDebug(lcSql).noquote() << sql();
    return Started{Wire::makeRecycled<Protocol::QueryExchange>(
                       std::move(command), session.state.capabilities,
                       std::get<Protocol::ResultExchange::Options>(std::move(options))),
                   traits()};
}

Command::Attempt QueryCommand::createStatementExchange(const SessionContext &session)
{
    if (std::optional<Attempt> attempt = findStatement(session))
        return *attempt;
    // The server itself takes the execution in the same write.
    if (session.canAskPeer && session.peerDecidesDepth && session.state.isMariaDb
        && handle()->state != Protocol::StatementHandle::State::Prepared)
        return AskPeer();
    takeKind(session.dialect);

    const std::variant<Parameters, Error> parameters = parametersToSend();
    if (const auto *error = std::get_if<Error>(&parameters))
        return *error;
    const Protocol::ValuesInOrder values = std::visit(
        [this](const auto &given) {
            return Protocol::valuesInOrder(cachedStatement()->parameterized, given);
        },
        std::get<Parameters>(parameters));
    if (const auto *error = std::get_if<Protocol::FormattingError>(&values))
        return invalidParameter(*error);
    Protocol::ParameterEncoding encoded = Protocol::encodeParameters(
        std::get<QVariantList>(values), dialect(), LongValueSize, handle()->parameterTypes);
    if (const auto *error = std::get_if<Protocol::FormattingError>(&encoded))
        return invalidParameter(*error);

    Protocol::StatementExchange::Execution execution;
    execution.parameters = std::get<Protocol::EncodedParameters>(std::move(encoded));
    if (const auto refusal = checkSize(leastSize(execution.parameters), session, m_limits.packet))
        return *refusal;
    for (const Protocol::LongParameter &parameter : execution.parameters.longParameters) {
        // How much a device has is not known.
        constexpr qsizetype noLimit = std::numeric_limits<qsizetype>::max();
        if (const auto refusal = checkSize(parameter.bytes.size(), session, noLimit))
            return *refusal;
    }
    if (std::optional<Attempt> attempt = chooseHandle(session, execution.parameters))
        return *attempt;
    m_sendsLongValues = !execution.parameters.longParameters.empty();
    if (!m_attributes.isEmpty()) {
        auto attributes = Protocol::encodeQueryAttributes(m_attributes, dialect());
        if (const auto *error = std::get_if<Protocol::FormattingError>(&attributes))
            return invalidParameter(*error);
        auto &encodedAttributes = std::get<Protocol::QueryAttributes>(attributes);
        execution.attributes = std::move(encodedAttributes.parameters);
        execution.attributeNames = std::move(encodedAttributes.names);
    }
    auto options = exchangeOptions(session);
    if (const auto *error = std::get_if<Error>(&options))
        return *error;
    qCDebug(lcSql).noquote() << sql();
    return Started{Wire::makeRecycled<Protocol::StatementExchange>(
                       handle(), std::move(execution), session.state.capabilities,
                       session.state.isMariaDb && session.pipelineDepth > 1,
                       std::get<Protocol::ResultExchange::Options>(std::move(options))),
                   traits()};
}

/// With sources in place of devices.
std::variant<QueryCommand::Parameters, Error> QueryCommand::parametersToSend()
{
    if (!readsDevice())
        return m_parameters;
    Parameters parameters = m_parameters;
    std::optional<Error> error;
    QSet<const QIODevice *> devices;
    std::visit(
        [&](auto &values) {
            for (QVariant &value : values) {
                if (!isDevice(value) || error)
                    continue;
                QIODevice *device = value.template value<DevicePointer>();
                if (devices.contains(device)) {
                    error = Error(Error::InvalidParameter,
                                  u"The same device is used for two parameters"_s);
                    continue;
                }
                devices.insert(device);
                auto source = sourceOf(device);
                if (const auto *problem = std::get_if<Error>(&source))
                    error = *problem;
                else
                    value = QVariant::fromValue(std::get<Protocol::ByteSourcePointer>(source));
            }
        },
        parameters);
    if (error)
        return *error;
    return parameters;
}

/// Every attempt sends the same bytes, or there is none.
std::variant<Protocol::ByteSourcePointer, Error> QueryCommand::sourceOf(QIODevice *device)
{
    if (!device)
        return Error(Error::DeviceFailed, u"The device with the value was deleted"_s);
    // Counting attempts would not do: one that failed may not count, and has read from the device
    // all the same.
    auto known = m_devices.find(device);
    if (known == m_devices.end()) {
        known = m_devices.insert(device, {device->pos(), {}});
    } else {
        known->reading->isOver = true;
        if (known->reading->hasBegun && (device->isSequential() || !device->seek(known->start))) {
            return Error(Error::DeviceFailed,
                         u"The statement cannot be resent: its device cannot be read a second "
                         "time"_s);
        }
    }
    known->reading = std::make_shared<DeviceSource::Reading>();
    const auto resume = [sink = holder] {
        if (sink)
            sink->resume();
    };
    return DeviceSource::create(device, resume, known->reading);
}

bool QueryCommand::readsDevice() const
{
    return std::visit(
        [](const auto &values) { return std::any_of(values.begin(), values.end(), isDevice); },
        m_parameters);
}

std::variant<Protocol::ResultExchange::Options, Error>
QueryCommand::exchangeOptions(const SessionContext &session)
{
    Protocol::ResultExchange::Options options;
    options.limits.resultSize = m_limits.result;
    options.packetLimit = session.state.commandLimit();
    options.timeZone = dialect().timeZone;
    options.columnSets = session.columnSets;
    if (m_streaming) {
        // Rows of an earlier attempt that were not taken are dropped.
        m_rows = std::make_shared<Values::RowBuffer>(m_bufferLimit);
        options.rowBuffer = m_rows;
    }
    if (m_hasLocalInfile) {
        auto source = sourceOf(m_localInfile);
        if (const auto *error = std::get_if<Error>(&source))
            return *error;
        options.infile = std::get<Protocol::ByteSourcePointer>(std::move(source));
    }
    return options;
}

void QueryCommand::progressed(Protocol::Exchange &exchange)
{
    const auto &results = static_cast<Protocol::ResultExchange &>(exchange);
    m_progress.rows = results.receivedRows();
    m_progress.bytes = results.receivedBytes();
    if (const auto &report = results.progressReport()) {
        m_progress.stage = report->stage;
        m_progress.stageCount = report->maximumStage;
        m_progress.percent = report->percent;
        m_progress.text = report->text;
    }
    postProgress();
}

void QueryCommand::answered(Protocol::Exchange &exchange)
{
    // The progress includes the last rows before the end.
    if (m_progress.rows > 0 || m_streaming)
        progressed(exchange);
    releaseStatement();
    // Also those before an error, in a text of several statements.
    m_results.clear();
    for (auto &data : static_cast<Protocol::ResultExchange &>(exchange).takeResults())
        m_results.append(Result(std::move(data)));
}

void QueryCommand::observe(const Protocol::Exchange &exchange, Observer::Operation *operation) const
{
    const auto &results = static_cast<const Protocol::ResultExchange &>(exchange);
    operation->returnedRows = results.receivedRows();
    operation->returnedBytes = results.receivedBytes();
    operation->affectedRows = 0;
    for (const Result &result : m_results)
        operation->affectedRows += result.affectedRows();
    operation->isPrepared = dynamic_cast<const Protocol::StatementExchange *>(&exchange);
}

void QueryCommand::observeParameters(Observer::Operation *operation) const
{
    // Devices are read once, by the statement.
    const auto hide = [](auto values) {
        for (QVariant &value : values) {
            if (isDevice(value))
                value.clear();
        }
        return values;
    };
    if (const auto *values = std::get_if<QVariantList>(&m_parameters))
        operation->parameters = hide(*values);
    else
        operation->namedParameters = hide(std::get<QVariantMap>(m_parameters));
}

AnswerFacts QueryCommand::inspect(const Protocol::Exchange &exchange) const
{
    AnswerFacts facts;
    const bool hasResult
        = static_cast<const Protocol::ResultExchange &>(exchange).hasCompleteResult();
    // A procedure can have committed something before it failed.
    facts.partlyExecuted
        = hasResult || kind().runsOthers
          || (!kind().readsOnly && Protocol::mayLeavePartExecuted(exchange.failure()));
    const auto *statement = dynamic_cast<const Protocol::StatementExchange *>(&exchange);
    if (!statement || hasResult)
        return facts;
    if (isUnpreparable(*statement))
        facts.mustRepeat = !readsDevice();
    else if (Protocol::mayNeedPreparation(exchange.failure()))
        facts.mustRepeat = repetitions == 0 && !kind().runsOthers;
    else
        facts.mustRepeat = Protocol::needsPreparation(exchange.failure());
    return facts;
}

void QueryCommand::willRepeat(const Protocol::Exchange &exchange)
{
    if (isUnpreparable(static_cast<const Protocol::StatementExchange &>(exchange)))
        m_isUnpreparable = true;
}

void QueryCommand::stopping()
{
    if (m_rows)
        m_rows->discard();
}

CommandTraits QueryCommand::traits(const Protocol::SqlDialect &dialect) const
{
    kindIn(dialect);
    return traits();
}

/// In the dialect that was asked for last.
CommandTraits QueryCommand::traits() const
{
    const Protocol::StatementKind &kind = this->kind();
    CommandTraits traits;
    traits.readsOnly = kind.readsOnly;
    traits.isRepeatable = kind.readsOnly;
    const bool standsAlone = m_streaming || m_hasLocalInfile || m_sendsLongValues
                             || kind.changesSession || kind.isLoadDataLocal;
    const bool mayBeRefused = !kind.readsOnly && handle()
                              && handle()->state != Protocol::StatementHandle::State::Prepared;
    traits.canPipeline = !standsAlone && !mayBeRefused;
    traits.canPipelineWhenPrepared = !standsAlone && mayBeRefused;
    traits.usesResponseTimeout = m_usesResponseTimeout;
    traits.isStream = m_streaming;
    // MySQL goes on converting parameters to the types that they had when it prepared the
    // statement.
    traits.resetsStatements
        = kind.changesSchema
          || (kind.changesSession && sql().contains("sql_mode"_L1, Qt::CaseInsensitive));
    traits.mayCommit = kind.mayCommit();
    traits.role = CommandTraits::SessionRole::Statement;
    traits.effects = kind.effects;
    return traits;
}

Result QueryCommand::takeRows(qsizetype maximum)
{
    const std::shared_ptr<Values::ResultData> rows = m_rows ? m_rows->take(maximum) : nullptr;
    if (!rows)
        return {};
    m_rowsHandedOut = true;
    ++m_takes;
    m_rows->setLimit(m_bufferLimit);
    return Result(rows);
}

bool QueryCommand::readAhead(qsizetype limit)
{
    if (!m_rows || m_rows->limit() >= limit)
        return false;
    m_rows->setLimit(limit);
    return true;
}

} // namespace AsyncMySql
