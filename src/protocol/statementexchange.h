// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "parameters.h"
#include "resultexchange.h"
#include "statementhandle.h"

#include <QtCore/qlist.h>

namespace AsyncMySql::Protocol {

/// Prepares a statement (COM_STMT_PREPARE) unless its handle says that this was done, and executes
/// it (COM_STMT_EXECUTE) unless only the former is asked for.
///
/// On MariaDB both go in one write, the execution with the id that stands for "prepared last"; then
/// both answers are awaited whatever the first one says. Long values and those from a ByteSource
/// are sent ahead (COM_STMT_SEND_LONG_DATA), in pieces; that needs the id, so the answer to the
/// preparation is awaited first.
class StatementExchange : public ResultExchange
{
public:
    struct Execution
    {
        /// As many as the statement has placeholders.
        EncodedParameters parameters;
        /// Query attributes (MySQL); only where the capability was agreed.
        EncodedParameters attributes;
        QList<QByteArray> attributeNames;
    };

    /// Without \a execution, the statement is only prepared. \a isMariaDb tells whether the server
    /// knows the id of the last prepared statement.
    StatementExchange(StatementHandlePointer handle, std::optional<Execution> execution,
                      Capabilities capabilities, bool isMariaDb, const Options &options);
    ~StatementExchange() override;

    std::optional<Output> nextOutput() override;
    bool isWritten() const override;
    Progress handlePacket(QByteArrayView payload, const Wire::ByteBlockPointer &block) override;

    /// Whether the failure is that of the preparation: nothing was executed.
    bool failedToPrepare() const;
};

} // namespace AsyncMySql::Protocol
