// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "batchexchange.h"
#include "exchangescript.h"
#include "parameters.h"

/// What tests of batches share.
namespace AsyncMySql::Tests {

using namespace Protocol;

inline constexpr Capabilities Plain = Capability::DeprecateEof;
inline constexpr Capabilities Bulk = Plain | Capability::MariaDbBulkOperations;
inline constexpr Capabilities UnitResults = Bulk | Capability::MariaDbBulkUnitResults;

inline StatementHandlePointer preparedHandle(int parameters)
{
    auto handle = std::make_shared<StatementHandle>();
    handle->sql = "INSERT INTO t VALUES (?)";
    handle->state = StatementHandle::State::Prepared;
    handle->id = 7;
    handle->parameterCount = static_cast<quint16>(parameters);
    return handle;
}

/// An exchange with a session that sends what it gives.
class Batch
{
public:
    Batch(const QList<QVariantList> &rows, Capabilities capabilities,
          BatchExchange::Settings settings = {})
        : Batch(preparedHandle(static_cast<int>(rows.front().size())), rows, capabilities, settings)
    {
    }

    Batch(const StatementHandlePointer &statement, const QList<QVariantList> &rows,
          Capabilities capabilities, BatchExchange::Settings settings = {})
        : handle(statement)
        , exchange(statement, rows, withCapabilities(settings, capabilities), {})
        , reader(&exchange)
    {
    }

    StatementHandlePointer handle;
    BatchExchange exchange;
    ExchangeReader reader;

private:
    static BatchExchange::Settings withCapabilities(BatchExchange::Settings settings,
                                                    Capabilities capabilities)
    {
        settings.capabilities = capabilities;
        settings.isMariaDb = capabilities & Capability::MariaDbBulkOperations;
        return settings;
    }
};

/// With one integer each, counted from 1.
inline QList<QVariantList> numberedRows(int count)
{
    QList<QVariantList> rows;
    for (int i = 1; i <= count; ++i)
        rows.append(QVariantList{i});
    return rows;
}

inline QByteArray okWith(quint8 affectedRows, quint8 lastInsertId, quint16 warnings = 0)
{
    return '\0' + littleEndian(affectedRows, 1) + littleEndian(lastInsertId, 1) + littleEndian(2, 2)
           + littleEndian(warnings, 2);
}

inline QVariant defaultValue()
{
    return QVariant::fromValue(DefaultValue());
}

} // namespace AsyncMySql::Tests
