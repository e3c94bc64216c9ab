// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "formattingerror.h"
#include "parametervalue.h"
#include "sqldialect.h"

#include <QtCore/qbytearraylist.h>
#include <QtCore/qvariant.h>

#include <variant>
#include <vector>

namespace AsyncMySql::Wire {
class ByteWriter;
}

namespace AsyncMySql::Protocol {

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
    /// The same with what MySQL finds in texts that are numbers (NumericText); empty if that is
    /// nothing new.
    QByteArray typesWithNumericTexts;
    /// Of those that are neither NULL nor long.
    QByteArray values;
    std::vector<LongParameter> longParameters;

    /// What a MySQL server remembers of the execution: two bytes for each parameter.
    const QByteArray &typeSignature() const
    {
        return typesWithNumericTexts.isEmpty() ? types : typesWithNumericTexts;
    }
};

using ParameterEncoding = std::variant<EncodedParameters, FormattingError>;

/// Encodes \a values for COM_STMT_EXECUTE, as parameterValue() takes them; but for a
/// DefaultValue, which is refused. The type depends on that of the QVariant alone, so that the
/// same code sends the same types every time: if they are \a usualTypes, that is shared. A
/// ByteSourcePointer, and texts and byte arrays of more than \a longSize bytes, become long
/// parameters.
[[nodiscard]] ParameterEncoding encodeParameters(const QVariantList &values,
                                                 const SqlDialect &dialect, qsizetype longSize,
                                                 const QByteArray &usualTypes = {});

struct QueryAttributes
{
    EncodedParameters parameters;
    /// As many, in UTF-8.
    QByteArrayList names;
};

/// Encodes \a attributes for COM_QUERY or COM_STMT_EXECUTE. There is no way to send a long value
/// or one from a ByteSource, so the latter is refused. Text has the type of CHAR, not VARCHAR: the
/// components of a server that look for an attribute expect it so.
[[nodiscard]] std::variant<QueryAttributes, FormattingError>
encodeQueryAttributes(const QVariantMap &attributes, const SqlDialect &dialect);

/// Writes the types of \a parameters, each followed by its name; without \a names, by an empty one.
void writeNamedTypes(Wire::ByteWriter *writer, const EncodedParameters &parameters,
                     const QByteArrayList &names = {});

// The pieces of it, for rows of the bulk command.

/// The two bytes of the type that \a value is sent as. NULL and DEFAULT have none.
[[nodiscard]] QByteArrayView parameterType(const ParameterValue &value);
/// Appends the binary value, which is nothing for NULL and DEFAULT. Not for a ByteSourcePointer.
void writeParameterValue(Wire::ByteWriter *writer, const ParameterValue &value);

} // namespace AsyncMySql::Protocol
