// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "sqllexer.h"

#include "digits.h"

#include <array>

namespace AsyncMySql::Protocol {

namespace {

// Not the functions of <cctype>: they follow the locale, the servers do not.
constexpr bool isNameStart(int c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
}

constexpr bool isWordCharacter(int c)
{
    return isNameStart(c) || Values::isDigit(c) || c == '$';
}

constexpr bool isSpace(int c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/// What most characters of a statement are; the last two go on with a word.
enum class CharacterClass : quint8 { Other, Space, Digit, WordStart };

constexpr auto CharacterClasses = [] {
    std::array<CharacterClass, 256> classes{};
    for (int c = 0; c < 256; ++c) {
        CharacterClass &characterClass = classes[static_cast<size_t>(c)];
        if (isSpace(c))
            characterClass = CharacterClass::Space;
        else if (Values::isDigit(c))
            characterClass = CharacterClass::Digit;
        else if (isWordCharacter(c))
            characterClass = CharacterClass::WordStart;
    }
    return classes;
}();

inline CharacterClass classOf(char c)
{
    return CharacterClasses[static_cast<uchar>(c)];
}

/// Where the word that goes on at \a at ends.
inline const char *endOfWord(const char *at, const char *end)
{
    while (at != end && classOf(*at) >= CharacterClass::Digit)
        ++at;
    return at;
}

bool isControl(int c)
{
    return (c >= 0 && c < ' ') || c == 0x7F;
}

} // namespace

QString SqlToken::name() const
{
    if (kind != Kind::QuotedIdentifier)
        return QString::fromUtf8(text);
    const QByteArrayView inside = text.sliced(1);
    const QChar quote = QLatin1Char(text.front());
    return QString::fromUtf8(unterminated ? inside : inside.chopped(1))
        .replace(QString(2, quote), quote);
}

SqlLexer::SqlLexer(QByteArrayView sql, const SqlDialect &dialect)
    : m_sql(sql)
    , m_noBackslashEscapes(dialect.noBackslashEscapes)
    , m_ansiQuotes(dialect.ansiQuotes)
    , m_isMariaDb(dialect.isMariaDb)
    , m_serverVersion(dialect.serverVersion)
{
}

SqlToken SqlLexer::next()
{
    const char *const begin = m_sql.data();
    const char *const end = begin + m_sql.size();
    const char *at = begin + m_position;
    while (at != end && classOf(*at) == CharacterClass::Space)
        ++at;

    SqlToken token;
    token.offset = at - begin;
    token.inExecutableComment = m_inExecutableComment;
    m_position = token.offset;
    if (at == end) {
        token.unterminated = m_inExecutableComment;
        return token;
    }
    if (classOf(*at) == CharacterClass::WordStart) {
        token.kind = SqlToken::Kind::Word;
        token.text = QByteArrayView(at, endOfWord(at, end));
        m_position += token.text.size();
        return token;
    }
    m_unterminated = false;
    token.kind = scan();
    token.text = m_sql.sliced(token.offset, m_position - token.offset);
    token.unterminated = m_unterminated;
    return token;
}

SqlToken SqlLexer::nextCode()
{
    for (;;) {
        const SqlToken token = next();
        switch (token.kind) {
        case SqlToken::Kind::Comment:
        case SqlToken::Kind::ExecutableCommentBegin:
        case SqlToken::Kind::ExecutableCommentEnd:
            continue;
        default:
            return token;
        }
    }
}

/// -1 behind the end.
int SqlLexer::peek(qsizetype ahead) const
{
    const qsizetype at = m_position + ahead;
    return at < m_sql.size() ? static_cast<uchar>(m_sql[at]) : -1;
}

SqlToken::Kind SqlLexer::scan()
{
    const int c = peek();
    switch (c) {
    case '\'':
        scanQuoted('\'', !m_noBackslashEscapes);
        return SqlToken::Kind::String;
    case '"':
        // A quoted identifier knows no escapes, whatever the SQL mode (sql/sql_lex.cc of both
        // servers).
        scanQuoted('"', !m_noBackslashEscapes && !m_ansiQuotes);
        return m_ansiQuotes ? SqlToken::Kind::QuotedIdentifier : SqlToken::Kind::String;
    case '`':
        scanQuoted('`', false);
        return SqlToken::Kind::QuotedIdentifier;
    case '@':
        return scanVariable();
    case '?':
        ++m_position;
        return SqlToken::Kind::Placeholder;
    case ':':
        return scanColon();
    case ';':
        ++m_position;
        return SqlToken::Kind::Semicolon;
    case '#':
        scanLine();
        return SqlToken::Kind::Comment;
    case '-':
        // MySQL manual, "'--' as the Start of a Comment": 5--1 is a subtraction.
        if (peek(1) == '-' && (peek(2) < 0 || isSpace(peek(2)) || isControl(peek(2)))) {
            scanLine();
            return SqlToken::Kind::Comment;
        }
        break;
    case '/':
        if (peek(1) == '*')
            return scanBlockComment();
        break;
    case '*':
        if (m_inExecutableComment && peek(1) == '/') {
            m_position += 2;
            m_inExecutableComment = false;
            return SqlToken::Kind::ExecutableCommentEnd;
        }
        break;
    default:
        break;
    }
    if (Values::isDigit(c) || (c == '.' && Values::isDigit(peek(1)))) {
        scanNumber();
        return SqlToken::Kind::Number;
    }
    ++m_position;
    return SqlToken::Kind::Operator;
}

SqlToken::Kind SqlLexer::scanVariable()
{
    ++m_position;
    SqlToken::Kind kind = SqlToken::Kind::UserVariable;
    if (peek() == '@') {
        ++m_position;
        kind = SqlToken::Kind::SystemVariable;
    }
    switch (peek()) {
    case '\'':
        scanQuoted('\'', !m_noBackslashEscapes);
        return kind;
    case '"':
        scanQuoted('"', !m_noBackslashEscapes && !m_ansiQuotes);
        return kind;
    case '`':
        scanQuoted('`', false);
        return kind;
    default:
        break;
    }
    const qsizetype begin = m_position;
    while (isWordCharacter(peek()) || peek() == '.')
        ++m_position;
    return m_position > begin ? kind : SqlToken::Kind::Operator;
}

SqlToken::Kind SqlLexer::scanColon()
{
    ++m_position;
    if (peek() == ':' || peek() == '=') {
        ++m_position;
        return SqlToken::Kind::Operator;
    }
    if (!isNameStart(peek()))
        return SqlToken::Kind::Operator;
    while (isNameStart(peek()) || Values::isDigit(peek()))
        ++m_position;
    return SqlToken::Kind::NamedPlaceholder;
}

SqlToken::Kind SqlLexer::scanBlockComment()
{
    const bool isForMariaDb = peek(2) == 'M' && peek(3) == '!';
    if (isForMariaDb || peek(2) == '!') {
        const int mark = isForMariaDb ? 4 : 3;
        // Versions have five or six digits; fewer are a number, as in /*!5 + 5 */.
        int digits = 0;
        quint32 version = 0;
        for (; digits < 6 && Values::isDigit(peek(mark + digits)); ++digits)
            version = 10 * version + static_cast<quint32>(peek(mark + digits) - '0');
        if (digits < 5)
            digits = 0;
        if (!executesComment(isForMariaDb, digits, version)) {
            skipExecutableComment();
            return SqlToken::Kind::Comment;
        }
        m_position += mark + digits;
        m_inExecutableComment = true;
        return SqlToken::Kind::ExecutableCommentBegin;
    }
    const qsizetype end = m_sql.indexOf("*/", m_position + 2);
    m_unterminated = end < 0;
    m_position = m_unterminated ? m_sql.size() : end + 2;
    return SqlToken::Kind::Comment;
}

/// As sql/sql_lex.cc of both servers does it. \a digits is 0 for a comment without a version.
bool SqlLexer::executesComment(bool isForMariaDb, int digits, quint32 version) const
{
    if (m_serverVersion == 0)
        return true;
    if (!m_isMariaDb)
        return !isForMariaDb && (digits == 0 || version <= m_serverVersion);
    // Versions of MySQL that MariaDB has no equal of.
    const bool isOfMySqlAlone = !isForMariaDb && version >= 50700 && version <= 99999;
    return digits == 0 || (version <= m_serverVersion && !isOfMySqlAlone);
}

/// It can have comments within it, but those no further ones.
void SqlLexer::skipExecutableComment()
{
    qsizetype at = m_position + 2;
    for (;;) {
        const qsizetype end = m_sql.indexOf("*/", at);
        m_unterminated = end < 0;
        if (m_unterminated) {
            m_position = m_sql.size();
            return;
        }
        const qsizetype inner = m_sql.indexOf("/*", at);
        if (inner < 0 || inner > end) {
            m_position = end + 2;
            return;
        }
        const qsizetype innerEnd = m_sql.indexOf("*/", inner + 2);
        at = innerEnd < 0 ? m_sql.size() : innerEnd + 2;
    }
}

void SqlLexer::scanQuoted(char quote, bool backslashEscapes)
{
    ++m_position;
    while (m_position < m_sql.size()) {
        const char c = m_sql[m_position++];
        if (c == '\\' && backslashEscapes) {
            ++m_position;
        } else if (c == quote) {
            if (peek() != quote)
                return;
            ++m_position;
        }
    }
    m_position = m_sql.size();
    m_unterminated = true;
}

void SqlLexer::scanNumber()
{
    const auto skipDigits = [this] {
        while (Values::isDigit(peek()))
            ++m_position;
    };
    skipDigits();
    if (peek() == '.') {
        ++m_position;
        skipDigits();
    }
    if (peek() == 'e' || peek() == 'E') {
        const bool hasSign = peek(1) == '+' || peek(1) == '-';
        if (Values::isDigit(peek(hasSign ? 2 : 1))) {
            m_position += hasSign ? 2 : 1;
            skipDigits();
        }
    }
    skipWord();
}

void SqlLexer::scanLine()
{
    const qsizetype end = m_sql.indexOf('\n', m_position);
    m_position = end < 0 ? m_sql.size() : end + 1;
}

void SqlLexer::skipWord()
{
    m_position = endOfWord(m_sql.data() + m_position, m_sql.data() + m_sql.size()) - m_sql.data();
}

} // namespace AsyncMySql::Protocol
