// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "commandpayloads.h"

#include "bytewriter.h"
#include "parameters.h"

namespace AsyncMySql::Protocol {

namespace {

QByteArray commandAlone(CommandCode command)
{
    return QByteArray(1, static_cast<char>(command));
}

QByteArray statementCommand(CommandCode command, quint32 statementId)
{
    Wire::ByteWriter writer;
    writer.writeIntegers(quint8(command), statementId);
    return writer.take();
}

/// The bits of \a first, and behind them those of \a second.
QByteArray joinedBitmap(const EncodedParameters &first, const EncodedParameters &second)
{
    QByteArray joined = first.nullBitmap;
    joined.append((first.count + second.count + 7) / 8 - joined.size(), '\0');
    for (int i = 0; i < second.count; ++i) {
        const int position = first.count + i;
        const int bit = static_cast<uchar>(second.nullBitmap[i / 8]) >> i % 8 & 1;
        joined[position / 8] = static_cast<char>(joined[position / 8] | bit << position % 8);
    }
    return joined;
}

} // namespace

QByteArray quitPayload()
{
    return commandAlone(CommandCode::Quit);
}

QByteArray initDatabasePayload(QByteArrayView database)
{
    Wire::ByteWriter writer;
    writer.writeUInt8(quint8(CommandCode::InitDatabase));
    writer.writeBytes(database);
    return writer.take();
}

QByteArrayView queryHeader(Capabilities capabilities)
{
    // The command, with no attributes, in one set.
    static constexpr char header[] = {char(CommandCode::Query), 0, 1};
    return {header, capabilities & Capability::QueryAttributes ? 3 : 1};
}

QByteArray queryPayload(QByteArrayView sql, Capabilities capabilities,
                        const QueryAttributes &attributes)
{
    constexpr qsizetype headerSize = 3; // without attributes
    Wire::ByteWriter writer(headerSize + sql.size());
    writer.writeUInt8(quint8(CommandCode::Query));
    if (capabilities & Capability::QueryAttributes) {
        const EncodedParameters &parameters = attributes.parameters;
        writer.writeLengthEncodedInteger(static_cast<quint64>(parameters.count));
        writer.writeLengthEncodedInteger(1); // sets of them: always one, even of none
        if (parameters.count > 0) {
            writer.writeBytes(parameters.nullBitmap);
            writer.writeUInt8(1); // the types follow
            writeNamedTypes(&writer, parameters, attributes.names);
            writer.writeBytes(parameters.values);
        }
    }
    writer.writeBytes(sql);
    return writer.take();
}

QByteArray pingPayload()
{
    return commandAlone(CommandCode::Ping);
}

QByteArray resetConnectionPayload()
{
    return commandAlone(CommandCode::ResetConnection);
}

QByteArray stmtPreparePayload(QByteArrayView sql)
{
    Wire::ByteWriter writer(1 + sql.size());
    writer.writeUInt8(quint8(CommandCode::StatementPrepare));
    writer.writeBytes(sql);
    return writer.take();
}

// MySQL: "COM_STMT_EXECUTE". The server looks for a number of parameters where its own statement
// has some, or where the flag says so: with the flag both read the same.
QByteArray stmtExecutePayload(quint32 statementId, const EncodedParameters &parameters,
                              const EncodedParameters &attributes,
                              const QList<QByteArray> &attributeNames, bool withTypes,
                              Capabilities capabilities)
{
    constexpr quint8 noCursor = 0;
    constexpr quint8 parameterCountAvailable = 8;

    const bool hasNames = capabilities & Capability::QueryAttributes;
    const bool hasAttributes = hasNames && attributes.count > 0;
    const int count = parameters.count + (hasAttributes ? attributes.count : 0);
    Q_ASSERT(withTypes || !hasAttributes);
    Q_ASSERT(attributeNames.size() == attributes.count);

    constexpr qsizetype headerSize = 1 + 4 + 1 + 4 + 9 + 1; // with the largest count
    Wire::ByteWriter writer(headerSize + parameters.nullBitmap.size() + parameters.types.size()
                            + parameters.values.size());
    const quint8 flags = hasNames && count > 0 ? parameterCountAvailable : noCursor;
    constexpr quint32 iterations = 1;
    writer.writeIntegers(quint8(CommandCode::StatementExecute), statementId, flags, iterations);
    if (count == 0)
        return writer.take();

    if (hasNames)
        writer.writeLengthEncodedInteger(static_cast<quint64>(count));
    writer.writeBytes(hasAttributes ? joinedBitmap(parameters, attributes) : parameters.nullBitmap);
    writer.writeUInt8(withTypes ? 1 : 0);
    if (withTypes && hasNames)
        writeNamedTypes(&writer, parameters);
    else if (withTypes)
        writer.writeBytes(parameters.types);
    if (hasAttributes)
        writeNamedTypes(&writer, attributes, attributeNames);
    writer.writeBytes(parameters.values);
    if (hasAttributes)
        writer.writeBytes(attributes.values);
    return writer.take();
}

QByteArray stmtSendLongDataPayload(quint32 statementId, quint16 parameter, QByteArrayView bytes)
{
    constexpr qsizetype headerSize = 7;

    QByteArray command;
    command.reserve(headerSize + bytes.size());
    Wire::ByteWriter header;
    header.writeIntegers(quint8(CommandCode::StatementSendLongData), statementId, parameter);
    return command.append(header.payload()).append(bytes);
}

QByteArray stmtClosePayload(quint32 statementId)
{
    return statementCommand(CommandCode::StatementClose, statementId);
}

QByteArray stmtResetPayload(quint32 statementId)
{
    return statementCommand(CommandCode::StatementReset, statementId);
}

QByteArray stmtBulkExecutePayload(quint32 id, QByteArrayView types, QByteArrayView rows,
                                  Capabilities capabilities)
{
    constexpr quint16 UnitResults = 64;
    constexpr quint16 TypesFollow = 128;

    Wire::ByteWriter writer;
    writer.writeUInt8(quint8(CommandCode::StatementBulkExecute));
    writer.writeUInt32(id);
    writer.writeUInt16(capabilities & Capability::MariaDbBulkUnitResults ? TypesFollow | UnitResults
                                                                         : TypesFollow);
    writer.writeBytes(types);
    writer.writeBytes(rows);
    return writer.take();
}

} // namespace AsyncMySql::Protocol
