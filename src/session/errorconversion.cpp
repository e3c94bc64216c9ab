// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "errorconversion.h"

#include "servererrors.h"

namespace AsyncMySql {

using namespace Qt::StringLiterals;

namespace {

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
    case Kind::None: // an orderly end that was not asked for
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
    case FailureCode::AnswerMissing:
        return Error::AuthenticationFailed;
    case FailureCode::AnswerRefused:
        return Error::AuthenticationCancelled;
    case FailureCode::ServerNotVerified:
        return Error::ServerNotVerified;
    case FailureCode::LocalInfileRefused:
        return Error::LocalInfileRefused;
    case FailureCode::ResultTooLarge:
        return Error::ResultTooLarge;
    case FailureCode::SourceFailed:
        return Error::DeviceFailed;
    case FailureCode::InvalidParameter:
        return Error::InvalidParameter;
    case FailureCode::PacketTooLarge:
        return Error::PacketTooLarge;
    case FailureCode::NotSupported:
        return Error::NotSupported;
    case FailureCode::Stopped:
        return Error::Cancelled;
    }
    return Error::ProtocolError;
}

/// Error::PasswordExpired, with what can be done about it.
Error passwordExpired(const Protocol::Failure &failure, const QString &peer)
{
    Error error(Error::PasswordExpired,
                u"The password has expired. Nothing can be executed before it is changed by "
                "changePassword(), or by an administrator of the server: %1 (server %2)"_s.arg(
                    failure.message, peer));
    error.setServerError(failure.serverErrorNumber, QString::fromLatin1(failure.sqlState));
    return error;
}

} // namespace

/// A server that refuses a packet for its size closes the connection without reading the rest. What
/// it says before that is lost where the system drops received bytes with the connection.
Error errorFromTransport(const Transport::TransportError &failure, qsizetype unanswered)
{
    Error error(codeOf(failure.kind), failure.message);
    // No server has a smaller limit by default.
    constexpr qsizetype smallestLimit = 1024 * 1024;
    if (unanswered >= smallestLimit) {
        error.setMessage(u"%1. If the server's max_allowed_packet is less than the %2 bytes of the "
                         "command, the server has refused it"_s.arg(failure.message)
                             .arg(unanswered));
    }
    return error;
}

Error errorFromFailure(const Protocol::Failure &failure, const QString &peer)
{
    const QString message = u"%1 (server %2)"_s.arg(failure.message, peer);
    if (failure.code != Protocol::FailureCode::ServerError)
        return Error(codeOf(failure.code), message);
    if (isPasswordExpired(failure))
        return passwordExpired(failure, peer);
    using Trait = Protocol::ServerErrorTrait;
    const Protocol::ServerErrorTraits traits = Protocol::serverErrorTraits(failure.serverError());
    Error::Code code = Error::ServerError;
    if (traits.testFlag(Trait::Access))
        code = Error::AccessDenied;
    else if (traits.testFlag(Trait::Transient))
        code = Error::ServerUnavailable;
    Error error(code, message);
    error.setServerError(failure.serverErrorNumber, QString::fromLatin1(failure.sqlState));
    return error;
}

Error errorFromStatementFailure(const Protocol::Failure &failure, const QString &peer)
{
    if (failure.code != Protocol::FailureCode::ServerError)
        return errorFromFailure(failure, peer);
    if (isPasswordExpired(failure))
        return passwordExpired(failure, peer);
    Error error(Error::ServerError, failure.message);
    error.setServerError(failure.serverErrorNumber, QString::fromLatin1(failure.sqlState));
    return error;
}

bool isPasswordExpired(const Protocol::Failure &failure)
{
    return Protocol::serverErrorTraits(failure.serverError())
        .testFlag(Protocol::ServerErrorTrait::PasswordExpired);
}

bool endsSession(const Protocol::Failure &failure)
{
    using Trait = Protocol::ServerErrorTrait;
    return failure.code == Protocol::FailureCode::ServerError
           && Protocol::serverErrorTraits(failure.serverError()).testFlag(Trait::EndsSession);
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
        return false;
    }
}

} // namespace AsyncMySql
