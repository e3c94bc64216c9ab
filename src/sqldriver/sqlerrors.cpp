// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "sqlerrors.h"

#include <QtCore/qstring.h>

namespace AsyncMySql::Sql {

using namespace Qt::StringLiterals;

namespace {

/// The numbers of errors in the client library (MySQL: errmsg.h), on which programs decide whether
/// they connect again.
int clientErrorNumber(const Error &error)
{
    constexpr int UnknownError = 2000;
    constexpr int ConnectionHostError = 2003;
    constexpr int UnknownHost = 2005;
    constexpr int ServerGone = 2006;
    constexpr int OutOfMemory = 2008;
    constexpr int ServerLost = 2013;
    constexpr int PacketTooLarge = 2020;
    constexpr int TlsError = 2026;
    constexpr int MalformedPacket = 2027;
    constexpr int InvalidParameter = 2034;
    constexpr int NotImplemented = 2054;
    constexpr int PluginCannotLoad = 2059;
    constexpr int AuthenticationFailed = 2061;
    constexpr int QueryInterrupted = 1317;
    constexpr int StatementTimeout = 3024;

    switch (error.code()) {
    case Error::ConnectionRefused:
    case Error::HostUnreachable:
    case Error::ConnectTimeout:
    case Error::ServerUnavailable:
        return ConnectionHostError;
    case Error::HostNotFound:
        return UnknownHost;
    case Error::ConnectionLost:
    case Error::ConnectionClosed:
        return error.execution() == Error::Execution::NotSent ? ServerGone : ServerLost;
    case Error::TlsNotOffered:
    case Error::TlsFailed:
    case Error::CertificateRejected:
    case Error::ServerNotVerified:
        return TlsError;
    case Error::AuthenticationPluginNotAllowed:
    case Error::AuthenticationPluginNotSupported:
        return PluginCannotLoad;
    case Error::ChannelNotSecure:
    case Error::AuthenticationFailed:
        return AuthenticationFailed;
    case Error::ProtocolError:
        return MalformedPacket;
    case Error::UnsupportedServer:
    case Error::NotSupported:
        return NotImplemented;
    case Error::PacketTooLarge:
        return PacketTooLarge;
    case Error::ResultTooLarge:
        return OutOfMemory;
    case Error::Cancelled:
        return QueryInterrupted;
    case Error::QueueTimeout:
    case Error::QueryTimeout:
        return StatementTimeout;
    case Error::InvalidParameter:
        return InvalidParameter;
    default:
        return UnknownError;
    }
}

/// What a server says when it refuses a connection, as QMYSQL has it: without its name, which is
/// known to the program.
QString refusalOf(const Error &error)
{
    const QString message = error.message();
    const qsizetype name = message.lastIndexOf(" (server "_L1);
    return name > 0 && message.endsWith(u')') ? message.left(name) : message;
}

} // namespace

QSqlError sqlError(const QString &what, QSqlError::ErrorType type, const Error &error)
{
    const int number = error.serverErrorNumber();
    const bool isRefused = number > 0 && type == QSqlError::ConnectionError;
    return QSqlError("QMYSQL: "_L1 + what, isRefused ? refusalOf(error) : error.message(), type,
                     QString::number(number > 0 ? number : clientErrorNumber(error)));
}

} // namespace AsyncMySql::Sql
