// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "queryexchange.h"

#include "bytereader.h"
#include "columndefinition.h"
#include "commands.h"
#include "eofpacket.h"
#include "errorpacket.h"
#include "packetreader.h"
#include "rowcursor.h"

namespace AsyncMySql::Protocol {

using namespace Qt::StringLiterals;

namespace {
constexpr quint8 OkHeader = 0x00;
constexpr quint8 LocalInfileHeader = 0xFB;
constexpr quint8 EofHeader = 0xFE;
constexpr quint8 ErrorHeader = 0xFF;

/// What a row costs in memory besides its bytes.
constexpr qsizetype RowOverhead = 16;
/// The same for a result without rows. It also bounds what is noted of the session.
constexpr qsizetype ResultOverhead = 512;
} // namespace

QueryExchange::QueryExchange(QByteArray sql, Capabilities capabilities, const Limits &limits)
    : m_sql(std::move(sql))
    , m_capabilities(capabilities)
    , m_limits(limits)
{
}

QueryExchange::~QueryExchange() = default;

QByteArray QueryExchange::command()
{
    return queryCommand(m_sql, m_capabilities);
}

Exchange::Progress QueryExchange::handlePacket(QByteArrayView payload,
                                               const Wire::ByteBlockPointer &block)
{
    setAnswerBegun();
    if (m_state == State::Rows)
        return handleRow(payload, block);
    if (payload.isEmpty())
        return broken(FailureCode::MalformedPacket, u"The server sent an empty packet"_s);
    if (static_cast<quint8>(payload[0]) == ErrorHeader)
        return handleError(payload);

    switch (m_state) {
    case State::Header:
        return handleHeader(payload);
    case State::ColumnDefinitions:
        return handleColumnDefinition(payload);
    case State::EndOfColumns:
        return handleEndOfColumns(payload);
    case State::Rows:
    case State::Finished:
        break;
    }
    return broken(FailureCode::UnexpectedPacket,
                  u"The server sent more than the answer to the statement"_s);
}

Exchange::Progress QueryExchange::handleHeader(QByteArrayView payload)
{
    if (m_results.size() >= m_limits.results)
        return broken(FailureCode::ResultTooLarge, u"The server sends results without end"_s);
    m_current = std::make_shared<Values::ResultData>();
    m_current->format = Values::RowFormat::Text;
    m_current->columns = std::make_shared<Values::ColumnSet>();

    switch (static_cast<quint8>(payload[0])) {
    case OkHeader: {
        const std::optional<OkPacket> ok = OkPacket::parse(payload, m_capabilities);
        if (!ok)
            return broken(FailureCode::MalformedPacket, u"The server sent an incomplete OK"_s);
        if (!addToSize(payload.size() + ResultOverhead))
            return tooLarge();
        takeOk(*ok);
        return finishResult(ok->status);
    }
    case LocalInfileHeader:
        // The server names the file, so it could name any. It was not told that it may ask.
        return broken(FailureCode::LocalInfileRefused,
                      u"The server asked for a file of this machine (LOAD DATA LOCAL), "
                      "which was not offered to it"_s);
    default:
        break;
    }

    Wire::ByteReader reader(payload);
    m_columnsToCome = reader.readLengthEncodedInteger();
    if (reader.failed() || !reader.atEnd() || m_columnsToCome == 0
        || m_columnsToCome > m_limits.columns) {
        return broken(FailureCode::MalformedPacket,
                      u"The server announced a result with an impossible number of columns"_s);
    }
    m_columnCount = static_cast<int>(m_columnsToCome);
    m_state = State::ColumnDefinitions;
    return Progress::NeedPacket;
}

Exchange::Progress QueryExchange::handleColumnDefinition(QByteArrayView payload)
{
    const std::optional<Values::ColumnInfo> column = parseColumnDefinition(payload, m_capabilities);
    if (!column)
        return broken(FailureCode::MalformedPacket,
                      u"The server sent a broken column definition"_s);
    if (!addToSize(payload.size()))
        return tooLarge();
    m_current->columns->append(*column);
    if (--m_columnsToCome == 0) {
        m_current->columns->squeeze();
        m_state = m_capabilities & Capability::DeprecateEof ? State::Rows : State::EndOfColumns;
    }
    return Progress::NeedPacket;
}

Exchange::Progress QueryExchange::handleEndOfColumns(QByteArrayView payload)
{
    const std::optional<EofPacket> eof = EofPacket::parse(payload);
    if (!eof)
        return broken(FailureCode::UnexpectedPacket, u"The end of the columns is missing"_s);
    setStatus(eof->status);
    m_state = State::Rows;
    return Progress::NeedPacket;
}

Exchange::Progress QueryExchange::handleRow(QByteArrayView payload,
                                            const Wire::ByteBlockPointer &block)
{
    if (!payload.isEmpty()) {
        const quint8 header = static_cast<quint8>(payload[0]);
        if (header == ErrorHeader)
            return handleError(payload);
        if (header == EofHeader && isTerminator(payload))
            return handleEndOfRows(payload);
    }
    if (!Values::isWellFormedTextRow(payload, m_columnCount)) {
        return broken(FailureCode::MalformedPacket,
                      u"The server sent a row that does not fit its columns"_s);
    }
    if (!addToSize(payload.size() + RowOverhead))
        return tooLarge();
    m_current->rows.append(payload, block);
    return Progress::NeedPacket;
}

/// A row can begin with 0xFE, too: the prefix of a value of 16 MiB or more. Such a row fills at
/// least one whole frame, which no terminator does.
bool QueryExchange::isTerminator(QByteArrayView payload) const
{
    if (m_capabilities & Capability::DeprecateEof)
        return payload.size() < Wire::MaximumFramePayload;
    return payload.size() < 9;
}

Exchange::Progress QueryExchange::handleEndOfRows(QByteArrayView payload)
{
    // An OK has 7 bytes at the least, an EOF 5. Proxies are known to send the old form whatever was
    // agreed on; before any row it could as well be meant to end the columns.
    if (payload.size() == 5) {
        const std::optional<EofPacket> eof = EofPacket::parse(payload);
        if (!eof || (m_capabilities & Capability::DeprecateEof && m_current->rows.rowCount() == 0))
            return broken(FailureCode::MalformedPacket, u"The end of the rows is broken"_s);
        setStatus(eof->status);
        m_current->warningCount = eof->warningCount;
        return finishResult(eof->status);
    }
    const std::optional<OkPacket> ok = OkPacket::parse(payload, m_capabilities);
    if (!ok || !(m_capabilities & Capability::DeprecateEof))
        return broken(FailureCode::MalformedPacket, u"The end of the rows is broken"_s);
    if (!addToSize(payload.size() + ResultOverhead))
        return tooLarge();
    takeOk(*ok);
    return finishResult(ok->status);
}

void QueryExchange::takeOk(const OkPacket &ok)
{
    noteSession(ok);
    m_current->affectedRows = ok.affectedRows;
    m_current->lastInsertId = ok.lastInsertId;
    m_current->warningCount = ok.warningCount;
    m_current->info = ok.info;
}

Exchange::Progress QueryExchange::handleError(QByteArrayView payload)
{
    // MariaDB reports the progress of long statements in packets that look like errors.
    if (m_capabilities & Capability::MariaDbProgress && ProgressReport::parse(payload))
        return skipProgressReport();
    m_current.reset();
    m_state = State::Finished;
    return refused(payload);
}

Exchange::Progress QueryExchange::skipProgressReport()
{
    if (m_progressReports >= m_limits.progressReports) {
        m_current.reset();
        return broken(FailureCode::TooManyRounds,
                      u"The server reports progress without end, and sends no result"_s);
    }
    ++m_progressReports;
    return Progress::NeedPacket;
}

Exchange::Progress QueryExchange::finishResult(ServerStatus status)
{
    m_current->rows.finish();
    m_results.push_back(std::move(m_current));
    if (status & ServerStatusFlag::MoreResultsExist) {
        m_state = State::Header;
        return Progress::NeedPacket;
    }
    m_state = State::Finished;
    return Progress::Finished;
}

bool QueryExchange::addToSize(qsizetype bytes)
{
    m_size += bytes;
    return m_size <= m_limits.resultSize;
}

Exchange::Progress QueryExchange::tooLarge()
{
    m_current.reset();
    return broken(
        FailureCode::ResultTooLarge,
        u"The result passes the limit of %1 bytes (maximumResultSize): ask for fewer rows, "
        "or raise the limit"_s.arg(m_limits.resultSize));
}

} // namespace AsyncMySql::Protocol
