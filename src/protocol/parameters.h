// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "bytesource.h"
#include "formattingerror.h"
#include "sqldialect.h"

#include <QtCore/qbytearray.h>
#include <QtCore/qvariant.h>

#include <memory>
#include <optional>
#include <variant>
#include <vector>

namespace AsyncMySql::Protocol {

/// A parameter that is read from somewhere while it is sent, as a QVariant holds it.
using ByteSourcePointer = std::shared_ptr<ByteSource>;

/// A value that is sent ahead of its execution, in pieces: from a source, or because it is long.
struct LongParameter
{
    int index = 0;
    /// Null where \a bytes are the value.
    ByteSourcePointer source;
    QByteArray bytes;
};

/// The parameters of one execution (or query attributes), encoded.
struct EncodedParameters
{
    int count = 0;
    /// One bit each, the first parameter in the lowest bit of the first byte.
    QByteArray nullBitmap;
    /// Two bytes each: the type, and 0x80 for an unsigned one.
    QByteArray types;
    /// Of those that are neither NULL nor long.
    QByteArray values;
    std::vector<LongParameter> longParameters;
};

using ParameterEncoding = std::variant<EncodedParameters, FormattingError>;

/// Encodes \a values for COM_STMT_EXECUTE. The same types are taken, and the same values refused,
/// as by appendSqlLiteral(), which says what each becomes; and a ByteSourcePointer, whose bytes are
/// a BLOB. Texts and byte arrays of more than \a longSize bytes become long parameters.
[[nodiscard]] ParameterEncoding encodeParameters(const QVariantList &values,
                                                 const SqlDialect &dialect, qsizetype longSize);

// The pieces of it, for rows of the bulk command.

/// The two bytes of the type that \a value is sent as; NULL has no type of its own.
[[nodiscard]] QByteArray parameterType(const QVariant &value);
[[nodiscard]] bool isNullParameter(const QVariant &value);
/// Appends the binary value of one that is neither NULL nor a ByteSourcePointer.
[[nodiscard]] std::optional<FormattingError>
appendBinaryValue(QByteArray *payload, const QVariant &value, const SqlDialect &dialect);

} // namespace AsyncMySql::Protocol

Q_DECLARE_METATYPE(AsyncMySql::Protocol::ByteSourcePointer)
