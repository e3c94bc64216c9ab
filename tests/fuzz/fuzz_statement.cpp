// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "require.h"
#include "resultdescription.h"
#include "statementscript.h"

using namespace AsyncMySql;
using namespace AsyncMySql::Protocol;
using Progress = Exchange::Progress;

namespace {

struct Choices
{
    Capabilities capabilities = Capability::Protocol41;
    bool isMariaDb = false;
    bool isPrepared = false;
    bool isExecuted = false;
    bool hasColumns = false;
    int parameterCount = 0;
};

Choices choicesOf(const uint8_t *data)
{
    Choices choices;
    if (data[0] & 1)
        choices.capabilities |= Capability::DeprecateEof;
    if (data[0] & 2)
        choices.capabilities |= Capability::SessionTrack;
    if (data[0] & 4)
        choices.capabilities |= Capability::MariaDbProgress;
    if (data[0] & 8)
        choices.capabilities |= Capability::MariaDbExtendedMetadata;
    if (data[0] & 16)
        choices.capabilities |= Capability::MariaDbCacheMetadata;
    if (data[0] & 32)
        choices.capabilities |= Capability::QueryAttributes;
    choices.isMariaDb = data[1] & 1;
    choices.isPrepared = data[1] & 2;
    choices.isExecuted = data[1] & 4;
    choices.hasColumns = data[1] & 8;
    choices.parameterCount = data[1] >> 4;
    return choices;
}

StatementHandlePointer statementOf(const Choices &choices)
{
    if (!choices.isPrepared)
        return Tests::newStatement("SELECT");
    const auto handle
        = Tests::preparedStatement("SELECT", static_cast<quint16>(choices.parameterCount));
    if (choices.hasColumns) {
        handle->columns = std::make_shared<Values::ColumnSet>();
        for (const auto type : {Values::FieldType::VarString, Values::FieldType::Int}) {
            Values::ColumnInfo column;
            column.type = type;
            handle->columns->append(column);
        }
    }
    return handle;
}

/// One exchange, and all that it does with an answer that comes in portions.
class Run
{
public:
    Run(const Choices &choices, QByteArrayView stream, qsizetype portion)
        : m_handle(statementOf(choices))
        , m_exchange(m_handle, executionOf(choices), choices.capabilities, choices.isMariaDb,
                     options())
        , m_reader(&m_exchange)
    {
        m_reader.feed(stream, portion);
        const StatementExchange::Results results = m_exchange.takeResults();
        for (const auto &data : results) {
            for (qsizetype i = 0; i < data->rows.rowCount(); ++i)
                require(Values::isWellFormedBinaryRow(data->rows.row(i), *data->columns));
        }
        m_results = Tests::describedResults(results);
    }

    void requireSanity(const Choices &choices)
    {
        const Failure &failure = m_exchange.failure();
        require(m_reader.progress() != Progress::Broken || failure);
        // What makes no sense breaks the session; what ends well is a refusal at most.
        require(m_reader.progress() == Progress::Broken || !failure
                || failure.code == FailureCode::ServerError
                || failure.code == FailureCode::InvalidParameter);
        require(!m_exchange.failedToPrepare() || !choices.isPrepared);
        if (m_reader.progress() == Progress::Finished)
            require(m_handle->state != StatementHandle::State::Preparing);
    }

    void requireSame(Run *other)
    {
        require(m_reader.progress() == other->m_reader.progress());
        require(m_reader.completeAnswers() == other->m_reader.completeAnswers());
        require(m_reader.takeSent() == other->m_reader.takeSent());
        require(m_exchange.failure().code == other->m_exchange.failure().code);
        require(m_exchange.failedToPrepare() == other->m_exchange.failedToPrepare());
        require(m_exchange.hasCompleteResult() == other->m_exchange.hasCompleteResult());
        require(m_results == other->m_results);
        require(m_handle->state == other->m_handle->state);
        require(m_handle->id == other->m_handle->id);
    }

private:
    static std::optional<StatementExchange::Execution> executionOf(const Choices &choices)
    {
        if (!choices.isExecuted)
            return std::nullopt;
        return Tests::executionWith(QVariantList(choices.parameterCount, 5));
    }

    static StatementExchange::Options options()
    {
        StatementExchange::Options options;
        options.limits.resultSize = 1'000'000;
        options.limits.results = 100;
        return options;
    }

    StatementHandlePointer m_handle;
    StatementExchange m_exchange;
    Tests::ExchangeReader m_reader;
    QStringList m_results;
};

} // namespace

// One byte chooses what was agreed on, one what is asked for, one the portions; the rest is what
// the server answers. In whatever portions it comes, it gives the same rows, the same failure, and
// the same commands.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    constexpr size_t choiceBytes = 3;
    if (size < choiceBytes)
        return 0;
    const Choices choices = choicesOf(data);
    const QByteArrayView stream(reinterpret_cast<const char *>(data) + choiceBytes,
                                static_cast<qsizetype>(size - choiceBytes));
    Run whole(choices, stream, std::max<qsizetype>(stream.size(), 1));
    whole.requireSanity(choices);
    Run parts(choices, stream, 1 + data[2]);
    whole.requireSame(&parts);
    return 0;
}
