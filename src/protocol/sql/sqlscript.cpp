// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include <AsyncMySql/sqlscript.h>

#include "publicdialect.h"
#include "sqllexer.h"
#include "textoffsets.h"

#include <QtCore/qbytearray.h>
#include <QtCore/qbytearrayview.h>

namespace AsyncMySql {

/*!
    \class AsyncMySql::SqlScript
    \inmodule AsyncMySql
    \brief The SqlScript class splits SQL text into statements, for programs that execute scripts.

    \snippet scripts.cpp script

    Statements end with a semicolon outside of strings, quoted identifiers and comments, or with the
    delimiter that a line \c{DELIMITER //} in the text sets, as in the mysql client. Procedures and
    triggers need this. Comments before and after a statement are omitted; executable comments,
    which start with an exclamation mark, are statements or parts of them, including their
    semicolons.

    The end of a string depends on the session's \c sql_mode, which the script itself can change:
    \c{SET sql_mode = 'NO_BACKSLASH_ESCAPES'}. Therefore execute a script from an unknown author one
    statement after the other, and set the dialect of the session before each one:

    \snippet scripts.cpp dialect

    The syntax is not checked. A script may be used in any thread.

    \sa Connection::sqlDialect(), SqlTokenizer
*/

/*!
    \class AsyncMySql::SqlScript::Statement
    \inmodule AsyncMySql
    \brief The Statement class holds a statement of a script.
*/

/*!
    \variable AsyncMySql::SqlScript::Statement::text
    \brief the statement without its delimiter
*/

/*!
    \variable AsyncMySql::SqlScript::Statement::start
    \brief the start of the statement in the text of the script
*/

/*!
    \variable AsyncMySql::SqlScript::Statement::end
    \brief the position after its delimiter
*/

namespace {

using Protocol::SqlToken;

bool isWordCharacter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'
           || static_cast<uchar>(c) >= 0x80;
}

/// Tokens that can have a delimiter in them, as END$$ has.
bool canContainDelimiter(const SqlToken &token)
{
    switch (token.kind) {
    case SqlToken::Kind::Word:
    case SqlToken::Kind::Number:
        return true;
    case SqlToken::Kind::UserVariable:
    case SqlToken::Kind::SystemVariable:
    case SqlToken::Kind::NamedPlaceholder:
        return !token.text.contains('\'') && !token.text.contains('"') && !token.text.contains('`');
    default:
        return false;
    }
}

} // namespace

class SqlScriptPrivate
{
public:
    SqlScriptPrivate(const QString &script, const SqlDialect &scriptDialect)
        : text(script)
        , utf8(script.toUtf8())
        , dialect(scriptDialect)
        , offsets(utf8)
    {
    }

    std::optional<SqlScript::Statement> next();

    QString text;
    QByteArray utf8;
    SqlDialect dialect;
    QByteArray delimiter = ";";

private:
    qsizetype delimiterIn(const SqlToken &token) const;
    void readDelimiter(qsizetype from);
    SqlScript::Statement statement(qsizetype begin, qsizetype codeEnd, qsizetype end);

    Protocol::TextOffsets offsets;
    qsizetype m_position = 0;
};

/// Where the delimiter stands in \a token, or begins with it; -1 if it does not.
qsizetype SqlScriptPrivate::delimiterIn(const SqlToken &token) const
{
    if (token.inExecutableComment)
        return -1;
    const auto rest = QByteArrayView(utf8).sliced(token.offset);
    if (isWordCharacter(delimiter.front())) {
        const bool isWhole
            = token.kind == SqlToken::Kind::Word && token.text == QByteArrayView(delimiter);
        return isWhole ? token.offset : -1;
    }
    if (rest.startsWith(delimiter))
        return token.offset;
    if (!canContainDelimiter(token))
        return -1;
    // It may reach beyond the token.
    const qsizetype reach = qMin(token.text.size() + delimiter.size() - 1, rest.size());
    const qsizetype at = rest.first(reach).indexOf(delimiter);
    return at >= 0 ? token.offset + at : -1;
}

/// The word that follows on the line.
void SqlScriptPrivate::readDelimiter(qsizetype from)
{
    qsizetype end = utf8.indexOf('\n', from);
    if (end < 0)
        end = utf8.size();
    const QByteArray given = utf8.sliced(from, end - from).simplified();
    if (!given.isEmpty())
        delimiter = given.split(' ').constFirst();
    m_position = end;
}

SqlScript::Statement SqlScriptPrivate::statement(qsizetype begin, qsizetype codeEnd, qsizetype end)
{
    SqlScript::Statement found;
    found.start = offsets.of(begin);
    found.text = text.sliced(found.start, offsets.of(codeEnd) - found.start);
    found.end = offsets.of(end);
    m_position = end;
    return found;
}

std::optional<SqlScript::Statement> SqlScriptPrivate::next()
{
    while (m_position < utf8.size()) {
        const qsizetype from = m_position;
        Protocol::SqlLexer lexer(QByteArrayView(utf8).sliced(from), Protocol::dialectOf(dialect));
        qsizetype begin = -1;
        qsizetype codeEnd = from;
        for (;;) {
            SqlToken token = lexer.next();
            token.offset += from;
            if (token.kind == SqlToken::Kind::End) {
                m_position = utf8.size();
                if (begin < 0)
                    return std::nullopt;
                return statement(begin, codeEnd, utf8.size());
            }
            const qsizetype found = delimiterIn(token);
            if (found >= 0) {
                if (found > token.offset) {
                    begin = begin < 0 ? token.offset : begin;
                    codeEnd = found;
                }
                const qsizetype end = found + delimiter.size();
                if (begin >= 0)
                    return statement(begin, codeEnd, end);
                m_position = end;
                break;
            }
            if (begin < 0 && token.kind == SqlToken::Kind::Word
                && token.text.compare("delimiter", Qt::CaseInsensitive) == 0) {
                readDelimiter(token.offset + token.text.size());
                break;
            }
            if (token.kind == SqlToken::Kind::Comment)
                continue;
            begin = begin < 0 ? token.offset : begin;
            codeEnd = token.offset + token.text.size();
        }
    }
    return std::nullopt;
}

/*! Constructs a script from \a text in \a dialect. */
SqlScript::SqlScript(const QString &text, const SqlDialect &dialect)
    : d(std::make_unique<SqlScriptPrivate>(text, dialect))
{
}

SqlScript::SqlScript(SqlScript &&other) noexcept = default;
SqlScript &SqlScript::operator=(SqlScript &&other) noexcept = default;
SqlScript::~SqlScript() = default;

/*! Returns the dialect of the remaining statements. */
SqlDialect SqlScript::dialect() const
{
    return d->dialect;
}

/*! Sets the dialect of the remaining statements to \a dialect. */
void SqlScript::setDialect(const SqlDialect &dialect)
{
    d->dialect = dialect;
}

/*! Returns the current delimiter, which is a semicolon unless the text has set another one. */
QString SqlScript::delimiter() const
{
    return QString::fromUtf8(d->delimiter);
}

/*! Returns the next statement, or \c std::nullopt after the last one. */
std::optional<SqlScript::Statement> SqlScript::next()
{
    return d->next();
}

/*! Returns the statements of \a text, all in \a dialect. */
QList<SqlScript::Statement> SqlScript::split(const QString &text, const SqlDialect &dialect)
{
    QList<Statement> statements;
    SqlScript script(text, dialect);
    while (std::optional<Statement> statement = script.next())
        statements.append(*std::move(statement));
    return statements;
}

} // namespace AsyncMySql
