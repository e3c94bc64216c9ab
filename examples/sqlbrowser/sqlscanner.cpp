// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "sqlscanner.h"

static bool isWordCharacter(QChar c)
{
    return c.isLetterOrNumber() || c == '_';
}

bool SqlScanner::next(SqlToken *token)
{
    if (m_position >= m_text.size())
        return false;
    token->start = m_position;
    token->kind = scan();
    token->length = m_position - token->start;
    return true;
}

QChar SqlScanner::at(qsizetype offset) const
{
    const qsizetype position = m_position + offset;
    return position < m_text.size() ? m_text[position] : QChar();
}

SqlToken::Kind SqlScanner::scan()
{
    switch (m_state) {
    case State::Comment:
        return scanComment();
    case State::SingleQuotes:
        return scanQuoted('\'', m_state);
    case State::DoubleQuotes:
        return scanQuoted('"', m_state);
    case State::Backticks:
        return scanQuoted('`', m_state);
    case State::Plain:
        break;
    }

    const QChar first = at(0);
    if (first.isSpace()) {
        while (at(0).isSpace())
            ++m_position;
        return SqlToken::Kind::Space;
    }
    // Two dashes are a comment only in front of a space: 5--1 is 6.
    if (first == '#' || (first == '-' && at(1) == '-' && (at(2).isNull() || at(2).isSpace()))) {
        skipLine();
        return SqlToken::Kind::Comment;
    }
    if (first == '/' && at(1) == '*') {
        m_position += 2;
        return scanComment();
    }
    if (first == '\'' || first == '"' || first == '`') {
        ++m_position;
        return scanQuoted(first, first == '\''  ? State::SingleQuotes
                                 : first == '"' ? State::DoubleQuotes
                                                : State::Backticks);
    }
    if (first == '@') {
        do
            ++m_position;
        while (at(0) == '@' || at(0) == '.' || at(0) == '$' || isWordCharacter(at(0)));
        return SqlToken::Kind::Variable;
    }
    if (first.isDigit()) {
        while (at(0) == '.' || isWordCharacter(at(0)))
            ++m_position;
        return SqlToken::Kind::Number;
    }
    if (isWordCharacter(first)) {
        while (isWordCharacter(at(0)))
            ++m_position;
        return SqlToken::Kind::Word;
    }
    ++m_position;
    return SqlToken::Kind::Symbol;
}

SqlToken::Kind SqlScanner::scanQuoted(QChar quote, State state)
{
    const auto kind
        = state == State::Backticks ? SqlToken::Kind::Identifier : SqlToken::Kind::String;
    m_state = state;
    while (m_position < m_text.size()) {
        const QChar c = at(0);
        ++m_position;
        if (c == '\\' && state != State::Backticks) {
            if (m_position < m_text.size())
                ++m_position;
        } else if (c == quote) {
            // Doubled, it stands for itself.
            if (at(0) != quote) {
                m_state = State::Plain;
                break;
            }
            ++m_position;
        }
    }
    return kind;
}

SqlToken::Kind SqlScanner::scanComment()
{
    const qsizetype end = m_text.indexOf(QStringView(u"*/"), m_position);
    m_state = end < 0 ? State::Comment : State::Plain;
    m_position = end < 0 ? m_text.size() : end + 2;
    return SqlToken::Kind::Comment;
}

void SqlScanner::skipLine()
{
    const qsizetype end = m_text.indexOf(u'\n', m_position);
    m_position = end < 0 ? m_text.size() : end;
}
