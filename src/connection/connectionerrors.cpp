// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "connectionerrors.h"

#include <algorithm>
#include <array>

namespace AsyncMySql {

using namespace Qt::StringLiterals;

namespace {

/// Server errors which a later connect may not meet: names as in MySQL's and MariaDB's error
/// references.
constexpr std::array TransientServerErrors = {
    1040, // ER_CON_COUNT_ERROR: too many connections
    1041, // ER_OUT_OF_RESOURCES
    1047, // ER_UNKNOWN_COM_ERROR: Galera's "not yet prepared node for application use"
    1053, // ER_SERVER_SHUTDOWN
    1079, // ER_SHUTDOWN_COMPLETE
    1158, // ER_NET_READ_ERROR
    1159, // ER_NET_READ_INTERRUPTED
    1160, // ER_NET_ERROR_ON_WRITE
    1161, // ER_NET_WRITE_INTERRUPTED
    1203, // ER_TOO_MANY_USER_CONNECTIONS
    1205, // ER_LOCK_WAIT_TIMEOUT, of a setup statement
    1226, // ER_USER_LIMIT_REACHED: limits per hour, or connections at once
    1927, // MariaDB: ER_CONNECTION_KILLED
    3032, // MySQL: ER_SERVER_OFFLINE_MODE
    3169, // MySQL: ER_SESSION_WAS_KILLED
    4031, // MySQL: ER_CLIENT_INTERACTION_TIMEOUT
};

/// All of them are transient, too: the next session may live.
constexpr std::array FatalServerErrors = {
    1053, // ER_SERVER_SHUTDOWN
    1079, // ER_SHUTDOWN_COMPLETE
    1927, // MariaDB: ER_CONNECTION_KILLED
    3169, // MySQL: ER_SESSION_WAS_KILLED
    4031, // MySQL: ER_CLIENT_INTERACTION_TIMEOUT
};

constexpr std::array AccessErrors = {
    1044, // ER_DBACCESS_DENIED_ERROR
    1045, // ER_ACCESS_DENIED_ERROR
    1130, // ER_HOST_NOT_PRIVILEGED
    1251, // ER_NOT_SUPPORTED_AUTH_MODE
    1698, // ER_ACCESS_DENIED_NO_PASSWORD_ERROR
    1820, // ER_MUST_CHANGE_PASSWORD
    1862, // ER_MUST_CHANGE_PASSWORD_LOGIN
    3118, // MySQL: ER_ACCOUNT_HAS_BEEN_LOCKED
    4151, // MariaDB: ER_ACCOUNT_HAS_BEEN_LOCKED
};

template <typename Numbers>
bool contains(const Numbers &numbers, int number)
{
    return std::find(numbers.begin(), numbers.end(), number) != numbers.end();
}

Error::Code codeOf(Transport::TransportError::Kind kind)
{
    using Kind = Transport::TransportError::Kind;
    switch (kind) {
    case Kind::Refused:
        return Error::ConnectionRefused;
    case Kind::HostNotFound:
        return Error::HostNotFound;
    case Kind::Unreachable:
        return Error::HostUnreachable;
    case Kind::TlsFailed:
        return Error::TlsFailed;
    case Kind::CertificateRejected:
        return Error::CertificateRejected;
    case Kind::None: // an orderly end, which nobody asked for
    case Kind::Closed:
    case Kind::Other:
        break;
    }
    return Error::ConnectionLost;
}

Error::Code codeOf(Protocol::FailureCode code)
{
    using Protocol::FailureCode;
    switch (code) {
    case FailureCode::None:
        return Error::NoError;
    case FailureCode::MalformedPacket:
    case FailureCode::UnexpectedPacket:
    case FailureCode::ClearBytesBeforeTls:
    case FailureCode::TooManyRounds:
        return Error::ProtocolError;
    case FailureCode::UnsupportedServer:
        return Error::UnsupportedServer;
    case FailureCode::ServerError:
        return Error::ServerError;
    case FailureCode::TlsNotOffered:
        return Error::TlsNotOffered;
    case FailureCode::PluginNotAllowed:
        return Error::AuthenticationPluginNotAllowed;
    case FailureCode::PluginNotSupported:
        return Error::AuthenticationPluginNotSupported;
    case FailureCode::ChannelNotSecure:
        return Error::ChannelNotSecure;
    case FailureCode::KeyDerivationTooExpensive:
    case FailureCode::PublicKeyInvalid:
    case FailureCode::PasswordTooLong:
        return Error::AuthenticationFailed;
    case FailureCode::ServerNotProven:
        return Error::ServerNotProven;
    case FailureCode::LocalInfileRefused:
        return Error::LocalInfileRefused;
    case FailureCode::ResultTooLarge:
        return Error::ResultTooLarge;
    case FailureCode::SourceFailed:
        return Error::DeviceFailed;
    case FailureCode::InvalidParameter:
        return Error::InvalidParameter;
    case FailureCode::NotSupported:
        return Error::NotSupported;
    }
    return Error::ProtocolError;
}

} // namespace

Error errorFromTransport(const Transport::TransportError &failure)
{
    return Error(codeOf(failure.kind), failure.message);
}

Error errorFromFailure(const Protocol::Failure &failure, const QString &peer)
{
    Error error(codeOf(failure.code), u"%1 (server %2)"_s.arg(failure.message, peer));
    if (failure.code == Protocol::FailureCode::ServerError) {
        const int number = failure.serverErrorNumber;
        Error::Code code = Error::ServerError;
        if (contains(AccessErrors, number))
            code = Error::AccessDenied;
        else if (contains(TransientServerErrors, number))
            code = Error::ServerUnavailable;
        error = Error(code, error.message());
        error.setServerError(number, QString::fromLatin1(failure.sqlState));
    }
    return error;
}

Error errorFromStatementFailure(const Protocol::Failure &failure, const QString &peer)
{
    if (failure.code != Protocol::FailureCode::ServerError)
        return errorFromFailure(failure, peer);
    Error error(Error::ServerError, failure.message);
    error.setServerError(failure.serverErrorNumber, QString::fromLatin1(failure.sqlState));
    return error;
}

bool endsSession(const Protocol::Failure &failure)
{
    return failure.code == Protocol::FailureCode::ServerError
           && contains(FatalServerErrors, failure.serverErrorNumber);
}

bool isTransientConnectError(const Error &error)
{
    switch (error.code()) {
    case Error::ConnectionRefused:
    case Error::HostNotFound:
    case Error::HostUnreachable:
    case Error::ConnectTimeout:
    case Error::ConnectionLost:
    case Error::ServerUnavailable:
        return true;
    default:
        return contains(TransientServerErrors, error.serverErrorNumber());
    }
}

} // namespace AsyncMySql
