// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/QStringView>

/// A piece of SQL text. It lies in the text that was scanned.
struct SqlToken
{
    enum class Kind { Space, Comment, String, Identifier, Word, Number, Variable, Symbol };

    Kind kind = Kind::Space;
    qsizetype start = 0;
    qsizetype length = 0;

    qsizetype end() const { return start + length; }
};

/// Takes SQL apart, as far as an editor needs it: it knows where strings and comments end.
class SqlScanner
{
public:
    /// What a line can begin in the middle of.
    enum class State { Plain, Comment, SingleQuotes, DoubleQuotes, Backticks };

    explicit SqlScanner(QStringView text, State state = State::Plain)
        : m_text(text)
        , m_state(state)
    {
    }

    /// False at the end of the text.
    bool next(SqlToken *token);
    /// Behind the last token: what the text has left open.
    State state() const { return m_state; }
    /// Goes on at \a position, which is outside of strings and comments.
    void moveTo(qsizetype position) { m_position = position; }

private:
    SqlToken::Kind scan();
    SqlToken::Kind scanQuoted(QChar quote, State state);
    SqlToken::Kind scanComment();
    void skipLine();
    QChar at(qsizetype offset) const;

    QStringView m_text;
    State m_state;
    qsizetype m_position = 0;
};
