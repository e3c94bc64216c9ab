// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "servererrors.h"

#include <QtCore/qbytearray.h>
#include <QtCore/qstring.h>

namespace AsyncMySql::Protocol {

/// Why an exchange failed. The session layer makes the public Error of it, once.
enum class FailureCode : quint8 {
    None,
    MalformedPacket,           ///< bytes that the protocol does not allow, or that end too early
    UnexpectedPacket,          ///< a well-formed packet that has no place here
    UnsupportedServer,         ///< the server lacks what this client cannot do without
    ServerError,               ///< the server answered with an ERR packet
    TlsNotOffered,             ///< TLS is required, and the server does not offer it
    ClearBytesBeforeTls,       ///< bytes followed the greeting in clear: injected, or not MySQL
    PluginNotAllowed,          ///< the options do not allow the authentication plugin
    PluginNotSupported,        ///< unknown here, or built without the library it needs
    ChannelNotSecure,          ///< the plugin would send a secret over a channel that is not proven
    TooManyRounds,             ///< the server keeps asking
    KeyDerivationTooExpensive, ///< the server asks for more work than a client should do
    PublicKeyInvalid,          ///< the server's RSA key cannot be used
    PasswordTooLong,
    AnswerMissing,      ///< no provider can answer the server's question
    AnswerRefused,      ///< the provider did not answer it
    ServerNotVerified,  ///< the server did not prove its identity as the TLS mode demands
    LocalInfileRefused, ///< the server asked for a local file
    ResultTooLarge,     ///< the result passes the limit of the options
    SourceFailed,       ///< what was to be sent could not be read
    InvalidParameter,   ///< a value that was to be sent has no form on the wire
    PacketTooLarge,     ///< what was to be sent passes the limit of one packet
    NotSupported,       ///< the server lacks what the command needs
    Stopped,            ///< it was stopped before it was sent as a whole
};

struct Failure
{
    FailureCode code = FailureCode::None;
    /// For people, without a secret in it: what was expected, and what came.
    QString message;
    /// Of the ERR packet, where code is ServerError. 0 otherwise.
    quint16 serverErrorNumber = 0;
    QByteArray sqlState;
    /// Whose number that is.
    ServerFlavour flavour = ServerFlavour::Unknown;

    ServerErrorCode serverError() const { return {serverErrorNumber, flavour}; }
    explicit operator bool() const { return code != FailureCode::None; }
};

} // namespace AsyncMySql::Protocol
