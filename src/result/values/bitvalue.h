// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qglobal.h>

#include <optional>

namespace AsyncMySql::Values {

struct Value;

/// What a BIT is as a number. Of columns the servers send its bits, but of many expressions that
/// have the type (MAX() in MariaDB, COALESCE() in both) the digits of the number, in text and in
/// binary rows. Which of the two it is follows from
///
/// - the size, which bits have as many bytes of as their type takes;
/// - the range, as bits that look like digits mostly are more than a BIT(n) can be;
/// - and else the flag that MariaDB sets for expressions. For window functions it sends bits then,
///   and MySQL sends no such flag: there a BIT(n) of 6 to 8, 14 to 16, … bits can be taken for the
///   other.
///
/// MySQL takes the bits of some expressions (IF(), MAX() OVER ()) for characters of latin1, and
/// sends them in UTF-8.
[[nodiscard]] std::optional<quint64> readBits(const Value &value);

/// Whether the server has sent digits.
[[nodiscard]] bool hasDigitsOfBits(const Value &value);

} // namespace AsyncMySql::Values
