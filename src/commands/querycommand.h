// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "devicesource.h"
#include "parameters.h"
#include "resultexchange.h"
#include "rowbuffer.h"
#include "statementcommand.h"

#include <AsyncMySql/queryprogress.h>
#include <AsyncMySql/result.h>

#include <QtCore/qhash.h>
#include <QtCore/qiodevice.h>
#include <QtCore/qpointer.h>
#include <QtCore/qvariant.h>
#include <QtCore/qvarlengtharray.h>

#include <functional>
#include <memory>
#include <optional>
#include <variant>

namespace AsyncMySql {

/// A statement, prepared or with its parameters written into its text.
class QueryCommand : public StatementCommand
{
public:
    using Parameters = std::variant<QVariantList, QVariantMap>;

    /// In bytes.
    struct Limits
    {
        qsizetype packet;
        qsizetype result;
    };

    QueryCommand(QString sql, Parameters parameters, const Limits &limits,
                 std::shared_ptr<StatementKindCache> kinds = {});

    Attempt createExchange(const SessionContext &session) override;
    bool canFollowReset(const Protocol::SqlDialect &dialect) const override;
    CommandTraits traits(const Protocol::SqlDialect &dialect) const override;
    CommandStatus status() const override { return {!m_rowsHandedOut, m_idempotent}; }
    void progressed(Protocol::Exchange &exchange) override;
    AnswerFacts inspect(const Protocol::Exchange &exchange) const override;
    void willRepeat(const Protocol::Exchange &exchange) override;
    void answered(Protocol::Exchange &exchange) override;
    void stopping() override;
    void observe(const Protocol::Exchange &exchange, Observer::Operation *operation) const override;
    void observeParameters(Observer::Operation *operation) const override;

    /// It is a statement of the library, and not of the application.
    void setUsesResponseTimeout() { m_usesResponseTimeout = true; }
    bool isIdempotent() const { return m_idempotent; }
    void setIdempotent(bool idempotent) { m_idempotent = idempotent; }
    /// Whether it is prepared if it has parameters.
    void setPreparesParameters(bool prepare) { m_preparesParameters = prepare; }
    bool isPrepared() const;
    void setPrepared(bool prepared) { m_prepared = prepared; }
    const QVariantMap &attributes() const { return m_attributes; }
    void setAttributes(const QVariantMap &attributes) { m_attributes = attributes; }
    QIODevice *localInfile() const { return m_localInfile; }
    void setLocalInfile(QIODevice *device);

    bool isStreaming() const { return m_streaming; }
    void setStreaming(bool streaming) { m_streaming = streaming; }
    /// 0 is without a limit.
    std::chrono::milliseconds streamTimeout() const { return m_streamTimeout; }
    void setStreamTimeout(std::chrono::milliseconds limit) { m_streamTimeout = limit; }
    qsizetype bufferLimit() const { return m_bufferLimit; }
    void setBufferLimit(qsizetype limit);
    qsizetype availableRows() const { return m_rows ? m_rows->rowCount() : 0; }
    Result takeRows(qsizetype maximum);
    /// How often rows were taken.
    quint64 takes() const { return m_takes; }
    /// Whether rows wait in the server until some are taken.
    bool isBufferFull() const { return m_rows && m_rows->isFull(); }
    /// Lets it hold \a limit bytes of rows until rows are taken the next time. False if it does
    /// already.
    bool readAhead(qsizetype limit);

    const QueryProgress &progress() const { return m_progress; }
    using Results = QVarLengthArray<Result, 1>;
    const Results &results() const { return m_results; }

private:
    CommandTraits traits() const;
    bool mustNotPrepare() const;
    Attempt createTextExchange(const SessionContext &session);
    Attempt createStatementExchange(const SessionContext &session);
    std::optional<Error> checkFeatures(const SessionState &session) const;
    std::variant<Parameters, Error> parametersToSend();
    std::variant<Protocol::ResultExchange::Options, Error>
    exchangeOptions(const SessionContext &session);
    std::variant<Protocol::ByteSourcePointer, Error> sourceOf(QIODevice *device);
    bool readsDevice() const;

    Parameters m_parameters;
    Limits m_limits;
    bool m_usesResponseTimeout = false;
    bool m_idempotent = false;
    bool m_preparesParameters = false;
    std::optional<bool> m_prepared;
    /// The server has said that this statement cannot be prepared.
    bool m_isUnpreparable = false;
    QVariantMap m_attributes;
    QPointer<QIODevice> m_localInfile;
    /// Also when the device was deleted since.
    bool m_hasLocalInfile = false;
    struct DeviceUse
    {
        /// Where it stood when it was to be read first.
        qint64 start = 0;
        /// For the last attempt.
        std::shared_ptr<DeviceSource::Reading> reading;
    };
    QHash<QIODevice *, DeviceUse> m_devices;

    bool m_streaming = false;
    std::chrono::milliseconds m_streamTimeout{0};
    qsizetype m_bufferLimit = 1024 * 1024;
    std::shared_ptr<Values::RowBuffer> m_rows;
    bool m_rowsHandedOut = false;
    quint64 m_takes = 0;

    bool m_sendsLongValues = false;

    QueryProgress m_progress;
    /// Most statements have one.
    Results m_results;
};

} // namespace AsyncMySql
