// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "placeholders.h"

#include "sqllexer.h"

#include <algorithm>
#include <iterator>

namespace AsyncMySql::Protocol {

namespace {

constexpr const char *ExpressionStatements[] = {
    "ANALYZE", "CALL",    "DELETE", "DESC", "DESCRIBE", "DO",     "EXPLAIN", "HANDLER",
    "INSERT",  "REPLACE", "SELECT", "SET",  "TABLE",    "UPDATE", "VALUES",  "WITH",
};

/// Follows which statement of the text the tokens belong to.
class StatementTracker
{
public:
    void follow(const SqlToken &token)
    {
        switch (token.kind) {
        case SqlToken::Kind::Semicolon:
            isBehindOther = isBehindOther || m_words > 0;
            takesExpressions = false;
            m_words = 0;
            return;
        case SqlToken::Kind::Word:
            // SET PASSWORD = takes nothing but a string.
            if (m_words == 0)
                takesExpressions = isExpressionStatement(token);
            else if (m_words == 1 && token.isWord("PASSWORD"))
                takesExpressions = false;
            ++m_words;
            return;
        default:
            return;
        }
    }

    bool takesExpressions = false;
    bool isBehindOther = false;

private:
    static bool isExpressionStatement(const SqlToken &token)
    {
        return std::any_of(std::begin(ExpressionStatements), std::end(ExpressionStatements),
                           [&](const char *word) { return token.isWord(word); });
    }

    int m_words = 0;
};

} // namespace

Placeholders Placeholders::find(QByteArrayView sql, const SqlDialect &dialect)
{
    Placeholders placeholders;
    SqlLexer lexer(sql, dialect);
    StatementTracker statement;
    SqlToken token;
    do {
        token = lexer.next();
        statement.follow(token);
        placeholders.unterminated = placeholders.unterminated || token.unterminated;
        const bool named = token.kind == SqlToken::Kind::NamedPlaceholder;
        if (!named && token.kind != SqlToken::Kind::Placeholder)
            continue;

        const Kind kind = named ? Kind::Named : Kind::Positional;
        const bool first = placeholders.kind == Kind::None;
        placeholders.kind = first || placeholders.kind == kind ? kind : Kind::Mixed;
        placeholders.list.push_back(
            {token.offset, token.text.size(), named ? token.text.sliced(1) : QByteArrayView(),
             token.inExecutableComment, statement.takesExpressions, statement.isBehindOther});
    } while (token.kind != SqlToken::Kind::End);
    return placeholders;
}

} // namespace AsyncMySql::Protocol
