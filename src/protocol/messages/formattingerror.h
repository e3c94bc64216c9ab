// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qbytearray.h>
#include <QtCore/qstring.h>

#include <variant>

namespace AsyncMySql::Protocol {

/// Why values could not be written into a statement (Error::InvalidParameter). Nothing was sent.
struct FormattingError
{
    /// For people, with the parameter it is about, and without its value.
    QString message;
};

/// SQL in UTF-8, or why there is none.
using FormattingResult = std::variant<QByteArray, FormattingError>;

} // namespace AsyncMySql::Protocol
