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
    \brief The SqlTokenizer class splits SQL into tokens by the rules of the servers, for
    highlighting and for finding names.

    \snippet scripts.cpp tokenizer

    There is only white space between tokens. A text can be read line by line: state() returns the
    state at the end of a line, which is passed to the tokenizer of the next line.

    The text must outlive the tokenizer. A tokenizer may be used in any thread.

    \sa SqlScript
*/

/*!
    \class AsyncMySql::SqlTokenizer::Token
    \inmodule AsyncMySql
    \brief The Token class holds the kind and the position of a token.
*/

/*!
    \variable AsyncMySql::SqlTokenizer::Token::kind
    \brief the kind of the token
*/

/*!
    \variable AsyncMySql::SqlTokenizer::Token::start
    \brief the start of the token in the text
*/

/*!
    \variable AsyncMySql::SqlTokenizer::Token::length
    \brief the length of the token in characters (QChar)
*/

/*!
    \fn qsizetype AsyncMySql::SqlTokenizer::Token::end() const

    Returns the position after the token.
*/

/*!
    \enum AsyncMySql::SqlTokenizer::Token::Kind

    This enum specifies the kind of a token.

    \value Comment a comment, and each of the two marks around an executable comment
    \value String with its quotes, without an introducer such as \c{_utf8mb4}
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
    Constructs a tokenizer for \a text in \a dialect. \a state is the state() of the text before it.
    If it is 0, which is the default, or negative, no token is open.
*/
SqlTokenizer::SqlTokenizer(QStringView text, const SqlDialect &dialect, int state)
    : d(std::make_unique<SqlTokenizerPrivate>(text, dialect, state))
{
}

SqlTokenizer::~SqlTokenizer() = default;

/*! Returns the next token, or \c std::nullopt at the end of the text. */
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
    Returns the state at the end of the text, if a string or a comment is open, and 0 otherwise. The
    number can be passed to QSyntaxHighlighter::setCurrentBlockState(). Call this after next() has
    returned \c std::nullopt.
*/
int SqlTokenizer::state() const
{
    return d->state;
}

} // namespace AsyncMySql
