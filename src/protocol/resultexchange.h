// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "bytesource.h"
#include "errorpacket.h"
#include "exchange.h"
#include "resultdata.h"
#include "rowbuffer.h"

#include <memory>
#include <vector>

namespace AsyncMySql::Protocol {

struct StatementHandle;

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
        /// Takes the rows where somebody reads them as they come; null to buffer them all.
        std::shared_ptr<Values::RowBuffer> rowBuffer;
        /// What the server gets if it asks for a local file; null to refuse it.
        std::shared_ptr<ByteSource> infile;
    };

    ~ResultExchange() override;

    bool isFull() const override;

    using Results = std::vector<std::shared_ptr<Values::ResultData>>;
    /// The complete result sets, also those before an error. Those whose rows were handed on have
    /// none here.
    Results takeResults() { return std::move(m_results); }
    /// Whether a result set was complete before an error ended the chain: its statement was
    /// executed.
    bool hasCompleteResult() const { return !m_results.empty(); }

    qint64 receivedRows() const { return m_receivedRows; }
    /// Of rows, on the wire.
    qint64 receivedBytes() const { return m_receivedBytes; }
    /// The last one of the server (MariaDB).
    const std::optional<ProgressReport> &progressReport() const { return m_progressReport; }

private:
    Results m_results;
    qint64 m_receivedRows = 0;
    qint64 m_receivedBytes = 0;
    std::optional<ProgressReport> m_progressReport;
};

} // namespace AsyncMySql::Protocol
