// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "sqldialect.h"

#include <QtCore/qbytearrayview.h>
#include <QtCore/qstring.h>

#include <algorithm>
#include <initializer_list>

namespace AsyncMySql::Protocol {

struct SqlToken
{
    enum class Kind : quint8 {
        End,
        String,           ///< '…', or "…" unless ANSI_QUOTES; without any introducer
        QuotedIdentifier, ///< `…`, or "…" with ANSI_QUOTES
        Word,             ///< a keyword or an unquoted identifier
        Number,           ///< without a sign; 0x1F and 1abc too
        UserVariable,     ///< @x, @'x', @`x`
        SystemVariable,   ///< @@x, @@session.x
        Placeholder,      ///< ?
        NamedPlaceholder, ///< :name
        Operator,         ///< := and :: in one token, any other character by itself
        Semicolon,
        Comment,                ///< # … and -- … up to the line's end, or /* … */; also an
                                ///< executable one that the server skips
        ExecutableCommentBegin, ///< /*! or /*M! with the version behind it: what follows is code
        ExecutableCommentEnd,   ///< */
    };

    Kind kind = Kind::End;
    /// Up to the next token there is nothing but white space.
    QByteArrayView text;
    qsizetype offset = 0;
    /// A string, quoted identifier or comment that lacks its end.
    bool unterminated = false;
    /// The token lies within an executable comment: another server may skip it.
    bool inExecutableComment = false;

    /// Words are compared without regard to case.
    bool isWord(const char *word) const
    {
        return kind == Kind::Word && text.compare(word, Qt::CaseInsensitive) == 0;
    }
    bool isOneOf(std::initializer_list<const char *> words) const
    {
        return std::any_of(words.begin(), words.end(), [this](const char *w) { return isWord(w); });
    }
    bool isOperator(char symbol) const
    {
        return kind == Kind::Operator && text == QByteArrayView(&symbol, 1);
    }
    /// The name that a quoted identifier stands for, or the text of any other token.
    QString name() const;
};

/// Cuts a statement in UTF-8 into tokens, as the servers' own lexers do it. All characters that
/// mean something are ASCII, which never occurs inside the other characters of UTF-8.
class SqlLexer
{
public:
    SqlLexer(QByteArrayView sql, const SqlDialect &dialect);

    /// Kind::End for ever, once the end is reached.
    SqlToken next();
    /// The same, without comments and the marks of executable ones.
    SqlToken nextCode();

private:
    int peek(qsizetype ahead = 0) const;
    SqlToken::Kind scan();
    SqlToken::Kind scanVariable();
    SqlToken::Kind scanColon();
    SqlToken::Kind scanBlockComment();
    bool executesComment(bool isForMariaDb, int digits, quint32 version) const;
    void skipExecutableComment();
    void scanQuoted(char quote, bool backslashEscapes);
    void scanNumber();
    void scanLine();
    void skipWord();

    QByteArrayView m_sql;
    qsizetype m_position = 0;
    bool m_noBackslashEscapes;
    bool m_ansiQuotes;
    bool m_isMariaDb;
    quint32 m_serverVersion;
    bool m_inExecutableComment = false;
    bool m_unterminated = false;
};

} // namespace AsyncMySql::Protocol
