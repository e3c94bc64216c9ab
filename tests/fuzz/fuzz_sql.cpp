// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "placeholders.h"
#include "require.h"
#include "sqlformatter.h"
#include "sqllexer.h"
#include "sqlliteral.h"
#include "statementkind.h"
#include "timespecs.h"

#include <QtCore/qdatetime.h>

#include <algorithm>
#include <vector>

using namespace AsyncMySql;
using namespace AsyncMySql::Protocol;
using Kind = SqlToken::Kind;

namespace {

/// The first byte of the input chooses how the session reads.
enum Reading : uint8_t {
    NoBackslashEscapes = 0x01,
    AnsiQuotes = 0x02,
    AsciiOnly = 0x04,
};

SqlDialect dialectOf(uint8_t reading)
{
    SqlDialect dialect;
    dialect.noBackslashEscapes = reading & NoBackslashEscapes;
    dialect.ansiQuotes = reading & AnsiQuotes;
    if (reading & AsciiOnly)
        dialect.characterSet = "latin1";
    return dialect;
}

bool isSpace(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct Lexed
{
    std::vector<SqlToken> tokens;
    bool unterminated = false;
};

Lexed lexed(QByteArrayView sql, const SqlDialect &dialect)
{
    Lexed result;
    SqlLexer lexer(sql, dialect);
    qsizetype done = 0;
    for (SqlToken token = lexer.next();; token = lexer.next()) {
        const QByteArrayView between = sql.sliced(done, token.offset - done);
        require(std::all_of(between.begin(), between.end(), isSpace));
        done = token.offset + token.text.size();
        result.unterminated = result.unterminated || token.unterminated;
        if (token.kind == Kind::End)
            break;
        require(!token.text.isEmpty());
        require(token.text.data() == sql.data() + token.offset);
        result.tokens.push_back(token);
    }
    require(done == sql.size());
    require(lexer.next().kind == Kind::End);
    return result;
}

bool isPlaceholder(const SqlToken &token)
{
    return token.kind == Kind::Placeholder || token.kind == Kind::NamedPlaceholder;
}

bool isSame(const SqlToken &a, const SqlToken &b)
{
    return a.kind == b.kind && a.text == b.text && a.inExecutableComment == b.inExecutableComment;
}

QVariant valueOf(QByteArrayView bytes, int index)
{
    const auto number
        = static_cast<qint64>(qHashBits(bytes.data(), static_cast<size_t>(bytes.size())));
    switch ((bytes.size() + index) % 8) {
    case 0:
        return QVariant();
    case 1:
        return number;
    case 2:
        return bytes.toByteArray();
    case 3:
        return static_cast<double>(number) / 3;
    case 4:
        return QDateTime::fromMSecsSinceEpoch(number % 10'000'000'000'000, Tests::Utc);
    default:
        return QString::fromUtf8(bytes);
    }
}

/// Whatever the values are, the statement keeps its tokens, and gets one literal in place of each
/// placeholder.
void requireLiteralsInPlaces(const Lexed &statement, const Placeholders &placeholders,
                             QByteArrayView formatted, const QVariantList &values,
                             const SqlDialect &dialect)
{
    const Lexed result = lexed(formatted, dialect);
    require(!result.unterminated);
    size_t at = 0;
    qsizetype index = 0;
    for (const SqlToken &token : statement.tokens) {
        if (!isPlaceholder(token)) {
            require(at < result.tokens.size() && isSame(result.tokens[at], token));
            ++at;
            continue;
        }
        QByteArray literal;
        const LiteralContext context
            = literalContext(placeholders.list[static_cast<size_t>(index)]);
        const auto error = appendSqlLiteral(&literal, values[index++], dialect, context);
        require(!error);
        for (const SqlToken &part : lexed(literal, dialect).tokens) {
            require(!isPlaceholder(part));
            require(at < result.tokens.size() && result.tokens[at].kind == part.kind
                    && result.tokens[at].text == part.text);
            ++at;
        }
    }
    require(at == result.tokens.size());
}

void checkStatement(const QString &sql, QByteArrayView valueBytes, const SqlDialect &dialect)
{
    const QByteArray utf8 = sql.toUtf8();
    const Lexed statement = lexed(utf8, dialect);
    const auto count
        = std::count_if(statement.tokens.begin(), statement.tokens.end(), isPlaceholder);
    const Placeholders placeholders = Placeholders::find(utf8, dialect);
    require(static_cast<qsizetype>(placeholders.list.size()) == count);
    require(placeholders.unterminated == statement.unterminated);

    const auto parameterized = parameterize(sql, dialect);
    const bool isCertain
        = !placeholders.unterminated && placeholders.kind != Placeholders::Kind::Mixed;
    require(std::holds_alternative<ParameterizedSql>(parameterized) == isCertain);
    if (!isCertain)
        return;
    const auto &questions = std::get<ParameterizedSql>(parameterized);
    require(questions.count == count);
    require(questions.names.isEmpty() || questions.names.size() == count);
    const Placeholders again = Placeholders::find(questions.sql, dialect);
    require(static_cast<qsizetype>(again.list.size()) == count && !again.unterminated);
    require(count == 0 || again.kind == Placeholders::Kind::Positional);

    QVariantMap named;
    QVariantList values;
    for (int i = 0; i < questions.count; ++i) {
        if (!questions.names.isEmpty() && named.contains(questions.names[i])) {
            values.append(named.value(questions.names[i]));
            continue;
        }
        values.append(valueOf(valueBytes, i));
        if (!questions.names.isEmpty())
            named.insert(questions.names[i], values.last());
    }
    const FormattingResult formatted
        = named.isEmpty() ? formatSql(sql, values, dialect) : formatSql(sql, named, dialect);
    if (const auto *bytes = std::get_if<QByteArray>(&formatted))
        requireLiteralsInPlaces(statement, placeholders, *bytes, values, dialect);
}

} // namespace

// One byte chooses how the session reads, one how much of the rest is the bytes of the values; the
// rest of it is the statement. No value changes what the statement is made of.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    constexpr size_t choices = 2;
    if (size < choices)
        return 0;
    const SqlDialect dialect = dialectOf(data[0]);
    const QByteArrayView rest(reinterpret_cast<const char *>(data) + choices,
                              static_cast<qsizetype>(size - choices));
    const qsizetype valueSize = std::min<qsizetype>(data[1], rest.size());
    const QByteArrayView sql = rest.sliced(valueSize);

    // The lexer, which is also given what is no UTF-8.
    lexed(sql, dialect);
    const StatementKind kind = StatementKind::of(sql, dialect);
    require(!kind.readsOnly || !(kind.changesSchema || kind.isLoadDataLocal || kind.runsOthers));
    const FormattingResult name
        = quoteIdentifier(QString::fromUtf8(rest.first(valueSize)), dialect);
    if (const auto *quoted = std::get_if<QByteArray>(&name)) {
        const Lexed identifier = lexed(*quoted, dialect);
        require(identifier.tokens.size() == 1 && !identifier.unterminated);
        require(identifier.tokens.front().kind == Kind::QuotedIdentifier);
    }
    checkStatement(QString::fromUtf8(sql), rest.first(valueSize), dialect);
    return 0;
}
