// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "exchange.h"
#include "resultdata.h"

#include <memory>
#include <vector>

namespace AsyncMySql::Protocol {

/// COM_QUERY and its answer: any number of result sets in text format, each buffered.
class QueryExchange : public Exchange
{
public:
    struct Limits
    {
        /// Bytes of all result sets together, column definitions included.
        qsizetype resultSize = 1024 * 1024 * 1024;
        /// No statement of a server has more columns.
        quint64 columns = 65535;
        /// A chain of results that never ends is an attack.
        size_t results = 65536;
        /// A server sends at most one a second (progress_report_time counts whole seconds): these
        /// are enough for eleven days.
        int progressReports = 1'000'000;
    };

    /// \a sql is UTF-8, and complete: parameters are in it.
    QueryExchange(QByteArray sql, Capabilities capabilities)
        : QueryExchange(std::move(sql), capabilities, Limits())
    {
    }
    QueryExchange(QByteArray sql, Capabilities capabilities, const Limits &limits);
    ~QueryExchange() override;

    QByteArray command() override;
    Progress handlePacket(QByteArrayView payload, const Wire::ByteBlockPointer &block) override;

    using Results = std::vector<std::shared_ptr<Values::ResultData>>;
    /// The complete result sets, also those before an error.
    Results takeResults() { return std::move(m_results); }
    /// Whether a result set was complete before an error ended the chain: its statement was
    /// executed.
    bool hasCompleteResult() const { return !m_results.empty(); }

private:
    enum class State { Header, ColumnDefinitions, EndOfColumns, Rows, Finished };

    Progress handleHeader(QByteArrayView payload);
    Progress handleColumnDefinition(QByteArrayView payload);
    Progress handleEndOfColumns(QByteArrayView payload);
    Progress handleRow(QByteArrayView payload, const Wire::ByteBlockPointer &block);
    Progress handleEndOfRows(QByteArrayView payload);
    void takeOk(const OkPacket &ok);
    Progress handleError(QByteArrayView payload);
    Progress skipProgressReport();
    Progress finishResult(ServerStatus status);
    bool isTerminator(QByteArrayView payload) const;
    bool addToSize(qsizetype bytes);
    Progress tooLarge();

    QByteArray m_sql;
    Capabilities m_capabilities;
    Limits m_limits;
    State m_state = State::Header;
    quint64 m_columnsToCome = 0;
    int m_columnCount = 0;
    int m_progressReports = 0;
    qsizetype m_size = 0;
    std::shared_ptr<Values::ResultData> m_current;
    Results m_results;
};

} // namespace AsyncMySql::Protocol
