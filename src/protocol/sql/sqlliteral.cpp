// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "sqlliteral.h"

#include "asciicheck.h"
#include "parametervalue.h"
#include "sqlcharacterset.h"

#include <QtCore/qdatetime.h>

#include <charconv>
#include <chrono>

using namespace Qt::StringLiterals;

namespace AsyncMySql::Protocol {

namespace {

using MaybeError = std::optional<FormattingError>;

FormattingError reject(const QString &message)
{
    return {message};
}

/// What a backslash escapes, or has to be escaped by one.
bool hasEscapes(QByteArrayView text)
{
    return text.contains('\\') || text.contains('\0');
}

QByteArray twoDigits(qint64 number)
{
    return QByteArray::number(number).rightJustified(2, '0');
}

/// Nothing if \a microseconds are 0, so that columns without a fraction get none; else all digits,
/// which is what MariaDB makes of a binary parameter in a column of texts.
QByteArray fraction(qint64 microseconds)
{
    if (microseconds == 0)
        return {};
    return '.' + QByteArray::number(microseconds).rightJustified(6, '0');
}

template <typename Duration>
QByteArray timeOfDay(const std::chrono::hh_mm_ss<Duration> &time)
{
    return twoDigits(time.hours().count()) + ':' + twoDigits(time.minutes().count()) + ':'
           + twoDigits(time.seconds().count()) + fraction(time.subseconds().count());
}

/// Writes one value. The functions answer with the error, if there is one.
class LiteralWriter
{
public:
    LiteralWriter(QByteArray *sql, const SqlDialect &dialect, LiteralContext context)
        : m_sql(*sql)
        , m_noBackslashEscapes(dialect.noBackslashEscapes)
        , m_isUtf8mb4(dialect.characterSet == "utf8mb4")
        , m_characterSet(characterSetSafety(dialect.characterSet))
        , m_context(context)
    {
    }

    MaybeError operator()(const FormattingError &error) { return error; }
    MaybeError operator()(ParameterValues::Null) { return write("NULL"); }
    MaybeError operator()(ParameterValues::Signed value) { return writeNumber(value.number); }
    MaybeError operator()(ParameterValues::Unsigned value) { return writeNumber(value.number); }
    MaybeError operator()(float number) { return (*this)(double(number)); }
    MaybeError operator()(double number);
    MaybeError operator()(const ParameterValues::Text &text);
    MaybeError operator()(const ParameterValues::Bytes &value)
    {
        if (m_context == LiteralContext::InsertedValue)
            m_sql += "_binary ";
        return writeBytes(value.bytes);
    }
    MaybeError operator()(QDate date)
    {
        return write("DATE'" + date.toString(Qt::ISODate).toLatin1() + '\'');
    }
    MaybeError operator()(ParameterValues::TimePoint timePoint);
    MaybeError operator()(ParameterValues::Duration duration);
    MaybeError operator()(const ByteSourcePointer &)
    {
        return reject(u"a device can only be a value of a prepared statement"_s);
    }
    MaybeError operator()(DefaultValue)
    {
        return reject(u"the default of a column can only be a value of a batch"_s);
    }

private:
    MaybeError write(QByteArrayView literal)
    {
        m_sql.append(literal);
        return {};
    }
    template <typename Number>
    MaybeError writeNumber(Number number)
    {
        char digits[32];
        const auto end = std::to_chars(std::begin(digits), std::end(digits), number).ptr;
        return write(QByteArrayView(digits, end - digits));
    }
    MaybeError writeBytes(QByteArrayView bytes);
    MaybeError writeHexadecimal(QByteArrayView text);
    void writeQuoted(QByteArrayView text);
    MaybeError checkString(QByteArrayView text) const;

