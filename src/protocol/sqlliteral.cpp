// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "sqlliteral.h"

#include "sqlcharacterset.h"

#include <QtCore/qdatetime.h>
#include <QtCore/qendian.h>
#include <QtCore/qjsonarray.h>
#include <QtCore/qjsondocument.h>
#include <QtCore/qjsonobject.h>
#include <QtCore/qjsonvalue.h>
#include <QtCore/qurl.h>
#include <QtCore/quuid.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>

using namespace Qt::StringLiterals;

namespace AsyncMySql::Protocol {

namespace {

using MaybeError = std::optional<FormattingError>;
using TimePoint = std::chrono::sys_time<std::chrono::microseconds>;

constexpr int MaximumYear = 9999;
constexpr std::chrono::microseconds MaximumTime
    = std::chrono::hours(839) - std::chrono::microseconds(1);

FormattingError refuse(const QString &message)
{
    return {message};
}

bool isAscii(QByteArrayView bytes)
{
    return std::all_of(bytes.begin(), bytes.end(),
                       [](char c) { return static_cast<uchar>(c) < 0x80; });
}

QByteArray twoDigits(qint64 number)
{
    return QByteArray::number(number).rightJustified(2, '0');
}

/// Nothing if \a microseconds are 0, so that columns without a fraction get none.
QByteArray fraction(qint64 microseconds)
{
    if (microseconds == 0)
        return {};
    if (microseconds % 1000 == 0)
        return '.' + QByteArray::number(microseconds / 1000).rightJustified(3, '0');
    return '.' + QByteArray::number(microseconds).rightJustified(6, '0');
}

/// Writes one value. The functions answer with the error, if there is one.
class LiteralWriter
{
public:
    LiteralWriter(QByteArray *sql, const SqlDialect &dialect, LiteralContext context)
        : m_sql(*sql)
        , m_noBackslashEscapes(dialect.noBackslashEscapes)
        , m_asciiOnly(characterSetSafety(dialect.characterSet) != CharacterSetSafety::Utf8)
        , m_context(context)
    {
    }

    MaybeError write(const QVariant &value);

private:
    MaybeError writeText(QStringView text);
    MaybeError writeUtf8(QByteArrayView text);
    void writeBytes(QByteArrayView bytes);
    MaybeError writeDouble(double number);
    MaybeError writeDate(QDate date);
    MaybeError writeTime(QTime time);
    MaybeError writeDateTime(const QDateTime &dateTime);
    MaybeError writeTimePoint(TimePoint timePoint);
    MaybeError writeJson(const QJsonValue &value);
    MaybeError writeSet(const QStringList &members);
    MaybeError writeVector(const QList<float> &numbers);
    MaybeError writeOther(const QVariant &value);
    void writeDuration(std::chrono::microseconds duration);
    template <typename Duration>
    bool writeIfDuration(const QVariant &value, MaybeError *error);

