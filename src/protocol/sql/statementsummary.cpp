// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "statementsummary.h"

#include <QtCore/qset.h>

namespace AsyncMySql {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype MaximumLength = 255;

/// Statements whose first word is followed by the name of a table or procedure.
bool namesFirst(const QString &word)
{
    static const QSet<QString> words{u"INSERT"_s, u"REPLACE"_s,  u"UPDATE"_s,  u"DELETE"_s,
                                     u"CALL"_s,   u"TRUNCATE"_s, u"DESCRIBE"_s};
    return words.contains(word);
}

/// Words that a name follows, anywhere.
bool introducesName(const QString &word)
{
    static const QSet<QString> words{u"FROM"_s, u"JOIN"_s, u"INTO"_s, u"TABLE"_s, u"TABLES"_s};
    return words.contains(word);
}

/// Words that can stand between those and the name.
bool isModifier(const QString &word)
{
    static const QSet<QString> words{
        u"IGNORE"_s, u"LOW_PRIORITY"_s, u"HIGH_PRIORITY"_s, u"DELAYED"_s, u"QUICK"_s,
        u"IF"_s,     u"NOT"_s,          u"EXISTS"_s,        u"LATERAL"_s, u"STRAIGHT_JOIN"_s};
    return words.contains(word);
}

/// What SELECT … INTO can be followed by.
bool isNoName(const QString &word)
{
    return word == "OUTFILE"_L1 || word == "DUMPFILE"_L1 || word == "SELECT"_L1
           || word == "VALUES"_L1 || word == "SET"_L1 || word == "DUAL"_L1;
}

bool isMainVerb(const QString &word)
{
    return word == "SELECT"_L1 || word == "INSERT"_L1 || word == "UPDATE"_L1 || word == "DELETE"_L1
           || word == "REPLACE"_L1 || word == "TABLE"_L1 || word == "VALUES"_L1;
}

} // namespace

StatementSummary::StatementSummary(const QString &sql, const SqlDialect &dialect)
{
    SqlTokenizer tokenizer(sql, dialect);
    while (const auto token = tokenizer.next())
        read(*token, QStringView(sql).mid(token->start, token->length));
}

void StatementSummary::read(const Token &token, QStringView text)
{
    switch (token.kind) {
    case Token::Kind::Comment:
        return;
    case Token::Kind::Word:
        if (m_joinsName)
            readName(text, false);
        else
            readWord(text.toString());
        return;
    case Token::Kind::Identifier:
        readName(text, true);
        return;
    case Token::Kind::Symbol:
        readSymbol(text);
        return;
    case Token::Kind::String:
    case Token::Kind::Number:
    case Token::Kind::Variable:
        break;
    }
    m_awaitsName = m_joinsName = m_hasName = false;
}

void StatementSummary::readWord(const QString &written)
{
    const QString word = written.toUpper();
    const bool isFirst = m_operation.isEmpty();
    if (isFirst || (m_operation == "WITH"_L1 && m_selects.size() == 1 && isMainVerb(word))) {
        m_operation = word;
        m_selects.last() = word == "SELECT"_L1;
        m_awaitsName = namesFirst(word);
        m_hasName = false;
        return;
    }
    m_selects.last() = m_selects.last() || word == "SELECT"_L1;
    // EXTRACT(YEAR FROM …) names no table.
    const bool isClause = m_selects.size() == 1 || m_selects.last();
    if (introducesName(word)) {
        m_awaitsName = isClause;
        m_hasName = false;
    } else if (m_awaitsName && !isModifier(word)) {
        if (isNoName(word))
            m_awaitsName = false;
        else
            readName(written, false);
    } else {
        m_hasName = false;
    }
}

void StatementSummary::readSymbol(QStringView symbol)
{
    m_joinsName = m_hasName && symbol == "."_L1;
    m_hasName = false;
    if (symbol == "("_L1) {
        m_selects.append(false);
    } else if (symbol == ")"_L1 && m_selects.size() > 1) {
        m_selects.removeLast();
    }
    m_awaitsName = false;
}

void StatementSummary::readName(QStringView name, bool isQuoted)
{
    const QString plain = isQuoted ? name.mid(1, name.size() - 2).toString() : name.toString();
    if (m_joinsName) {
        m_targets.last() += u'.' + plain;
        m_joinsName = false;
        m_hasName = true;
        return;
    }
    m_hasName = m_awaitsName;
    if (m_awaitsName)
        m_targets.append(plain);
    m_awaitsName = false;
}

QString StatementSummary::text() const
{
    QStringList targets = m_targets;
    targets.removeDuplicates();
    QString text = m_operation;
    for (const QString &target : std::as_const(targets)) {
        if (text.size() + 1 + target.size() > MaximumLength)
            break;
        text += u' ' + target;
    }
    return text.left(MaximumLength);
}

QString StatementSummary::sanitized(const QString &sql, const SqlDialect &dialect)
{
    QString text;
    text.reserve(sql.size());
    SqlTokenizer tokenizer(sql, dialect);
    qsizetype end = 0;
    while (const auto token = tokenizer.next()) {
        // What lies between tokens is space.
        if (token->start > end && !text.isEmpty() && !text.endsWith(u' '))
            text += u' ';
        end = token->end();
        if (token->kind == Token::Kind::String || token->kind == Token::Kind::Number)
            text += u'?';
        else if (token->kind != Token::Kind::Comment)
            text += QStringView(sql).mid(token->start, token->length);
        else if (!text.isEmpty() && !text.endsWith(u' '))
            text += u' ';
    }
    return text.trimmed();
}

} // namespace AsyncMySql
