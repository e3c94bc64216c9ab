// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "parameters.h"

#include "bytewriter.h"
#include "columninfo.h"
#include "numerictext.h"
#include "sessiontextencoding.h"

#include <QtCore/qendian.h>

#include <cstring>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

using namespace Qt::StringLiterals;

namespace AsyncMySql::Protocol {

using namespace ParameterValues;
using Values::FieldType;

namespace {

constexpr quint8 UnsignedFlag = 0x80;

template <FieldType Type, quint8 Flags = 0>
QByteArrayView typeBytes()
{
    static constexpr char Bytes[] = {static_cast<char>(Type), static_cast<char>(Flags)};
    return QByteArrayView(Bytes, sizeof Bytes);
}

template <quint8 Flags>
QByteArrayView integerType(quint8 size)
{
    switch (size) {
    case 1:
        return typeBytes<FieldType::TinyInt, Flags>();
    case 2:
        return typeBytes<FieldType::SmallInt, Flags>();
    case 4:
        return typeBytes<FieldType::Int, Flags>();
    default:
        return typeBytes<FieldType::BigInt, Flags>();
    }
}

struct TypeOf
{
    QByteArrayView operator()(const FormattingError &) const
    {
        return typeBytes<FieldType::Null>();
    }
    QByteArrayView operator()(Null) const { return typeBytes<FieldType::Null>(); }
    QByteArrayView operator()(Signed value) const { return integerType<0>(value.size); }
    QByteArrayView operator()(Unsigned value) const
    {
        return integerType<UnsignedFlag>(value.size);
    }
    QByteArrayView operator()(float) const { return typeBytes<FieldType::Float>(); }
    QByteArrayView operator()(double) const { return typeBytes<FieldType::Double>(); }
    // Also of JSON: MariaDB does not know that type of MySQL's.
    QByteArrayView operator()(const Text &) const { return typeBytes<FieldType::VarString>(); }
    QByteArrayView operator()(const Bytes &) const { return typeBytes<FieldType::Blob>(); }
    QByteArrayView operator()(QDate) const { return typeBytes<FieldType::Date>(); }
    QByteArrayView operator()(TimePoint) const { return typeBytes<FieldType::DateTime>(); }
    QByteArrayView operator()(Duration) const { return typeBytes<FieldType::Time>(); }
    QByteArrayView operator()(const ByteSourcePointer &) const
    {
        return typeBytes<FieldType::Blob>();
    }
    QByteArrayView operator()(DefaultValue) const { return typeBytes<FieldType::Null>(); }
};

/// Writes values as the servers document them under "Binary Protocol Value".
class ValueWriter
{
public:
    explicit ValueWriter(Wire::ByteWriter *writer)
        : m_writer(*writer)
    {
    }

    void operator()(const FormattingError &) {}
    void operator()(Null) {}
    void operator()(Signed value) { writeInteger(static_cast<quint64>(value.number), value.size); }
    void operator()(Unsigned value) { writeInteger(value.number, value.size); }
    void operator()(float number) { m_writer.writeUInt32(bitsOf<quint32>(number)); }
    void operator()(double number) { m_writer.writeUInt64(bitsOf<quint64>(number)); }
    void operator()(const Text &text) { m_writer.writeLengthEncodedBytes(text.utf8); }
    void operator()(const Bytes &value) { m_writer.writeLengthEncodedBytes(value.bytes); }
    void operator()(QDate date)
    {
        m_writer.writeUInt8(4);
        writeDate(date);
    }
    void operator()(TimePoint timePoint);
    void operator()(Duration duration);
    void operator()(const ByteSourcePointer &) {}
    void operator()(DefaultValue) {}

private:
    template <typename Integer, typename Number>
    static Integer bitsOf(Number number)
    {
        static_assert(sizeof(Integer) == sizeof(Number));
        Integer bits;
        std::memcpy(&bits, &number, sizeof bits);
        return bits;
    }

    void writeInteger(quint64 number, quint8 size)
    {
        const quint64 bytes = qToLittleEndian(number);
        m_writer.writeBytes(QByteArrayView(reinterpret_cast<const char *>(&bytes), size));
    }