    QByteArray &m_sql;
    bool m_noBackslashEscapes;
    bool m_isUtf8mb4;
    CharacterSetSafety m_characterSet;
    LiteralContext m_context;
};

MaybeError LiteralWriter::operator()(const ParameterValues::Text &text)
{
    switch (m_context) {
    case LiteralContext::Expression:
    case LiteralContext::InsertedValue:
        if (hasEscapes(text.utf8) || (!m_isUtf8mb4 && !Values::isAscii(text.utf8))) {
            return writeHexadecimal(text.utf8);
        }
        break;
    case LiteralContext::LaterExpression:
        if (hasEscapes(text.utf8) || !Values::isAscii(text.utf8))
            return writeHexadecimal(text.utf8);
        break;
    case LiteralContext::ExecutableComment:
        return writeHexadecimal(text.utf8);
    case LiteralContext::String:
    case LiteralContext::LaterString:
        if (const MaybeError error = checkString(text.utf8))
            return error;
        break;
    }
    writeQuoted(text.utf8);
    return {};
}

/// Whether \a text can be written as a quoted string, at a place that takes no other one.
MaybeError LiteralWriter::checkString(QByteArrayView text) const
{
    const bool isLater = m_context == LiteralContext::LaterString;
    if (!Values::isAscii(text) && (isLater || m_characterSet != CharacterSetSafety::Utf8)) {
        return reject(u"text outside of ASCII cannot be written safely here, since the session's "
                      "character_set_client may not be utf8mb4"_s);
    }
    // With \\ for each, a server that takes them for two finds no end of the string too early.
    if (hasEscapes(text)
        && (isLater || m_noBackslashEscapes || m_characterSet == CharacterSetSafety::Unsafe)) {
        return reject(u"text with a backslash cannot be written safely here, since the session's "
                      "sql_mode may or may not have NO_BACKSLASH_ESCAPES"_s);
    }
    return {};
}

void LiteralWriter::writeQuoted(QByteArrayView text)
{
    m_sql.reserve(m_sql.size() + text.size() + 2);
    m_sql += '\'';
    for (const char c : text) {
        // A doubled quote, unlike \', means the same in both modes.
        if (c == '\'')
            m_sql += "''";
        else if (c == '\\')
            m_sql += "\\\\";
        else if (c == '\0')
            m_sql += "\\0";
        else
            m_sql += c;
    }
    m_sql += '\'';
}

MaybeError LiteralWriter::writeHexadecimal(QByteArrayView text)
{
    m_sql += "_utf8mb4 ";
    return writeBytes(text);
}

MaybeError LiteralWriter::writeBytes(QByteArrayView bytes)
{
    constexpr char Digits[] = "0123456789ABCDEF";
    m_sql.reserve(m_sql.size() + 2 * bytes.size() + 3);
    m_sql += "X'";
    for (const char c : bytes) {
        m_sql += Digits[static_cast<uchar>(c) >> 4];
        m_sql += Digits[static_cast<uchar>(c) & 0x0F];
    }
    m_sql += '\'';
    return {};
}

MaybeError LiteralWriter::operator()(double number)
{
    const qsizetype begin = m_sql.size();
    if (const MaybeError error = writeNumber(number))
        return error;
    if (!QByteArrayView(m_sql).sliced(begin).contains('e'))
        m_sql += "e0";
    return {};
}

MaybeError LiteralWriter::operator()(ParameterValues::TimePoint timePoint)
{
    const auto midnight = std::chrono::floor<std::chrono::days>(timePoint);
    const QDate date = QDate(1970, 1, 1).addDays(midnight.time_since_epoch().count());
    return write("TIMESTAMP'" + date.toString(Qt::ISODate).toLatin1() + ' '
                 + timeOfDay(std::chrono::hh_mm_ss(timePoint - midnight)) + '\'');
}

MaybeError LiteralWriter::operator()(ParameterValues::Duration duration)
{
    const std::chrono::hh_mm_ss time(duration);
    return write((time.is_negative() ? "TIME'-" : "TIME'") + timeOfDay(time) + '\'');
}

FormattingError unsafeCharacterSet(const QByteArray &characterSet)
{
    return reject(u"names cannot be written into SQL safely in the session's character_set_client "
                  "\"%1\"; use SET NAMES utf8mb4"_s.arg(QString::fromLatin1(characterSet)));
}

} // namespace

std::optional<FormattingError> appendSqlLiteral(QByteArray *sql, const QVariant &value,
                                                const SqlDialect &dialect, LiteralContext context)
{
    // What the session cannot be given as it is becomes hexadecimal.
    return appendSqlLiteral(sql,
                            parameterValue(value, CharacterSetSafety::Utf8, dialect.timeZone.get()),
                            dialect, context);
}

std::optional<FormattingError> appendSqlLiteral(QByteArray *sql, const ParameterValue &value,
                                                const SqlDialect &dialect, LiteralContext context)
{
    return std::visit(LiteralWriter(sql, dialect, context), value);
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
        return reject(u"an identifier cannot be empty"_s);
    if (name.contains(QChar::Null))
        return reject(u"an identifier cannot contain the character U+0000"_s);
    if (!name.isValidUtf16())
        return reject(
            u"the identifier contains an unpaired surrogate, which UTF-8 cannot encode"_s);
    const QByteArray utf8 = name.toUtf8();
    if (safety == CharacterSetSafety::AsciiOnly && !Values::isAscii(utf8)) {
        return reject(u"the session's character_set_client is not utf8mb4, so that an identifier "
                      "outside of ASCII cannot be written"_s);
    }
    return '`' + QByteArray(utf8).replace("`", "``") + '`';
}

QString quotedIdentifier(QString name)
{
    return u'`' + name.replace(u'`', "``"_L1) + u'`';
}

} // namespace AsyncMySql::Protocol