    QByteArray &m_sql;
    bool m_noBackslashEscapes;
    bool m_asciiOnly;
    LiteralContext m_context;
};

/// A null QString or QByteArray is NULL, as in QtSql; QVariant itself does not look into its value.
bool isNull(const QVariant &value)
{
    switch (value.typeId()) {
    case QMetaType::QString:
        return static_cast<const QString *>(value.constData())->isNull();
    case QMetaType::QByteArray:
        return static_cast<const QByteArray *>(value.constData())->isNull();
    default:
        return value.isNull();
    }
}

MaybeError LiteralWriter::write(const QVariant &value)
{
    if (isNull(value)) {
        m_sql += "NULL";
        return {};
    }
    switch (value.typeId()) {
    case QMetaType::Bool:
        m_sql += value.toBool() ? '1' : '0';
        return {};
    case QMetaType::Char:
    case QMetaType::SChar:
    case QMetaType::Short:
    case QMetaType::Int:
    case QMetaType::Long:
    case QMetaType::LongLong:
        m_sql += QByteArray::number(value.toLongLong());
        return {};
    case QMetaType::UChar:
    case QMetaType::UShort:
    case QMetaType::UInt:
    case QMetaType::ULong:
    case QMetaType::ULongLong:
        m_sql += QByteArray::number(value.toULongLong());
        return {};
    case QMetaType::Float:
    case QMetaType::Double:
        return writeDouble(value.toDouble());
    case QMetaType::QString:
        return writeText(*static_cast<const QString *>(value.constData()));
    case QMetaType::QChar: {
        const QChar character = value.toChar();
        return writeText(QStringView(&character, 1));
    }
    case QMetaType::QByteArray:
        writeBytes(*static_cast<const QByteArray *>(value.constData()));
        return {};
    case QMetaType::QDate:
        return writeDate(value.toDate());
    case QMetaType::QTime:
        return writeTime(value.toTime());
    case QMetaType::QDateTime:
        return writeDateTime(value.toDateTime());
    case QMetaType::QJsonValue:
        return writeJson(value.toJsonValue());
    case QMetaType::QJsonObject:
        return writeJson(value.toJsonObject());
    case QMetaType::QJsonArray:
        return writeJson(value.toJsonArray());
    case QMetaType::QJsonDocument: {
        const QJsonDocument document = value.toJsonDocument();
        return writeJson(document.isArray()    ? QJsonValue(document.array())
                         : document.isObject() ? QJsonValue(document.object())
                                               : QJsonValue());
    }
    case QMetaType::QUuid:
        return writeUtf8(value.toUuid().toByteArray(QUuid::WithoutBraces));
    case QMetaType::QUrl:
        return writeUtf8(value.toUrl().toEncoded());
    case QMetaType::QStringList:
        return writeSet(value.toStringList());
    default:
        return writeOther(value);
    }
}

MaybeError LiteralWriter::writeText(QStringView text)
{
    if (!text.isValidUtf16())
        return refuse(u"the text has half of a surrogate pair, which UTF-8 cannot hold"_s);
    return writeUtf8(text.toUtf8());
}

MaybeError LiteralWriter::writeUtf8(QByteArrayView text)
{
    if (m_asciiOnly && !isAscii(text)) {
        return refuse(u"the session's character_set_client is not utf8mb4, so that text outside of "
                      "ASCII cannot be written"_s);
    }
    if (m_context == LiteralContext::ExecutableComment) {
        m_sql += m_asciiOnly ? "_ascii " : "_utf8mb4 ";
        writeBytes(text);
        return {};
    }
    m_sql.reserve(m_sql.size() + text.size() + 2);
    m_sql += '\'';
    for (const char c : text) {
        // A doubled quote, unlike \', means the same in both modes. A NUL may stay where
        // backslashes escape nothing (MySQL: mysql_real_escape_string_quote()).
        if (c == '\'')
            m_sql += "''";
        else if (c == '\\' && !m_noBackslashEscapes)
            m_sql += "\\\\";
        else if (c == '\0' && !m_noBackslashEscapes)
            m_sql += "\\0";
        else
            m_sql += c;
    }
    m_sql += '\'';
    return {};
}

void LiteralWriter::writeBytes(QByteArrayView bytes)
{
    constexpr char Digits[] = "0123456789ABCDEF";
    m_sql.reserve(m_sql.size() + 2 * bytes.size() + 3);
    m_sql += "X'";
    for (const char c : bytes) {
        m_sql += Digits[static_cast<uchar>(c) >> 4];
        m_sql += Digits[static_cast<uchar>(c) & 0x0F];
    }
    m_sql += '\'';
}

MaybeError LiteralWriter::writeDouble(double number)
{
    if (!std::isfinite(number))
        return refuse(u"NaN and infinity have no place in SQL"_s);
    char digits[32];
    const auto end = std::to_chars(std::begin(digits), std::end(digits), number).ptr;
    const QByteArrayView text(digits, end - digits);
    m_sql.append(text);
    if (!text.contains('e'))
        m_sql += "e0";
    return {};
}

MaybeError LiteralWriter::writeDate(QDate date)
{
    if (!date.isValid())
        return refuse(u"the date is invalid; a null QVariant stands for NULL"_s);
    if (date.year() < 1 || date.year() > MaximumYear)
        return refuse(u"the year is outside of 1 to 9999"_s);
    m_sql += "DATE'" + date.toString(Qt::ISODate).toLatin1() + '\'';
    return {};
}

MaybeError LiteralWriter::writeTime(QTime time)
{
    if (!time.isValid())
        return refuse(u"the time is invalid; a null QVariant stands for NULL"_s);
    m_sql += "TIME'" + time.toString(time.msec() != 0 ? Qt::ISODateWithMs : Qt::ISODate).toLatin1()
             + '\'';
    return {};
}

MaybeError LiteralWriter::writeDateTime(const QDateTime &dateTime)
{
    if (!dateTime.isValid())
        return refuse(u"the date and time are invalid; a null QVariant stands for NULL"_s);
    return writeTimePoint(TimePoint(std::chrono::milliseconds(dateTime.toMSecsSinceEpoch())));
}

MaybeError LiteralWriter::writeTimePoint(TimePoint timePoint)
{
    const auto midnight = std::chrono::floor<std::chrono::days>(timePoint);
    const QDate date = QDate(1970, 1, 1).addDays(midnight.time_since_epoch().count());
    if (!date.isValid() || date.year() < 1 || date.year() > MaximumYear)
        return refuse(u"the year (in UTC) is outside of 1 to 9999"_s);
    const std::chrono::hh_mm_ss time(timePoint - midnight);
    m_sql += "TIMESTAMP'" + date.toString(Qt::ISODate).toLatin1() + ' '
             + twoDigits(time.hours().count()) + ':' + twoDigits(time.minutes().count()) + ':'
             + twoDigits(time.seconds().count()) + fraction(time.subseconds().count()) + '\'';
    return {};
}

MaybeError LiteralWriter::writeJson(const QJsonValue &value)
{
    if (value.isUndefined())
        return refuse(u"the JSON value is undefined"_s);
    if (value.isDouble() && !std::isfinite(value.toDouble()))
        return refuse(u"NaN and infinity have no place in JSON"_s);
    // QJsonDocument writes objects and arrays alone; a scalar is what stands between the brackets.
    const QByteArray array = QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact);
    return writeUtf8(QByteArrayView(array).sliced(1).chopped(1));
}

MaybeError LiteralWriter::writeSet(const QStringList &members)
{
    for (const QString &member : members) {
        if (member.contains(u','))
            return refuse(u"a member of a SET cannot have a comma"_s);
    }
    return writeText(members.join(u','));
}

MaybeError LiteralWriter::writeVector(const QList<float> &numbers)
{
    QByteArray bytes;
    bytes.reserve(numbers.size() * qsizetype(sizeof(float)));
    for (const float number : numbers) {
        if (!std::isfinite(number))
            return refuse(u"NaN and infinity have no place in a vector"_s);
        const float littleEndian = qToLittleEndian(number);
        bytes.append(reinterpret_cast<const char *>(&littleEndian), sizeof littleEndian);
    }
    writeBytes(bytes);
    return {};
}

MaybeError LiteralWriter::writeOther(const QVariant &value)
{
    using namespace std::chrono;

    if (value.metaType() == QMetaType::fromType<QList<float>>())
        return writeVector(value.value<QList<float>>());
    if (value.metaType() == QMetaType::fromType<TimePoint>())
        return writeTimePoint(value.value<TimePoint>());
    MaybeError error;
    if (writeIfDuration<nanoseconds>(value, &error) || writeIfDuration<microseconds>(value, &error)
        || writeIfDuration<milliseconds>(value, &error) || writeIfDuration<seconds>(value, &error)
        || writeIfDuration<minutes>(value, &error) || writeIfDuration<hours>(value, &error)) {
        return error;
    }
    return refuse(u"values of type %1 cannot be written as SQL"_s.arg(
        QString::fromUtf8(value.metaType().name())));
}

/// Whether \a value has this type: then it was written, or \a error says why not.
template <typename Duration>
bool LiteralWriter::writeIfDuration(const QVariant &value, MaybeError *error)
{
    using namespace std::chrono;

    if (value.metaType() != QMetaType::fromType<Duration>())
        return false;
    const auto duration = value.value<Duration>();
    // Compared before it is converted, which could overflow.
    if (duration >= hours(839) || duration <= -hours(839))
        *error = refuse(u"the duration is beyond 838:59:59.999999"_s);
    else if (duration_cast<microseconds>(duration) != duration)
        *error = refuse(u"the duration has a fraction of a microsecond"_s);
    else
        writeDuration(duration_cast<microseconds>(duration));
    return true;
}

void LiteralWriter::writeDuration(std::chrono::microseconds duration)
{
    Q_ASSERT(duration <= MaximumTime && duration >= -MaximumTime);
    const std::chrono::hh_mm_ss time(duration);
    m_sql += time.is_negative() ? "TIME'-" : "TIME'";
    m_sql += twoDigits(time.hours().count()) + ':' + twoDigits(time.minutes().count()) + ':'
             + twoDigits(time.seconds().count()) + fraction(time.subseconds().count()) + '\'';
}

FormattingError unsafeCharacterSet(const QByteArray &characterSet)
{
    return refuse(u"values cannot be written into SQL safely in the session's character_set_client "
                  "\"%1\"; use a prepared statement, or SET NAMES utf8mb4"_s.arg(
                      QString::fromLatin1(characterSet)));
}

} // namespace

