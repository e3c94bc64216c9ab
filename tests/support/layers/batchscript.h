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
class BatchScript
{
public:
    BatchScript(const QList<QVariantList> &rows, Capabilities capabilities,
                BatchExchange::Settings settings = {})
        : BatchScript(preparedHandle(static_cast<int>(rows.front().size())), rows, capabilities,
                      settings)
    {
    }

    BatchScript(const StatementHandlePointer &statement, const QList<QVariantList> &rows,
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

inline QByteArray bigIntColumn(const QByteArray &name, Capabilities capabilities)
{
    QByteArray packet = columnPacket(name, capabilities);
    packet[packet.size() - 6] = 8;    // type
    packet[packet.size() - 5] = 0x20; // unsigned
    return packet;
}

/// What the bulk command is answered by where unit results were agreed: pairs of id and affected
/// rows.
inline QByteArrayList unitResultPackets(const QList<std::pair<quint64, quint64>> &rows,
                                        Capabilities capabilities, quint16 warnings = 0)
{
    QByteArrayList packets{columnCountPacket(capabilities, 2), bigIntColumn("Id", capabilities),
                           bigIntColumn("Affected_rows", capabilities)};
    if (!(capabilities & Capability::DeprecateEof))
        packets.append(eofPacketOf(2));
    for (const auto &[id, affectedRows] : rows)
        packets.append(QByteArray(2, '\0') + littleEndian(id, 8) + littleEndian(affectedRows, 8));
    packets.append(capabilities & Capability::DeprecateEof ? okPacketOf(2, warnings, '\xFE')
                                                           : eofPacketOf(2, warnings));
    return packets;
}

inline QVariant defaultValue()
{
    return QVariant::fromValue(DefaultValue());
}

} // namespace AsyncMySql::Tests
