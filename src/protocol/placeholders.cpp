// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "placeholders.h"

#include "sqllexer.h"

namespace AsyncMySql::Protocol {

Placeholders Placeholders::find(QByteArrayView sql, const SqlDialect &dialect)
{
    Placeholders placeholders;
    SqlLexer lexer(sql, dialect);
    SqlToken token;
    do {
        token = lexer.next();
        placeholders.unterminated = placeholders.unterminated || token.unterminated;
        const bool named = token.kind == SqlToken::Kind::NamedPlaceholder;
        if (!named && token.kind != SqlToken::Kind::Placeholder)
            continue;

        const Kind kind = named ? Kind::Named : Kind::Positional;
        const bool first = placeholders.kind == Kind::None;
        placeholders.kind = first || placeholders.kind == kind ? kind : Kind::Mixed;
        placeholders.list.push_back({token.offset, token.text.size(),
                                     named ? token.text.sliced(1) : QByteArrayView(),
                                     token.inExecutableComment});
    } while (token.kind != SqlToken::Kind::End);
    return placeholders;
}

} // namespace AsyncMySql::Protocol
