// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "capabilities.h"
#include "parameters.h"

#include <QtCore/qbytearray.h>
#include <QtCore/qlist.h>

namespace AsyncMySql::Protocol {

struct EncodedParameters;

/// The first byte of a command (MySQL: "Command Phase").
enum class CommandCode : quint8 {
    Quit = 0x01,
    InitDatabase = 0x02,
    Query = 0x03,
    Ping = 0x0E,
    StatementPrepare = 0x16,
    StatementExecute = 0x17,
    StatementSendLongData = 0x18,
    StatementClose = 0x19,
    StatementReset = 0x1A,
    ResetConnection = 0x1F,
    StatementBulkExecute = 0xFA, ///< MariaDB
};

QByteArray quitPayload();
QByteArray initDatabasePayload(QByteArrayView database);
/// What a statement without attributes is sent behind.
QByteArrayView queryHeader(Capabilities capabilities);
/// Puts \a attributes in front of \a sql, even if there are none, where \a capabilities has them.
/// Elsewhere there is no way to send them.
QByteArray queryPayload(QByteArrayView sql, Capabilities capabilities,
                        const QueryAttributes &attributes = {});
QByteArray pingPayload();
QByteArray resetConnectionPayload();

/// MariaDB: the statement that was prepared last in the session, in the place of its id.
inline constexpr quint32 LastPreparedStatement = 0xFFFFFFFF;

QByteArray stmtPreparePayload(QByteArrayView sql);
/// \a withTypes may be false only if the types are those sent last for the statement, and there are
/// no attributes. Those are left out where \a capabilities lacks them.
QByteArray stmtExecutePayload(quint32 statementId, const EncodedParameters &parameters,
                              const EncodedParameters &attributes,
                              const QList<QByteArray> &attributeNames, bool withTypes,
                              Capabilities capabilities);
/// A piece of a value, which the server appends to those that came before. There is no answer.
QByteArray stmtSendLongDataPayload(quint32 statementId, quint16 parameter, QByteArrayView bytes);
/// There is no answer.
QByteArray stmtClosePayload(quint32 statementId);
/// Forgets the long data that was sent.
QByteArray stmtResetPayload(quint32 statementId);
/// \a types are two bytes for each parameter, \a rows is what encodeBulkRows() makes. The server
/// answers with the results of each row where \a capabilities has that.
QByteArray stmtBulkExecutePayload(quint32 id, QByteArrayView types, QByteArrayView rows,
                                  Capabilities capabilities);

} // namespace AsyncMySql::Protocol
