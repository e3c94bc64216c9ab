// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "parameters.h"
#include "resultexchange.h"
#include "statementhandle.h"

#include <QtCore/qlist.h>

namespace AsyncMySql::Protocol {

/// One statement executed for many rows of parameters. With MariaDB's bulk command (COM_STMT_BULK_
/// EXECUTE) as many rows as fit go in one packet; elsewhere there is one COM_STMT_EXECUTE for each,
/// of which several are on their way at a time. After an error nothing more is sent.
class BatchExchange : public ResultExchange
{
public:
    struct Settings
    {
        SqlDialect dialect;
        Capabilities capabilities = 0;
        bool isMariaDb = false;
        /// Of one packet, in bytes: the smaller one of ours and the server's.
        qsizetype maximumPacket = 16 * 1024 * 1024;
        /// How many executions may be on their way where there is no bulk command.
        int window = 64;
    };

    BatchExchange(StatementHandlePointer handle, QList<QVariantList> rows, const Settings &settings,
                  const Options &options);
    ~BatchExchange() override;

    std::optional<Output> nextOutput() override;
    bool isWritten() const override;
    Progress handlePacket(QByteArrayView payload, const Wire::ByteBlockPointer &block) override;

    /// Rows whose execution the server has confirmed, from the first one on.
    qsizetype confirmedRows() const;
    /// Rows that were given out to be sent.
    qsizetype sentRows() const;
    quint64 affectedRows() const;
    /// The ids that were generated, in the order of the rows; one for each confirmed row (0 where
    /// there was none), or empty if the server does not tell them one by one.
    QList<quint64> insertIds() const;
    int warningCount() const;
};

} // namespace AsyncMySql::Protocol
