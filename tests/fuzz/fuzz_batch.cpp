// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "batchscript.h"
#include "require.h"

using namespace AsyncMySql;
using namespace AsyncMySql::Protocol;
using Progress = Exchange::Progress;

namespace {

struct Choices
{
    Capabilities capabilities = Capability::Protocol41;
    bool isPrepared = false;
    bool hasParameters = false;
    qsizetype rowCount = 1;
    uint8_t values = 0;
    int window = 1;
    bool isGrouped = false;
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
        choices.capabilities |= Capability::LocalFiles;
    if (data[0] & 64)
        choices.capabilities |= Capability::MariaDbBulkOperations;
    if (data[0] & 128)
        choices.capabilities |= Capability::MariaDbBulkUnitResults;
    choices.isPrepared = data[1] & 1;
    choices.hasParameters = !(data[1] & 2);
    choices.window = 1 + (data[1] >> 2 & 3);
    choices.rowCount = 1 + (data[1] >> 4);
    choices.values = data[2];
    choices.isGrouped = choices.hasParameters && choices.values & 0x80
                        && !(choices.capabilities & Capability::MariaDbBulkOperations);
    return choices;
}

/// A bit for each row (the same for those that are eight apart): where it changes, so does the
/// type, and with it the command.
QList<QVariantList> rowsOf(const Choices &choices)
{
    QList<QVariantList> rows;
    for (qsizetype i = 0; i < choices.rowCount; ++i) {
        QVariantList row;
        if (choices.hasParameters)
            row.append(choices.values >> (i % 8) & 1 ? QVariant(QStringLiteral("x")) : QVariant(5));
        rows.append(row);
    }
    return rows;
}

StatementHandlePointer statementOf(const Choices &choices)
{
    StatementHandlePointer handle = Tests::preparedHandle(choices.hasParameters ? 1 : 0);
    if (!choices.isPrepared)
        handle->state = StatementHandle::State::New;
    return handle;
}

BatchExchange::Settings settingsOf(const Choices &choices)
{
    BatchExchange::Settings settings;
    settings.capabilities = choices.capabilities;
    settings.window = choices.window;
    if (choices.isGrouped) {
        settings.insert = InsertOutline::of("INSERT INTO t (n) VALUES (?)", {});
        settings.sendsAhead = choices.window > 1;
    }
    return settings;
}

/// One batch, and all that it does with answers that come in portions.
class Run
{
public:
    Run(const Choices &choices, QByteArrayView stream, qsizetype portion)
        : m_rowCount(choices.rowCount)
        , m_handle(statementOf(choices))
        , m_exchange(m_handle, rowsOf(choices), settingsOf(choices), options())
        , m_reader(&m_exchange)
    {
        for (qsizetype at = 0; at < stream.size(); at += portion) {
            m_reader.feed(stream.sliced(at, std::min(portion, stream.size() - at)));
            requireSanity();
        }
    }

    void requireSame(Run *other)
    {
        require(m_reader.progress() == other->m_reader.progress());
        require(m_reader.completeAnswers() == other->m_reader.completeAnswers());
        require(m_reader.takeSent() == other->m_reader.takeSent());
        require(m_exchange.failure().code == other->m_exchange.failure().code);
        require(m_exchange.failure().serverErrorNumber
                == other->m_exchange.failure().serverErrorNumber);
        require(m_exchange.sentRows() == other->m_exchange.sentRows());
        require(m_exchange.confirmedRows() == other->m_exchange.confirmedRows());
        require(m_exchange.confirmedRowsAfterError()
                == other->m_exchange.confirmedRowsAfterError());
        require(m_exchange.affectedRows() == other->m_exchange.affectedRows());
        require(m_exchange.insertIds() == other->m_exchange.insertIds());
        require(m_exchange.warningCount() == other->m_exchange.warningCount());
        require(m_handle->state == other->m_handle->state);
    }

private:
    static ResultExchange::Options options()
    {
        ResultExchange::Options options;
        options.limits.resultSize = 1'000'000;
        options.limits.results = 100;
        return options;
    }

    void requireSanity()
    {
        // Nothing is taken for executed that was not sent, or twice.
        const qsizetype confirmed = m_exchange.confirmedRows();
        require(confirmed >= 0 && m_exchange.confirmedRowsAfterError() >= 0);
        require(confirmed + m_exchange.confirmedRowsAfterError() <= m_exchange.sentRows());
        require(m_exchange.sentRows() <= m_rowCount);
        require(m_exchange.insertIds().isEmpty() || m_exchange.insertIds().size() == confirmed);

        const Failure &failure = m_exchange.failure();
        switch (m_reader.progress()) {
        case Progress::Broken:
            require(bool(failure));
            break;
        case Progress::Finished:
            require(m_exchange.isWritten());
            require(failure || (confirmed == m_rowCount && m_exchange.sentRows() == m_rowCount));
            require(!failure || confirmed < m_rowCount);
            break;
        default:
            break;
        }
    }

    qsizetype m_rowCount;
    StatementHandlePointer m_handle;
    BatchExchange m_exchange;
    Tests::ExchangeReader m_reader;
};

} // namespace

// One byte chooses what was agreed on, one the statement and its rows, one their values, one the
// portions; the rest is what the server answers. In whatever portions it comes, the batch tells
// the same of its rows, and sends the same commands.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    constexpr size_t choiceBytes = 4;
    if (size < choiceBytes)
        return 0;
    const Choices choices = choicesOf(data);
    const QByteArrayView stream(reinterpret_cast<const char *>(data) + choiceBytes,
                                static_cast<qsizetype>(size - choiceBytes));
    Run whole(choices, stream, std::max<qsizetype>(stream.size(), 1));
    Run parts(choices, stream, 1 + data[3]);
    whole.requireSame(&parts);
    return 0;
}
