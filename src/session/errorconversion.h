// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "protocolfailure.h"
#include "transport.h"

#include <AsyncMySql/error.h>

#include <QtCore/qglobal.h>

namespace AsyncMySql {

/// The boundary at which the failures of the lower layers become the public Error, once.
/// \a peer names the server in the message: "db.example.org:3306".
/// \a unanswered is the size of the largest command whose answer had not begun.
Error errorFromTransport(const Transport::TransportError &failure, qsizetype unanswered = 0);
Error errorFromFailure(const Protocol::Failure &failure, const QString &peer);

/// An answer to a statement: an ERR packet, or bytes that make no sense.
Error errorFromStatementFailure(const Protocol::Failure &failure, const QString &peer);

/// Whether the server says with this answer that it ends the session: the statement got lost with
/// it.
bool endsSession(const Protocol::Failure &failure);

/// Whether the server executes nothing before the password is changed.
bool isPasswordExpired(const Protocol::Failure &failure);

/// Whether connecting again may help without any other change: the server is away, starting,
/// shutting down or full. Wrong passwords, unknown databases and refused certificates stay wrong.
bool isTransientConnectError(const Error &error);

} // namespace AsyncMySql
