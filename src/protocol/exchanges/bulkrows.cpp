// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "bulkrows.h"

#include "bytewriter.h"
#include "columninfo.h"
#include "formattingerror.h"
#include "parameters.h"
#include "sessiontextencoding.h"

#include <algorithm>
#include <optional>
#include <vector>

using namespace Qt::StringLiterals;

namespace AsyncMySql::Protocol {

namespace {

/// Command, id and flags, which come before the types and rows.
constexpr qsizetype HeaderSize = 7;

/// MariaDB: "COM_STMT_BULK_EXECUTE", parameter indicator.
enum Indicator : quint8 { ValueFollows = 0, IsNull = 1, IsDefault = 2 };

enum class RowFit : quint8 { Fits, OtherTypes };

class BulkEncoder
{
public:
    BulkEncoder(int columns, const SqlDialect &dialect)
        : m_types(static_cast<size_t>(columns))
        , m_encoding(dialect)
    {
    }

    /// Unless the row fits it is written in part, and has to be the last one.
    std::variant<RowFit, FormattingError> append(const QVariantList &row)
    {
        for (qsizetype i = 0; i < row.size(); ++i) {
            const ParameterValue value = m_encoding.valueOf(row[i]);
            if (const auto *error = std::get_if<FormattingError>(&value))
                return FormattingError{u"parameter %1: %2"_s.arg(i + 1).arg(error->message)};
            if (std::holds_alternative<ByteSourcePointer>(value)) {
                return FormattingError{
                    u"parameter %1: a device cannot be a value of a batch"_s.arg(i + 1)};
            }
            if (std::holds_alternative<ParameterValues::Null>(value)) {
                m_writer.writeUInt8(IsNull);
            } else if (std::holds_alternative<DefaultValue>(value)) {
                m_writer.writeUInt8(IsDefault);
            } else {
                QByteArrayView &type = m_types[static_cast<size_t>(i)];
                if (type.isEmpty())
                    type = parameterType(value);
                else if (type != parameterType(value))
                    return RowFit::OtherTypes;
                m_writer.writeUInt8(ValueFollows);
                writeParameterValue(&m_writer, value);
            }
        }
        return RowFit::Fits;
    }

    qsizetype size() const { return m_writer.size(); }
    QByteArray takeBytes() { return m_writer.take(); }

    QByteArray types() const
    {
        // A column without a single value has no type; this one is known to every server.
        static constexpr char AnyType[] = {static_cast<char>(Values::FieldType::VarString), 0};
        QByteArray types;
        types.reserve(2 * qsizetype(m_types.size()));
        for (const QByteArrayView type : m_types)
            types.append(type.isEmpty() ? QByteArrayView(AnyType, sizeof AnyType) : type);
        return types;
    }

private:
    Wire::ByteWriter m_writer;
    std::vector<QByteArrayView> m_types;
    SessionTextEncoding m_encoding;
};

} // namespace

std::variant<BulkRows, Failure> encodeBulkRows(const QList<QVariantList> &rows, qsizetype first,
                                               int columns, const SqlDialect &dialect,
                                               const BulkLimits &limits)
{
    Q_ASSERT(first < rows.size() && columns > 0 && limits.rows > 0);
    BulkEncoder encoder(columns, dialect);
    const qsizetype sizeBeforeRows = HeaderSize + 2 * qsizetype(columns);
    BulkRows result;
    qsizetype end = 0;
    const qsizetype last = first + std::min(limits.rows, rows.size() - first);
    for (qsizetype row = first; row < last; ++row) {
        std::optional<Failure> error;
        if (rows[row].size() != columns) {
            error = rowOfOtherSize(row, rows[row].size(), columns);
        } else {
            const auto appended = encoder.append(rows[row]);
            if (const auto *refusal = std::get_if<FormattingError>(&appended))
                error = rowError(row, refusal->message);
            else if (std::get<RowFit>(appended) == RowFit::OtherTypes)
                break;
            else if (sizeBeforeRows + encoder.size() >= limits.packet)
                error = rowTooLong(row, limits.packet);
        }
        const bool isFirst = row == first;
        if (error && isFirst)
            return *error;
        if (error || (!isFirst && sizeBeforeRows + encoder.size() > limits.wanted))
            break;
        end = encoder.size();
        ++result.count;
    }
    result.types = encoder.types();
    result.bytes = encoder.takeBytes();
    result.bytes.truncate(end);
    return result;
}

Failure rowError(qsizetype row, const QString &message, FailureCode code)
{
    return {code, u"row %1, %2"_s.arg(row + 1).arg(message), 0, {}};
}

Failure rowOfOtherSize(qsizetype row, qsizetype values, int columns)
{
    return rowError(
        row,
        u"the statement has %1 placeholders, and there are %2 values"_s.arg(columns).arg(values));
}

Failure rowTooLong(qsizetype row, qsizetype packetLimit)
{
    return rowError(row,
                    u"its values do not fit into a packet of less than %1 bytes "
                    "(the server's max_allowed_packet, or maximumPacketSize)"_s.arg(packetLimit),
                    FailureCode::PacketTooLarge);
}

} // namespace AsyncMySql::Protocol
