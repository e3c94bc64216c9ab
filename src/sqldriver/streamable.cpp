// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "streamable.h"

#include <AsyncMySql/sqltokenizer.h>

#include <algorithm>
#include <array>

namespace AsyncMySql::Sql {

bool isStreamable(QStringView sql)
{
    using Kind = SqlTokenizer::Token::Kind;
    constexpr std::array<QStringView, 6> verbs
        = {u"SELECT", u"SHOW", u"WITH", u"TABLE", u"VALUES", u"DESCRIBE"};

    SqlTokenizer tokenizer(sql);
    bool hasVerb = false;
    bool isEnded = false;
    while (const auto token = tokenizer.next()) {
        const QStringView text = sql.mid(token->start, token->length);
        if (token->kind == Kind::Comment) {
            // What is in a comment for one kind of server may be code.
            if (text.startsWith(u"/*!") || text.startsWith(u"/*M!"))
                return false;
            continue;
        }
        if (isEnded)
            return false;
        isEnded = token->kind == Kind::Symbol && text == u';';
        if (hasVerb)
            continue;
        if (token->kind == Kind::Symbol && text == u'(')
            continue;
        hasVerb = token->kind == Kind::Word
                  && std::any_of(verbs.begin(), verbs.end(), [text](QStringView verb) {
                         return text.compare(verb, Qt::CaseInsensitive) == 0;
                     });
        if (!hasVerb)
            return false;
    }
    return hasVerb;
}

} // namespace AsyncMySql::Sql
