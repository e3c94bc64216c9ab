// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "nullplaceholders.h"

#include "sqllexer.h"

namespace AsyncMySql::Protocol {

namespace {

using Kind = SqlToken::Kind;

/// Whether the value that \a token follows is complete.
bool endsValue(const SqlToken &token)
{
    return token.kind == Kind::End || token.kind == Kind::Semicolon || token.isOperator(',')
           || token.isOperator(')');
}

/// Follows the rows of INSERT … VALUES (…), (…).
class RowTracker
{
public:
    void follow(const SqlToken &token, const SqlToken &previous)
    {
        if (m_depth == 0 && token.isOneOf({"INSERT", "REPLACE"}))
            m_isInsert = true;
        else if (m_depth == 0 && token.kind == Kind::Word && !token.isOneOf({"ROW"}))
            m_inRows = m_isInsert && token.isOneOf({"VALUES", "VALUE"});
        else if (token.kind == Kind::Semicolon)
            *this = {};
        if (token.isOperator('(')) {
            if (m_depth++ == 0)
                m_inRow
                    = m_inRows
                      && (previous.isOperator(',') || previous.isOneOf({"VALUES", "VALUE", "ROW"}));
        } else if (token.isOperator(')') && m_depth > 0) {
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
                                 && (previous.isOperator('(') || previous.isOperator(','))
                                 && (next.isOperator(',') || next.isOperator(')'));
            // A user variable takes over the type.
            const bool isAssignedOrCompared
                = previous.isOperator('=') && before.kind != Kind::UserVariable
                  && (endsValue(next) || next.isOneOf({"AND", "OR", "WHERE", "ORDER", "LIMIT"}));
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
