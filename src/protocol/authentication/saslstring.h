// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qbytearray.h>
#include <QtCore/qstring.h>

#include <optional>

namespace AsyncMySql::Protocol {

/// \a text in the one form that both sides of SASL compute with (SASLprep, RFC 4013), as UTF-8.
/// Nothing if it has characters that are not allowed in user names and passwords.
std::optional<QByteArray> saslPrepared(const QString &text);

} // namespace AsyncMySql::Protocol
