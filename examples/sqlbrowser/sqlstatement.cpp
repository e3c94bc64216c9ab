// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "sqlstatement.h"

#include <AsyncMySql/SqlTokenizer>

#include <QtCore/QStringList>

#include <algorithm>

using namespace AsyncMySql;
using Kind = SqlTokenizer::Token::Kind;

namespace {

/// Words in upper case, symbols and variables as they are; "" stands for quoted names and strings.
QStringList significantWords(const QString &sql, const SqlDialect &dialect, QString *secondWord)
{
    QStringList words;
    SqlTokenizer tokenizer(sql, dialect);
    while (const auto token = tokenizer.next()) {
        const QString piece = sql.mid(token->start, token->length);
        switch (token->kind) {
        case Kind::Comment:
            continue;
        case Kind::String:
        case Kind::Identifier:
            words.append(QString());
            break;
        default:
            words.append(piece.toUpper());
            break;
        }
        if (words.size() == 2)
            *secondWord = piece;
    }
    while (!words.isEmpty() && words.constFirst() == "(")
        words.removeFirst();
    return words;
}

bool isOneOf(const QString &word, std::initializer_list<const char *> list)
{
    return std::any_of(list.begin(), list.end(),
                       [&](const char *one) { return word == QLatin1String(one); });
}

QString unquoted(const QString &name)
{
    const QChar quote = name.isEmpty() ? QChar() : name.front();
    if (name.size() < 2 || (quote != '`' && quote != '"'))
        return name;
    return name.mid(1, name.size() - 2).replace(QString(2, quote), quote);
}

} // namespace

SqlStatement statementAt(const QString &text, qsizetype position, const SqlDialect &dialect)
{
    const QList<SqlStatement> statements = SqlScript::split(text, dialect);
    for (qsizetype i = 0; i < statements.size(); ++i) {
        if (position <= statements[i].end)
            return statements[i];
        // After the delimiter on the same line, the statement before it is used.
        const qsizetype lineEnd = text.indexOf('\n', statements[i].end);
        const bool isOnItsLine = lineEnd < 0 || position <= lineEnd;
        const bool isBeforeTheNext
            = i + 1 == statements.size() || position < statements[i + 1].start;
        if (isOnItsLine && isBeforeTheNext)
            return statements[i];
    }
    return statements.isEmpty() ? SqlStatement() : statements.constLast();
}

StatementTraits StatementTraits::of(const QString &sql, const SqlDialect &dialect)
{
    StatementTraits traits;
    QString second;
    const QStringList words = significantWords(sql, dialect, &second);
    if (words.isEmpty())
        return traits;
    const QString first = words.constFirst();

    if (first == "USE" && words.size() == 2) {
        traits.database = unquoted(second);
        traits.changesSchema = true;
        return traits;
    }
    traits.sorts = isOneOf(first, {"SELECT", "WITH"});
    traits.reads = traits.sorts
                   || isOneOf(first, {"SHOW", "DESCRIBE", "DESC", "EXPLAIN", "TABLE", "VALUES"});
    traits.changesSchema = isOneOf(first, {"CREATE", "ALTER", "DROP", "RENAME", "TRUNCATE"});
    for (qsizetype i = 1; i < words.size(); ++i) {
        const QString &word = words[i];
        if (word == "INTO"
            || (first == "WITH" && words[i - 1] == ")"
                && isOneOf(word, {"UPDATE", "DELETE", "INSERT"})))
            traits.reads = traits.sorts = false;
        if (word == "LOCK" || (words[i - 1] == "FOR" && isOneOf(word, {"UPDATE", "SHARE"})))
            traits.sorts = false;
    }
    return traits;
}

QString quotedName(const QString &name)
{
    return '`' + QString(name).replace('`', "``") + '`';
}
