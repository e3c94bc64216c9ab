// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "sqllexer.h"
#include "sqlword.h"

#include <QtCore/qbytearray.h>
#include <QtCore/qbytearrayview.h>
#include <QtCore/qvarlengtharray.h>

#include <algorithm>
#include <cstddef>

namespace AsyncMySql::Protocol {

struct CodeToken
{
    /// The operator := as one character.
    static constexpr char Assign = '\1';

    SqlToken::Kind kind = SqlToken::Kind::End;
    /// Of a word.
    SqlWordTraits traits;
    /// Of an operator: its only character, or the first one.
    char symbol = 0;
    /// As it is written.
    QByteArrayView text;

    /// Empty for names and texts in quotes, and for values.
    QByteArray upperText() const
    {
        const bool isPlain = kind == SqlToken::Kind::Word || kind == SqlToken::Kind::SystemVariable
                             || kind == SqlToken::Kind::Operator;
        return isPlain ? text.toByteArray().toUpper() : QByteArray();
    }
};

/// One statement without its comments and semicolon. Behind the end there are End tokens. The text
/// must outlive it.
class CodeStatement
{
public:
    void append(const SqlToken &token)
    {
        CodeToken code;
        code.kind = token.kind;
        code.text = token.text;
        if (token.kind == SqlToken::Kind::Word)
            code.traits = SqlWordTraits::of(token.text);
        else if (token.kind == SqlToken::Kind::Operator)
            code.symbol = token.text == ":=" ? CodeToken::Assign : token.text.front();
        m_tokens.append(code);
    }
    bool isEmpty() const { return m_tokens.isEmpty(); }
    size_t size() const { return static_cast<size_t>(m_tokens.size()); }
    const CodeToken &at(size_t index) const
    {
        return index < size() ? m_tokens[static_cast<qsizetype>(index)] : m_end;
    }
    /// Without its first \a count tokens.
    CodeStatement from(size_t count) const
    {
        CodeStatement rest;
        const auto first = static_cast<qsizetype>(std::min(count, size()));
        rest.m_tokens.append(m_tokens.constData() + first, m_tokens.size() - first);
        return rest;
    }
    bool isWord(size_t index, SqlWord word) const { return at(index).traits.word == word; }
    template <typename... Words>
    bool isOneOf(size_t index, Words... words) const
    {
        const SqlWord word = at(index).traits.word;
        return ((word == words) || ...);
    }
    bool isOperator(size_t index, char symbol) const { return at(index).symbol == symbol; }

private:
    inline static const CodeToken m_end = {};

    /// Most statements have no more tokens than have place here.
    QVarLengthArray<CodeToken, 20> m_tokens;
};

} // namespace AsyncMySql::Protocol
