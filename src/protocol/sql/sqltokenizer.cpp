// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include <AsyncMySql/sqltokenizer.h>

#include "publicdialect.h"
#include "sqllexer.h"
#include "textoffsets.h"

#include <QtCore/qbytearray.h>

#include <algorithm>

namespace AsyncMySql {

/*!
    \class AsyncMySql::SqlTokenizer
    \inmodule AsyncMySql
    \brief Cuts SQL into tokens, as the servers read it: for highlighting, and to find names.

    \code
    SqlTokenizer tokenizer(line, connection->sqlDialect());
    while (const auto token = tokenizer.next())
        colour(token->start, token->length, token->kind);
    \endcode

    Between the tokens there is nothing but white space. A text can be read line by line: state()
    tells what a line has left open, and is handed to the tokenizer of the next one.

    The text must outlive the tokenizer. Any thread may use one.

    \sa SqlScript
*/

/*!
    \class AsyncMySql::SqlTokenizer::Token
    \inmodule AsyncMySql
    \brief A piece of SQL.
*/

/*!
    \variable AsyncMySql::SqlTokenizer::Token::kind
    \brief what it is.
*/

/*!
    \variable AsyncMySql::SqlTokenizer::Token::start
    \brief where it begins in the text.
*/

/*!
    \variable AsyncMySql::SqlTokenizer::Token::length
    \brief how many characters (QChar) it has.
*/

/*!
    \fn qsizetype AsyncMySql::SqlTokenizer::Token::end() const

    Returns where what follows it begins.
*/

/*!
    \enum AsyncMySql::SqlTokenizer::Token::Kind

    \value Comment also each of the two marks around an executable comment
    \value String with its quotes; without an introducer as \c{_utf8mb4}
    \value Identifier a quoted one, with its quotes
    \value Word a keyword or an unquoted identifier
    \value Number without a sign
    \value Variable \c{@x} and \c{@@session.x}
    \value Symbol an operator, a parenthesis, a semicolon, a placeholder
*/

namespace {

using TokenKind = SqlTokenizer::Token::Kind;

/// The numbers of state(): what is open, and InCode if that lies in an executable comment.
enum State { Code, Comment, SingleQuotes, DoubleQuotes, Backticks, InExecutableComment = 8 };

/// What a text begins with that leaves \a state open. No version number, nor the mark of an
/// executable comment, must come about together with what follows.
QByteArray opening(int state)
{
    QByteArray text = (state & InExecutableComment) != 0 ? "/*! " : "";
    switch (state & ~InExecutableComment) {
    case Comment:
        return text + "/* ";
    case SingleQuotes:
        return text + '\'';
    case DoubleQuotes:
        return text + '"';
    case Backticks:
        return text + '`';
    default:
        return text;
    }
}

int quotesOf(QByteArrayView text)
{
    for (const char c : text) {
        switch (c) {
        case '\'':
            return SingleQuotes;
        case '"':
            return DoubleQuotes;
        case '`':
            return Backticks;
        default:
            break;
        }
    }
    return Comment;
}

TokenKind kindOf(Protocol::SqlToken::Kind kind)
{
    using Given = Protocol::SqlToken::Kind;
    switch (kind) {
    case Given::Comment:
    case Given::ExecutableCommentBegin:
    case Given::ExecutableCommentEnd:
        return TokenKind::Comment;
    case Given::String:
        return TokenKind::String;
    case Given::QuotedIdentifier:
        return TokenKind::Identifier;
    case Given::Word:
        return TokenKind::Word;
    case Given::Number:
        return TokenKind::Number;
    case Given::UserVariable:
    case Given::SystemVariable:
        return TokenKind::Variable;
    default:
        return TokenKind::Symbol;
    }
}

} // namespace

class SqlTokenizerPrivate
{
public:
    SqlTokenizerPrivate(QStringView text, const SqlDialect &dialect, int openState)
        : prefix(opening(openState > 0 ? openState : 0).size())
        , utf8(opening(openState > 0 ? openState : 0) + text.toUtf8())
        , lexer(utf8, Protocol::dialectOf(dialect))
        , offsets(utf8)
    {
    }

    qsizetype prefix;
    QByteArray utf8;
    Protocol::SqlLexer lexer;
    Protocol::TextOffsets offsets;
    int state = Code;
};

/*!
    Makes a tokenizer of \a text in \a dialect. \a state is what the text before it has left open:
    0, the default, or any negative number, if that is nothing.
*/
SqlTokenizer::SqlTokenizer(QStringView text, const SqlDialect &dialect, int state)
    : d(std::make_unique<SqlTokenizerPrivate>(text, dialect, state))
{
}

SqlTokenizer::~SqlTokenizer() = default;

/*! Returns the next token; nothing at the end of the text. */
std::optional<SqlTokenizer::Token> SqlTokenizer::next()
{
    for (;;) {
        const Protocol::SqlToken token = d->lexer.next();
        const int outer = token.inExecutableComment ? InExecutableComment : 0;
        if (token.kind == Protocol::SqlToken::Kind::End) {
            if (d->state == Code)
                d->state = outer;
            return std::nullopt;
        }
        const bool isComment = token.kind == Protocol::SqlToken::Kind::Comment;
        const qsizetype end = token.offset + token.text.size();
        if (token.unterminated)
            d->state = outer | (isComment ? Comment : quotesOf(token.text));
        // The marks in front of the text are not part of it.
        if (end <= d->prefix)
            continue;
        const qsizetype begin = std::max(token.offset, d->prefix);
        Token found;
        found.kind = kindOf(token.kind);
        found.start = d->offsets.of(begin) - d->prefix;
        found.length = d->offsets.of(end) - d->prefix - found.start;
        return found;
    }
}

/*!
    Returns what the text has left open at its end: a string, a comment; 0 if that is nothing. The
    number fits QSyntaxHighlighter::setCurrentBlockState(). Call it when next() has returned nothing.
*/
int SqlTokenizer::state() const
{
    return d->state;
}

} // namespace AsyncMySql
