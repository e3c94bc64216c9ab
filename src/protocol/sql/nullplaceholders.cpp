// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "nullplaceholders.h"

#include "sqllexer.h"

#include <algorithm>
#include <initializer_list>

namespace AsyncMySql::Protocol {

namespace {

using Kind = SqlToken::Kind;

bool isOperator(const SqlToken &token, char text)
{
    return token.kind == Kind::Operator && token.text == QByteArrayView(&text, 1);
}

bool isOneOf(const SqlToken &token, std::initializer_list<const char *> words)
{
    return token.kind == Kind::Word
           && std::any_of(words.begin(), words.end(), [&](const char *word) {
                  return token.text.compare(word, Qt::CaseInsensitive) == 0;
              });
}

/// Whether the value that \a token follows is complete.
bool endsValue(const SqlToken &token)
{
    return token.kind == Kind::End || token.kind == Kind::Semicolon || isOperator(token, ',')
           || isOperator(token, ')');
}

/// Follows the rows of INSERT … VALUES (…), (…).
class RowTracker
{
public:
    void follow(const SqlToken &token, const SqlToken &previous)
    {
        if (m_depth == 0 && isOneOf(token, {"INSERT", "REPLACE"}))
            m_isInsert = true;
        else if (m_depth == 0 && token.kind == Kind::Word && !isOneOf(token, {"ROW"}))
            m_inRows = m_isInsert && isOneOf(token, {"VALUES", "VALUE"});
        else if (token.kind == Kind::Semicolon)
            *this = {};
        if (isOperator(token, '(')) {
            if (m_depth++ == 0)
                m_inRow = m_inRows
                          && (isOperator(previous, ',')
                              || isOneOf(previous, {"VALUES", "VALUE", "ROW"}));
        } else if (isOperator(token, ')') && m_depth > 0) {
            --m_depth;
        }
    }
    /// Not inside of an expression in a row.
    bool isInRow() const { return m_depth == 1 && m_inRow; }

private:
    int m_depth = 0;
    bool m_isInsert = false;
    bool m_inRows = false;
    bool m_inRow = false;
};

} // namespace

std::vector<bool> placeholdersOfUntypedNulls(QByteArrayView sql, const SqlDialect &dialect)
{
    std::vector<bool> result;
    SqlLexer lexer(sql, dialect);
    RowTracker rows;
    SqlToken before;
    SqlToken previous;
    SqlToken token = lexer.nextCode();
    while (token.kind != Kind::End) {
        const SqlToken next = lexer.nextCode();
        if (token.kind == Kind::Placeholder) {
            const bool isValue = rows.isInRow()
                                 && (isOperator(previous, '(') || isOperator(previous, ','))
                                 && (isOperator(next, ',') || isOperator(next, ')'));
            // A user variable takes over the type.
            const bool isAssignedOrCompared
                = isOperator(previous, '=') && before.kind != Kind::UserVariable
                  && (endsValue(next) || isOneOf(next, {"AND", "OR", "WHERE", "ORDER", "LIMIT"}));
            result.push_back(isValue || isAssignedOrCompared);
        }
        rows.follow(token, previous);
        before = previous;
        previous = token;
        token = next;
    }
    return result;
}

} // namespace AsyncMySql::Protocol
