// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "sqllexer.h"

#include <QtCore/qbytearray.h>

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <vector>

namespace AsyncMySql::Protocol {

struct CodeToken
{
    SqlToken::Kind kind = SqlToken::Kind::End;
    /// Words and system variables in upper case, operators as they are, nothing else.
    QByteArray text;
};

/// One statement without its comments and semicolon. Behind the end there are End tokens.
class CodeStatement
{
public:
    void append(const SqlToken &token) { m_tokens.push_back({token.kind, textOf(token)}); }
    bool isEmpty() const { return m_tokens.empty(); }
    size_t size() const { return m_tokens.size(); }
    const CodeToken &at(size_t index) const
    {
        return index < m_tokens.size() ? m_tokens[index] : m_end;
    }
    /// Without its first \a count tokens.
    CodeStatement from(size_t count) const
    {
        CodeStatement rest;
        rest.m_tokens.assign(m_tokens.begin()
                                 + static_cast<std::ptrdiff_t>(std::min(count, size())),
                             m_tokens.end());
        return rest;
    }
    bool isWord(size_t index, const char *word) const
    {
        return at(index).kind == SqlToken::Kind::Word && at(index).text == word;
    }
    bool isOperator(size_t index, const char *text) const
    {
        return at(index).kind == SqlToken::Kind::Operator && at(index).text == text;
    }
    bool isOneOf(size_t index, std::initializer_list<const char *> words) const
    {
        return std::any_of(words.begin(), words.end(),
                           [&](const char *word) { return isWord(index, word); });
    }

private:
    static QByteArray textOf(const SqlToken &token)
    {
        if (token.kind == SqlToken::Kind::Word || token.kind == SqlToken::Kind::SystemVariable)
            return token.text.toByteArray().toUpper();
        if (token.kind == SqlToken::Kind::Operator)
            return token.text.toByteArray();
        return {};
    }

    std::vector<CodeToken> m_tokens;
    CodeToken m_end;
};

} // namespace AsyncMySql::Protocol