    void writeDate(QDate date)
    {
        m_writer.writeUInt16(static_cast<quint16>(date.year()));
        m_writer.writeUInt8(static_cast<quint8>(date.month()));
        m_writer.writeUInt8(static_cast<quint8>(date.day()));
    }

    /// The rest behind the days. Not more hours than a day has.
    void writeTime(const std::chrono::hh_mm_ss<Duration> &time)
    {
        m_writer.writeUInt8(static_cast<quint8>(time.hours().count()));
        m_writer.writeUInt8(static_cast<quint8>(time.minutes().count()));
        m_writer.writeUInt8(static_cast<quint8>(time.seconds().count()));
        if (time.subseconds().count() != 0)
            m_writer.writeUInt32(static_cast<quint32>(time.subseconds().count()));
    }

    Wire::ByteWriter &m_writer;
};

void ValueWriter::operator()(TimePoint timePoint)
{
    const auto midnight = std::chrono::floor<std::chrono::days>(timePoint);
    const std::chrono::hh_mm_ss<Duration> time(timePoint - midnight);
    m_writer.writeUInt8(time.subseconds().count() != 0 ? 11 : 7);
    writeDate(QDate(1970, 1, 1).addDays(midnight.time_since_epoch().count()));
    writeTime(time);
}

void ValueWriter::operator()(Duration duration)
{
    if (duration == Duration::zero()) {
        m_writer.writeUInt8(0);
        return;
    }
    const Duration length = std::chrono::abs(duration);
    const auto days = std::chrono::floor<std::chrono::days>(length);
    const std::chrono::hh_mm_ss<Duration> time(length - days);
    m_writer.writeUInt8(time.subseconds().count() != 0 ? 12 : 8);
    m_writer.writeUInt8(duration < Duration::zero() ? 1 : 0);
    m_writer.writeUInt32(static_cast<quint32>(days.count()));
    writeTime(time);
}

/// Collects parameters one by one.
class ParameterEncoder
{
public:
    ParameterEncoder(qsizetype count, const SqlDialect &dialect, qsizetype longSize,
                     const QByteArray &usualTypes = {})
        : m_encoding(dialect)
        , m_longSize(longSize)
    {
        m_encoded.nullBitmap = noNulls((count + 7) / 8);
        if (usualTypes.size() == 2 * count)
            m_encoded.types = usualTypes;
        else
            m_encoded.types.reserve(2 * count);
    }

    std::optional<FormattingError> append(const QVariant &variant)
    {
        const ParameterValue value = m_encoding.valueOf(variant);
        if (const auto *error = std::get_if<FormattingError>(&value))
            return *error;
        if (std::holds_alternative<DefaultValue>(value)) {
            return FormattingError{
                u"the default of a column can only be sent in a batch, to MariaDB"_s};
        }
        const int index = m_encoded.count++;
        recordType(index, parameterType(value));
        recordNumericText(index, value);
        if (std::holds_alternative<Null>(value)) {
            char &byte = m_encoded.nullBitmap.data()[index / 8];
            byte = static_cast<char>(byte | 1 << (index % 8));
        } else if (auto longParameter = toLongParameter(index, value)) {
            m_encoded.longParameters.push_back(std::move(*longParameter));
        } else {
            writeParameterValue(&m_values, value);
        }
        return {};
    }

    QByteArray &types() { return m_encoded.types; }

    EncodedParameters take()
    {
        m_encoded.values = m_values.take();
        if (!m_numericTexts.empty()) {
            m_encoded.typesWithNumericTexts = m_encoded.types;
            char *types = m_encoded.typesWithNumericTexts.data();
            for (const auto &[index, kind] : m_numericTexts)
                types[2 * index + 1] = static_cast<char>(types[2 * index + 1] | int(kind));
        }
        return std::move(m_encoded);
    }

private:
    /// Memory is taken for it when it is written to.
    static QByteArray noNulls(qsizetype size)
    {
        static constexpr char zeros[16] = {};
        return size <= qsizetype(sizeof zeros) ? QByteArray::fromRawData(zeros, size)
                                               : QByteArray(size, '\0');
    }

