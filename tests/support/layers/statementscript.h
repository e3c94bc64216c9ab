// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "exchangescript.h"
#include "statementexchange.h"

/// What tests of prepared statements share.
namespace AsyncMySql::Tests {

inline constexpr quint32 PreparedId = 7;

inline Protocol::StatementHandlePointer newStatement(const QByteArray &sql)
{
    const auto handle = std::make_shared<Protocol::StatementHandle>();
    handle->sql = sql;
    return handle;
}

inline Protocol::StatementHandlePointer preparedStatement(const QByteArray &sql,
                                                          quint16 parameterCount)
{
    const auto handle = newStatement(sql);
    handle->state = Protocol::StatementHandle::State::Prepared;
    handle->id = PreparedId;
    handle->parameterCount = parameterCount;
    return handle;
}

/// Values of more than 1000 bytes are long.
inline Protocol::StatementExchange::Execution executionWith(const QVariantList &values)
{
    return {std::get<Protocol::EncodedParameters>(Protocol::encodeParameters(values, {}, 1000)),
            {},
            {}};
}

} // namespace AsyncMySql::Tests
