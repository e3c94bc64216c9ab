// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "commands.h"

#include "bytewriter.h"

namespace AsyncMySql::Protocol {

namespace {

QByteArray commandAlone(Command command)
{
    return QByteArray(1, static_cast<char>(command));
}

} // namespace

QByteArray quitCommand()
{
    return commandAlone(Command::Quit);
}

QByteArray initDatabaseCommand(QByteArrayView database)
{
    Wire::ByteWriter writer;
    writer.writeUInt8(quint8(Command::InitDatabase));
    writer.writeBytes(database);
    return writer.take();
}

QByteArray queryCommand(QByteArrayView sql, Capabilities capabilities)
{
    Wire::ByteWriter writer;
    writer.writeUInt8(quint8(Command::Query));
    if (capabilities & Capability::QueryAttributes) {
        writer.writeLengthEncodedInteger(0); // attributes
        writer.writeLengthEncodedInteger(1); // sets of them: always one, even of none
    }
    writer.writeBytes(sql);
    return writer.take();
}

QByteArray pingCommand()
{
    return commandAlone(Command::Ping);
}

QByteArray resetConnectionCommand()
{
    return commandAlone(Command::ResetConnection);
}

} // namespace AsyncMySql::Protocol