    void recordType(int index, QByteArrayView type)
    {
        const qsizetype offset = 2 * qsizetype(index);
        if (QByteArrayView(m_encoded.types).sliced(offset).startsWith(type))
            return;
        // Not the usual ones, from here on.
        m_encoded.types.truncate(offset);
        m_encoded.types.append(type);
    }

    void recordNumericText(int index, const ParameterValue &value)
    {
        const auto *text = std::get_if<Text>(&value);
        const auto *bytes = std::get_if<Bytes>(&value);
        if (!text && !bytes)
            return;
        const NumericText kind = numericText(text ? text->utf8 : bytes->bytes);
        if (kind != NumericText::IntegerOrNone)
            m_numericTexts.emplace_back(index, kind);
    }

    std::optional<LongParameter> toLongParameter(int index, const ParameterValue &value) const
    {
        if (const auto *source = std::get_if<ByteSourcePointer>(&value))
            return LongParameter{index, *source, {}};
        const auto *text = std::get_if<Text>(&value);
        const auto *bytes = std::get_if<Bytes>(&value);
        const QByteArray *content = text ? &text->utf8 : bytes ? &bytes->bytes : nullptr;
        if (!content || content->size() <= m_longSize)
            return {};
        return LongParameter{index, {}, *content};
    }

    EncodedParameters m_encoded;
    Wire::ByteWriter m_values;
    std::vector<std::pair<int, NumericText>> m_numericTexts;
    SessionTextEncoding m_encoding;
    qsizetype m_longSize;
};

} // namespace

ParameterEncoding encodeParameters(const QVariantList &values, const SqlDialect &dialect,
                                   qsizetype longSize, const QByteArray &usualTypes)
{
    ParameterEncoder encoder(values.size(), dialect, longSize, usualTypes);
    for (qsizetype i = 0; i < values.size(); ++i) {
        if (const auto error = encoder.append(values[i]))
            return FormattingError{u"parameter %1: %2"_s.arg(i + 1).arg(error->message)};
    }
    return encoder.take();
}

std::variant<QueryAttributes, FormattingError> encodeQueryAttributes(const QVariantMap &attributes,
                                                                     const SqlDialect &dialect)
{
    const CharacterSetSafety characterSet = characterSetSafety(dialect.characterSet);
    QueryAttributes result;
    ParameterEncoder encoder(attributes.size(), dialect, std::numeric_limits<qsizetype>::max());
    for (auto it = attributes.cbegin(); it != attributes.cend(); ++it) {
        const ParameterValue name = parameterValue(u""_s + it.key(), characterSet);
        if (const auto *error = std::get_if<FormattingError>(&name))
            return FormattingError{u"the name of a query attribute: "_s + error->message};
        const auto refuse = [&](const QString &why) {
            return FormattingError{u"the query attribute \"%1\": %2"_s.arg(it.key(), why)};
        };
        if (it.value().metaType() == QMetaType::fromType<ByteSourcePointer>())
            return refuse(u"a device can only be a value of a statement"_s);
        if (const auto error = encoder.append(it.value()))
            return refuse(error->message);
        QByteArray &types = encoder.types();
        if (types.endsWith(typeBytes<FieldType::VarString>()))
            types.replace(types.size() - 2, 2, typeBytes<FieldType::String>());
        result.names.append(std::get<Text>(name).utf8);
    }
    result.parameters = encoder.take();
    return result;
}

void writeNamedTypes(Wire::ByteWriter *writer, const EncodedParameters &parameters,
                     const QByteArrayList &names)
{
    Q_ASSERT(names.isEmpty() || names.size() == parameters.count);
    for (qsizetype i = 0; i < parameters.count; ++i) {
        writer->writeBytes(QByteArrayView(parameters.types).sliced(2 * i, 2));
        writer->writeLengthEncodedBytes(names.isEmpty() ? QByteArrayView() : names[i]);
    }
}

QByteArrayView parameterType(const ParameterValue &value)
{
    return std::visit(TypeOf(), value);
}

void writeParameterValue(Wire::ByteWriter *writer, const ParameterValue &value)
{
    std::visit(ValueWriter(writer), value);
}

} // namespace AsyncMySql::Protocol
