// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "bytesource.h"
#include "columnsetreader.h"
#include "errorpacket.h"
#include "exchange.h"
#include "resultdata.h"
#include "rowbuffer.h"
#include "rowtranscoder.h"
#include "statementhandle.h"

#include <QtCore/qvarlengtharray.h>

#include <memory>
#include <optional>

namespace AsyncMySql::Protocol {

/// The answer that statements have in common: any number of result sets, in text or binary format,
/// each buffered or handed on row by row; or the request for a local file.
class ResultExchange : public Exchange
{
public:
    struct Limits
    {
        /// Bytes of all result sets together, column definitions included. What is handed on
        /// through a RowBuffer does not count.
        qsizetype resultSize = 1024 * 1024 * 1024;
        /// No statement of a server has more columns.
        quint64 columns = 65535;
        /// A chain of results that never ends is an attack.
        size_t results = 65536;
        /// A server sends at most one a second (progress_report_time counts whole seconds): these
        /// are enough for eleven days.
        int progressReports = 1'000'000;
    };

    struct Options
    {
        Limits limits;
        /// Takes the rows of a stream; null to keep them all.
        std::shared_ptr<Values::RowBuffer> rowBuffer;
        /// What the server gets if it asks for a local file; null to refuse it.
        std::shared_ptr<ByteSource> infile;
        /// In which the session writes points in time.
        Values::SessionTimeZonePointer timeZone = {};
        /// Of the session; or null.
        std::shared_ptr<ColumnSetCache> columnSets;
        /// The size in bytes that no packet may reach; 0 if it is not known.
        qsizetype packetLimit = 0;
    };

    ~ResultExchange() override;

    bool isFull() const override;
    bool stop() override;
    void confirmStop() override;

    /// Most statements have one.
    using Results = QVarLengthArray<std::shared_ptr<Values::ResultData>, 1>;
    /// The complete result sets, also those before an error. Those whose rows were handed on have
    /// none here. What was taken does not count for the limits any more.
    Results takeResults();
    /// Whether a result set was complete before an error ended the chain: its statement was
    /// executed.
    bool hasCompleteResult() const { return m_hasCompleteResult; }

    qint64 receivedRows() const { return m_receivedRows; }
    /// Of rows, on the wire.
    qint64 receivedBytes() const { return m_receivedBytes; }
    /// The last one of the server (MariaDB).
    const ProgressReport *progressReport() const { return m_progressReport.get(); }

protected:
    ResultExchange(Capabilities capabilities, Options options);
    /// How much of a long value or a file goes into one packet, \a usual bytes where the server
    /// takes that.
    qsizetype pieceSize(qsizetype usual) const;

    Capabilities capabilities() const { return m_capabilities; }
    /// What comes next answers one command, of which it may be the only one. Where the server
    /// leaves the metadata out, it means that of \a statement, which is kept up to date.
    void beginAnswer(Values::RowFormat format, StatementHandlePointer statement = {});
    /// Finished at the end of the answer, whether it is a success or an error.
    Progress handleAnswer(QByteArrayView payload, const Wire::ByteBlockPointer &block);
    /// An ERR packet, which ends the answer (Finished), or MariaDB's report of progress.
    Progress handleError(QByteArrayView payload);
    /// Whether \a bytes more may be kept; tooLarge() if not.
    bool addToSize(qsizetype bytes);
    Progress tooLarge();
    /// Definitions of so many columns come.
    void beginColumns(quint64 count);
    /// False if it is broken.
    bool readColumn(QByteArrayView definition);
    /// Null if there is none.
    std::shared_ptr<Values::ColumnSet> takeColumns()
    {
        return m_columns.take(m_options.columnSets.get());
    }
    /// The part of the dialogue about a local file that is ours.
    std::optional<Output> nextFileOutput();
    /// Whether the server waits for a file, or may come to ask for the one that is there for it.
    bool isFileDue() const;

private:
    enum class State : quint8 {
        Header,
        ColumnDefinitions,
        EndOfColumns,
        Rows,
        File,       // the server waits for it
        FileAnswer, // its end was given out
        Finished,
    };

    Progress handleHeader(QByteArrayView payload);
    Progress handleOk(QByteArrayView payload);
    Progress handleColumnCount(QByteArrayView payload);
    Progress handleColumnDefinition(QByteArrayView payload);
    Progress handleEndOfColumns(QByteArrayView payload);
    void beginRows();
    Progress handleRow(QByteArrayView payload, const Wire::ByteBlockPointer &block);
    Progress appendRow(QByteArrayView payload, const Wire::ByteBlockPointer &block);
    bool isWellFormed(QByteArrayView row) const;
    Progress handleEndOfRows(QByteArrayView payload);
    Progress handleFileRequest();
    void recordFileFailure(FailureCode code, const QString &message);
    Output endOfFile();
    Progress handleWhileSendingFile(QByteArrayView payload);
    Progress recordProgress(const ProgressReport &report);
    void takeOk(const OkPacket &ok);
    Progress finishResult(ServerStatus status);
    Progress finishAnswer();

    Capabilities m_capabilities;
    Options m_options;

    // Of the answer.
    State m_state = State::Header;
    Values::RowFormat m_format = Values::RowFormat::Text;
    StatementHandlePointer m_statement;
    size_t m_answerResults = 0;

    // Of the result set that is coming.
    std::shared_ptr<Values::ResultData> m_current;
    ColumnSetReader m_columns;
    ServerStatus m_columnsStatus; // of the EOF behind the columns
    bool m_hasRows = false;
    /// The old EOF came behind them although DEPRECATE_EOF was agreed on.
    bool m_hasEndOfColumns = false;
    std::unique_ptr<RowTranscoder> m_transcoder;

    // Of the dialogue about a local file.
    std::shared_ptr<ByteSource> m_file;
    std::unique_ptr<Failure> m_fileFailure;
    bool m_isStopped = false;
    bool m_isStopConfirmed = false;
    bool m_isLastPieceGiven = false;

    // Of all answers.
    Results m_results;
    bool m_hasCompleteResult = false;
    qsizetype m_size = 0;
    qint64 m_receivedRows = 0;
    qint64 m_receivedBytes = 0;
    int m_progressReports = 0;
    std::unique_ptr<ProgressReport> m_progressReport;
};

} // namespace AsyncMySql::Protocol
