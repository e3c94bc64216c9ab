// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "resultexchange.h"

#include "bytereader.h"
#include "eofpacket.h"
#include "packetheader.h"
#include "packetreader.h"
#include "recyclingallocator.h"
#include "rowcursor.h"

#include <algorithm>
#include <utility>

namespace AsyncMySql::Protocol {

using namespace Qt::StringLiterals;

namespace {

/// What a row costs in memory besides its bytes.
constexpr qsizetype RowOverhead = 16;
/// The same for a result without rows. It also bounds what is noted of the session.
constexpr qsizetype ResultOverhead = 512;
/// Of a local file: what is in memory at a time.
constexpr qsizetype FilePiece = 64 * 1024;
} // namespace

ResultExchange::ResultExchange(Capabilities capabilities, Options options)
    : m_capabilities(capabilities)
    , m_options(std::move(options))
{
}

ResultExchange::~ResultExchange() = default;

qsizetype ResultExchange::pieceSize(qsizetype usual) const
{
    // What goes before the piece in its packet.
    constexpr qsizetype header = 1 + 4 + 2;
    if (m_options.packetLimit == 0)
        return usual;
    return std::clamp<qsizetype>(m_options.packetLimit - header - 1, 1, usual);
}

bool ResultExchange::isFull() const
{
    return m_options.rowBuffer && m_options.rowBuffer->isFull();
}

ResultExchange::Results ResultExchange::takeResults()
{
    m_size = sessionStateSize();
    Results results = std::move(m_results);
    m_results.clear();
    return results;
}

void ResultExchange::beginAnswer(Values::RowFormat format, StatementHandlePointer statement)
{
    m_state = State::Header;
    m_format = format;
    m_statement = std::move(statement);
    m_answerResults = 0;
}

Exchange::Progress ResultExchange::handleAnswer(QByteArrayView payload,
                                                const Wire::ByteBlockPointer &block)
{
    setAnswerBegun();
    if (m_state == State::Rows)
        return handleRow(payload, block);
    if (payload.isEmpty())
        return broken(FailureCode::MalformedPacket, u"The server sent an empty packet"_s);
    if (m_state == State::File)
        return handleWhileSendingFile(payload);
    if (PacketHeader::isError(payload))
        return handleError(payload);

    switch (m_state) {
    case State::Header:
        return handleHeader(payload);
    case State::ColumnDefinitions:
        return handleColumnDefinition(payload);
    case State::EndOfColumns:
        return handleEndOfColumns(payload);
    case State::FileAnswer:
        if (PacketHeader::isAt(payload, PacketHeader::Ok))
            return handleOk(payload);
        return broken(FailureCode::UnexpectedPacket,
                      u"The server answered a file with neither OK nor an error"_s);
    case State::Rows:
    case State::File:
    case State::Finished:
        break;
    }
    return broken(FailureCode::UnexpectedPacket,
                  u"The server sent data after the answer to the statement"_s);
}

Exchange::Progress ResultExchange::handleHeader(QByteArrayView payload)
{
    if (m_answerResults >= m_options.limits.results)
        return broken(FailureCode::ResultTooLarge, u"The server sent too many results"_s);
    switch (static_cast<quint8>(payload[0])) {
    case PacketHeader::Ok:
        return handleOk(payload);
    case PacketHeader::LocalInfile:
        return handleFileRequest();
    default:
        return handleColumnCount(payload);
    }
}

Exchange::Progress ResultExchange::handleOk(QByteArrayView payload)
{
    const std::optional<OkPacket> ok = OkPacket::parse(payload, m_capabilities);
    if (!ok)
        return broken(FailureCode::MalformedPacket, u"The server sent an incomplete OK"_s);
    if (!addToSize(payload.size() + ResultOverhead))
        return tooLarge();
    m_current = Wire::makeRecycled<Values::ResultData>();
    m_current->format = m_format;
    m_current->columns = Values::ColumnSet::empty();
    takeOk(*ok);
    return finishResult(ok->status);
}

Exchange::Progress ResultExchange::handleColumnCount(QByteArrayView payload)
{
    Wire::ByteReader reader(payload);
    const quint64 columnCount = reader.readLengthEncodedInteger();
    bool hasMetadata = true;
    if (m_capabilities & Capability::MariaDbCacheMetadata) {
        const quint8 flag = reader.readUInt8();
        hasMetadata = flag != 0;
        if (flag > 1)
            reader.fail();
    }
    if (reader.failed() || !reader.atEnd() || columnCount == 0
        || columnCount > m_options.limits.columns) {
        return broken(FailureCode::MalformedPacket,
                      u"The server announced a result with an impossible number of columns"_s);
    }

    m_current = Wire::makeRecycled<Values::ResultData>();
    m_current->format = m_format;
    m_columnsStatus = {};
    m_hasRows = false;
    m_hasEndOfColumns = false;
    if (hasMetadata) {
        beginColumns(columnCount);
        m_state = State::ColumnDefinitions;
        return Progress::NeedPacket;
    }

    const auto known = m_statement ? m_statement->columns : nullptr;
    if (!known || static_cast<quint64>(known->size()) != columnCount) {
        return broken(FailureCode::UnexpectedPacket,
                      u"The server omitted the columns of a result, which differ from those of "
                      "the prepared statement"_s);
    }
    if (known->timeZone() != m_options.timeZone)
        m_statement->columns = std::make_shared<Values::ColumnSet>(*known, m_options.timeZone);
    m_current->columns = m_statement->columns;
    beginRows();
    return Progress::NeedPacket;
}

Exchange::Progress ResultExchange::handleColumnDefinition(QByteArrayView payload)
{
    if (!readColumn(payload))
        return broken(FailureCode::MalformedPacket,
                      u"The server sent a malformed column definition"_s);
    if (!addToSize(payload.size()))
        return tooLarge();
    if (!m_columns.isComplete())
        return Progress::NeedPacket;

    m_current->columns = takeColumns();
    // A server that caches metadata does so for the statement itself, not for what a procedure's
    // statements send one after the other (MariaDB: should_send_column_info()).
    if (m_statement && m_answerResults == 0)
        m_statement->columns = m_current->columns;
    beginRows();
    return Progress::NeedPacket;
}

void ResultExchange::beginColumns(quint64 count)
{
    m_columns.begin(count, resultCharacterSet());
}

bool ResultExchange::readColumn(QByteArrayView definition)
{
    return m_columns.read(definition, m_capabilities, m_options.timeZone, m_options.columnSets);
}

void ResultExchange::beginRows()
{
    m_transcoder = RowTranscoder::create(m_format, m_current->columns, resultCharacterSet());
    m_state = m_capabilities & Capability::DeprecateEof ? State::Rows : State::EndOfColumns;
    if (m_options.rowBuffer)
        m_options.rowBuffer->beginResult(m_format, m_current->columns);
}

Exchange::Progress ResultExchange::handleEndOfColumns(QByteArrayView payload)
{
    const std::optional<EofPacket> eof = EofPacket::parse(payload);
    if (!eof)
        return broken(FailureCode::UnexpectedPacket,
                      u"The server did not end the column definitions"_s);
    setStatus(eof->status);
    m_columnsStatus = eof->status;
    m_state = State::Rows;
    return Progress::NeedPacket;
}

Exchange::Progress ResultExchange::handleRow(QByteArrayView payload,
                                             const Wire::ByteBlockPointer &block)
{
    if (PacketHeader::mayEndRows(payload)) {
        if (PacketHeader::isError(payload))
            return handleError(payload);
        if (PacketHeader::isEndOfRows(payload, m_capabilities))
            return handleEndOfRows(payload);
    }
    if (!isWellFormed(payload)) {
        return broken(FailureCode::MalformedPacket,
                      u"The server sent a row that does not match its columns"_s);
    }
    m_hasRows = true;
    ++m_receivedRows;
    m_receivedBytes += Wire::FrameHeaderSize + payload.size();
    if (!m_transcoder)
        return appendRow(payload, block);
    const QByteArrayView row = m_transcoder->transcode(payload);
    return appendRow(row, m_transcoder->block());
}

Exchange::Progress ResultExchange::appendRow(QByteArrayView payload,
                                             const Wire::ByteBlockPointer &block)
{
    if (m_options.rowBuffer) {
        m_options.rowBuffer->append(payload, block);
        return Progress::NeedPacket;
    }
    if (!addToSize(payload.size() + RowOverhead))
        return tooLarge();
    m_current->rows.append(payload, block);
    return Progress::NeedPacket;
}

bool ResultExchange::isWellFormed(QByteArrayView row) const
{
    if (m_format == Values::RowFormat::Binary)
        return Values::isWellFormedBinaryRow(row, *m_current->columns);
    return Values::isWellFormedTextRow(row, m_current->columns->size());
}

Exchange::Progress ResultExchange::handleEndOfRows(QByteArrayView payload)
{
    const bool deprecateEof = m_capabilities & Capability::DeprecateEof;
    // Proxies are known to send the old form whatever was agreed on; the first before any row ends
    // the columns.
    if (payload.size() == PacketHeader::EofSize) {
        if (deprecateEof && !m_hasRows && !std::exchange(m_hasEndOfColumns, true))
            return handleEndOfColumns(payload);
        const std::optional<EofPacket> eof = EofPacket::parse(payload);
        if (!eof)
            return broken(FailureCode::MalformedPacket,
                          u"The server sent a malformed end of the rows"_s);
        setStatus(eof->status);
        m_current->warningCount = eof->warningCount;
        // With OUT parameters, MySQL says only behind the columns what they are, and that an OK
        // follows.
        ServerStatus status = eof->status;
        if (m_columnsStatus & ServerStatusFlag::OutParameters)
            status |= m_columnsStatus;
        return finishResult(status);
    }
    const std::optional<OkPacket> ok = OkPacket::parse(payload, m_capabilities);
    if (!ok || !deprecateEof)
        return broken(FailureCode::MalformedPacket,
                      u"The server sent a malformed end of the rows"_s);
    if (!addToSize(payload.size() + ResultOverhead))
        return tooLarge();
    takeOk(*ok);
    return finishResult(ok->status);
}

void ResultExchange::takeOk(const OkPacket &ok)
{
    recordSession(ok);
    m_current->affectedRows = ok.affectedRows;
    m_current->lastInsertId = ok.lastInsertId;
    m_current->warningCount = ok.warningCount;
    m_current->info = ok.info;
}

Exchange::Progress ResultExchange::handleError(QByteArrayView payload)
{
    // MariaDB reports the progress of long statements in packets that look like errors.
    if (m_capabilities & Capability::MariaDbProgress) {
        if (const auto report = ProgressReport::parse(payload))
            return recordProgress(*report);
    }
    m_current.reset();
    const Progress progress = refused(payload);
    return progress == Progress::Finished ? finishAnswer() : progress;
}

Exchange::Progress ResultExchange::recordProgress(const ProgressReport &report)
{
    if (m_progressReports >= m_options.limits.progressReports) {
        m_current.reset();
        return broken(FailureCode::TooManyRounds,
                      u"The server sent too many progress reports without a result"_s);
    }
    ++m_progressReports;
    m_progressReport = std::make_unique<ProgressReport>(report);
    return Progress::NeedPacket;
}

Exchange::Progress ResultExchange::finishResult(ServerStatus status)
{
    m_current->hasOutParameters = bool(status & ServerStatusFlag::OutParameters);
    m_current->rows.finish();
    m_results.append(std::move(m_current));
    m_hasCompleteResult = true;
    ++m_answerResults;
    if (!(status & ServerStatusFlag::MoreResultsExist))
        return finishAnswer();
    m_state = State::Header;
    return Progress::NeedPacket;
}

Exchange::Progress ResultExchange::finishAnswer()
{
    m_state = State::Finished;
    // What went wrong here first is the reason of whatever the server made of it.
    if (m_fileFailure)
        setFailure(*m_fileFailure);
    return Progress::Finished;
}

bool ResultExchange::addToSize(qsizetype bytes)
{
    m_size += bytes;
    return m_size <= m_options.limits.resultSize;
}

Exchange::Progress ResultExchange::tooLarge()
{
    m_current.reset();
    return broken(
        FailureCode::ResultTooLarge,
        u"The result exceeds the limit of %1 bytes (maximumResultSize): select fewer rows "
        "or raise the limit"_s.arg(m_options.limits.resultSize));
}

// The server names the file, so it could name any, and ask at any time (MySQL: "Security
// Considerations for LOAD DATA LOCAL"). It gets what was given for this very statement, once.
Exchange::Progress ResultExchange::handleFileRequest()
{
    if (!(m_capabilities & Capability::LocalFiles)) {
        return broken(FailureCode::LocalInfileRefused,
                      u"The server requested a file of this machine (LOAD DATA LOCAL), "
                      "which is not allowed"_s);
    }
    m_file = std::exchange(m_options.infile, nullptr);
    if (!m_file) {
        recordFileFailure(FailureCode::LocalInfileRefused,
                          u"The server requested a file of this machine (LOAD DATA LOCAL), "
                          "but none was set for the statement: see Query::setLocalInfile()"_s);
    }
    m_state = State::File;
    return Progress::NeedPacket;
}

std::optional<Exchange::Output> ResultExchange::nextFileOutput()
{
    if (m_state != State::File)
        return std::nullopt;
    if (m_isStopped && !m_isStopConfirmed)
        return std::nullopt;
    if (!m_file || m_isLastPieceGiven)
        return endOfFile();

    QByteArray bytes;
    switch (m_file->read(pieceSize(FilePiece), &bytes)) {
    case ByteSource::Status::Ready:
        // An empty packet would be the end of the file.
        if (bytes.isEmpty())
            return std::nullopt;
        // A server looks whether it is to stop before it reads a row: at the end of the file it
        // would keep what it has got.
        m_isLastPieceGiven = m_isStopped;
        return Output{Output::Kind::Continuation, std::move(bytes)};
    case ByteSource::Status::Waiting:
        return std::nullopt;
    case ByteSource::Status::End:
        break;
    case ByteSource::Status::Failed:
        recordFileFailure(FailureCode::SourceFailed, m_file->errorString());
        break;
    }
    return endOfFile();
}

bool ResultExchange::stop()
{
    m_isStopped = true;
    return false;
}

void ResultExchange::confirmStop()
{
    m_isStopConfirmed = true;
}

void ResultExchange::recordFileFailure(FailureCode code, const QString &message)
{
    if (!m_fileFailure)
        m_fileFailure = std::make_unique<Failure>(Failure{code, message, 0, {}});
}

/// Owed to the server whatever happened: it reads on until this comes.
Exchange::Output ResultExchange::endOfFile()
{
    m_file.reset();
    m_state = State::FileAnswer;
    return {Output::Kind::Continuation, {}};
}

Exchange::Progress ResultExchange::handleWhileSendingFile(QByteArrayView payload)
{
    if (PacketHeader::isError(payload)) {
        if (m_capabilities & Capability::MariaDbProgress) {
            if (const auto report = ProgressReport::parse(payload))
                return recordProgress(*report);
        }
        // A server reads a file to its end before it complains. One that does not is about to close
        // the connection, and would take what is on its way for commands.
        refused(payload);
        return Progress::Broken;
    }
    return broken(FailureCode::UnexpectedPacket,
                  u"The server sent a packet before the end of the file"_s);
}

bool ResultExchange::isFileDue() const
{
    return m_state == State::File || (m_options.infile && m_state != State::Finished);
}

} // namespace AsyncMySql::Protocol
