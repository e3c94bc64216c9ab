// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "insertoutline.h"

#include "sqllexer.h"

#include <algorithm>
#include <utility>

namespace AsyncMySql::Protocol {

namespace {

using Kind = SqlToken::Kind;

/// Reads the statement from its beginning. Each function takes what it reads, and returns false if
/// it finds something else.
class InsertReader
{
public:
    InsertReader(QByteArrayView sql, const SqlDialect &dialect)
        : m_sql(sql)
        , m_lexer(sql, dialect)
    {
        advance();
    }

    std::optional<InsertOutline> read()
    {
        if (takeWord("REPLACE"))
            m_outline.hasAlternative = true;
        else if (!takeWord("INSERT"))
            return std::nullopt;
        else if (takeWord("IGNORE"))
            m_outline.hasAlternative = true;
        takeWord("INTO");
        if (!readTable() || !readColumns() || !(takeWord("VALUES") || takeWord("VALUE")))
            return std::nullopt;
        m_outline.head = slice(0, m_token.offset);
        if (!readRow())
            return std::nullopt;
        m_outline.tail = slice(m_end, m_sql.size());
        if (!readAlias() || !readUpdate() || m_isUncertain || m_token.kind != Kind::End)
            return std::nullopt;
        return std::move(m_outline);
    }

private:
    void advance()
    {
        m_end = m_token.offset + m_token.text.size();
        m_token = m_lexer.nextCode();
        // Another server may skip it; and what is known of sql_mode, on which the end of a text
        // with a backslash depends, may be wrong.
        m_isUncertain = m_isUncertain || m_token.inExecutableComment || m_token.unterminated
                        || (m_token.kind == Kind::String && m_token.text.contains('\\'));
    }
    QByteArray slice(qsizetype from, qsizetype to) const
    {
        return m_sql.sliced(from, to - from).toByteArray();
    }

    bool takeWord(const char *word)
    {
        if (!m_token.isWord(word))
            return false;
        advance();
        return true;
    }
    bool takeOperator(char symbol)
    {
        if (!m_token.isOperator(symbol))
            return false;
        advance();
        return true;
    }
    bool takeName(QString *name)
    {
        if (m_token.kind != Kind::Word && m_token.kind != Kind::QuotedIdentifier)
            return false;
        *name = m_token.name();
        advance();
        return true;
    }

    bool readTable()
    {
        const qsizetype from = m_token.offset;
        if (!takeName(&m_outline.tableName))
            return false;
        if (takeOperator('.')) {
            m_outline.database = std::exchange(m_outline.tableName, {});
            if (!takeName(&m_outline.tableName))
                return false;
        }
        m_outline.table = slice(from, m_end);
        return true;
    }

    /// There need not be any.
    bool readColumns()
    {
        if (!takeOperator('('))
            return true;
        do {
            QString name;
            if (!takeName(&name))
                return false;
            m_outline.columns.append(name);
        } while (takeOperator(','));
        return takeOperator(')');
    }

    bool readRow()
    {
        qsizetype from = m_token.offset;
        if (!takeOperator('('))
            return false;
        int position = 0;
        do {
            const SqlToken value = m_token;
            if (!readValue())
                return false;
            if (value.kind == Kind::Placeholder) {
                m_outline.pieces.append(slice(from, value.offset));
                m_outline.positions.append(position);
                from = value.offset + value.text.size();
            }
            ++position;
        } while (takeOperator(','));
        if (!takeOperator(')') || m_outline.pieces.isEmpty())
            return false;
        m_outline.pieces.append(slice(from, m_end));
        return true;
    }

    bool readValue()
    {
        if (m_token.isOneOf({"NULL", "DEFAULT", "TRUE", "FALSE"})
            || m_token.kind == Kind::Placeholder || m_token.kind == Kind::String) {
            advance();
            return true;
        }
        if (m_token.isOperator('-') || m_token.isOperator('+'))
            advance();
        // A name can begin with a digit.
        const bool isNumber = m_token.kind == Kind::Number
                              && std::all_of(m_token.text.begin(), m_token.text.end(), [](char c) {
                                     return (c >= '0' && c <= '9') || c == '.';
                                 });
        advance();
        return isNumber;
    }

    /// AS new, or AS new(a, b); MySQL's name for the row. There need not be one.
    bool readAlias()
    {
        if (!takeWord("AS"))
            return true;
        QString name;
        if (!takeName(&name))
            return false;
        if (!takeOperator('('))
            return true;
        do {
            if (!takeName(&name))
                return false;
        } while (takeOperator(','));
        return takeOperator(')');
    }

    /// What follows ON DUPLICATE KEY UPDATE, if it is there, may depend on the row and on the one
    /// that it meets, and on nothing else.
    bool readUpdate()
    {
        if (!takeWord("ON"))
            return true;
        if (!takeWord("DUPLICATE") || !takeWord("KEY") || !takeWord("UPDATE"))
            return false;
        m_outline.hasAlternative = true;
        bool canBeCall = false;
        for (; m_token.kind != Kind::End; advance()) {
            switch (m_token.kind) {
            case Kind::Word:
                if (m_token.isOneOf({"SELECT", "TABLE", "CURRENT_DATE", "CURRENT_ROLE",
                                     "CURRENT_TIME", "CURRENT_TIMESTAMP", "CURRENT_USER",
                                     "LOCALTIME", "LOCALTIMESTAMP", "UTC_DATE", "UTC_TIME",
                                     "UTC_TIMESTAMP"}))
                    return false;
                canBeCall = !m_token.isOneOf({"AND", "CASE", "COALESCE", "CONCAT", "ELSE",
                                              "GREATEST", "IF", "IFNULL", "IN", "LEAST", "NOT",
                                              "NULLIF", "OR", "THEN", "VALUES", "WHEN"});
                break;
            case Kind::QuotedIdentifier:
            case Kind::Number:
            case Kind::String:
                canBeCall = true;
                break;
            case Kind::Operator:
                if (m_token.text == ":=" || m_token.isOperator('@')
                    || (canBeCall && m_token.isOperator('(')))
                    return false;
                canBeCall = false;
                break;
            default:
                return false;
            }
        }
        return true;
    }

    QByteArrayView m_sql;
    SqlLexer m_lexer;
    SqlToken m_token;
    /// Of the token before.
    qsizetype m_end = 0;
    bool m_isUncertain = false;
    InsertOutline m_outline;
};

} // namespace

std::optional<InsertOutline> InsertOutline::of(QByteArrayView sql, const SqlDialect &dialect)
{
    return InsertReader(sql, dialect).read();
}

} // namespace AsyncMySql::Protocol