std::optional<FormattingError> appendSqlLiteral(QByteArray *sql, const QVariant &value,
                                                const SqlDialect &dialect, LiteralContext context)
{
    if (characterSetSafety(dialect.characterSet) == CharacterSetSafety::Unsafe)
        return unsafeCharacterSet(dialect.characterSet);
    return LiteralWriter(sql, dialect, context).write(value);
}

FormattingResult sqlLiteral(const QVariant &value, const SqlDialect &dialect)
{
    QByteArray sql;
    if (const auto error = appendSqlLiteral(&sql, value, dialect))
        return *error;
    return sql;
}

FormattingResult quoteIdentifier(QStringView name, const SqlDialect &dialect)
{
    const CharacterSetSafety safety = characterSetSafety(dialect.characterSet);
    if (safety == CharacterSetSafety::Unsafe)
        return unsafeCharacterSet(dialect.characterSet);
    if (name.isEmpty())
        return refuse(u"an identifier cannot be empty"_s);
    if (name.contains(QChar::Null))
        return refuse(u"an identifier cannot have the character U+0000"_s);
    if (!name.isValidUtf16())
        return refuse(u"the identifier has half of a surrogate pair, which UTF-8 cannot hold"_s);
    const QByteArray utf8 = name.toUtf8();
    if (safety == CharacterSetSafety::AsciiOnly && !isAscii(utf8)) {
        return refuse(u"the session's character_set_client is not utf8mb4, so that an identifier "
                      "outside of ASCII cannot be written"_s);
    }
    return '`' + QByteArray(utf8).replace("`", "``") + '`';
}

} // namespace AsyncMySql::Protocol
