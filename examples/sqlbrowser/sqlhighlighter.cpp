// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "sqlhighlighter.h"

#include "theme.h"

#include <AsyncMySql/SqlTokenizer>

#include <QtCore/QSet>
#include <QtGui/QPalette>

using namespace AsyncMySql;

namespace {

bool isKeyword(const QString &word)
{
    static const QSet<QString> keywords = [] {
        const QString list
            = "ADD ALL ALTER ANALYZE AND AS ASC AUTO_INCREMENT BEGIN BETWEEN BIGINT BINARY BIT "
              "BLOB BOOLEAN BOTH BY CALL CASCADE CASE CHANGE CHAR CHARACTER CHECK COLLATE COLUMN "
              "COMMENT COMMIT CONSTRAINT CREATE CROSS DATABASE DATABASES DATE DATETIME DECIMAL "
              "DECLARE DEFAULT DELETE DELIMITER DESC DESCRIBE DISTINCT DIV DO DOUBLE DROP ELSE "
              "ELSEIF END ENGINE ENUM ESCAPE EVENT EXISTS EXIT EXPLAIN FALSE FETCH FLOAT FOR FORCE "
              "FOREIGN FROM FULL FUNCTION GLOBAL GRANT GROUP HANDLER HAVING IF IGNORE IN INDEX "
              "INNER INOUT INSERT INT INTEGER INTERVAL INTO IS ITERATE JOIN JSON KEY KEYS KILL "
              "LEAVE LEFT LIKE LIMIT LOAD LOCAL LOCK LONGBLOB LONGTEXT LOOP MEDIUMINT MEDIUMTEXT "
              "MOD MODIFY NATURAL NOT NULL OFFSET ON OPTIMIZE OR ORDER OUT OUTER OVER PARTITION "
              "PREPARE PRIMARY PROCEDURE RECURSIVE REFERENCES REGEXP RENAME REPEAT REPLACE RETURN "
              "RETURNING RETURNS REVOKE RIGHT RLIKE ROLLBACK ROW ROWS SAVEPOINT SCHEMA SELECT "
              "SESSION SET SHARE SHOW SIGNAL SMALLINT START STATUS TABLE TABLES TEMPORARY TEXT "
              "THEN TIME TIMESTAMP TINYINT TO TRANSACTION TRIGGER TRUE TRUNCATE UNION UNIQUE "
              "UNLOCK UNSIGNED UPDATE USE USING VALUES VARBINARY VARCHAR VARIABLES VIEW WHEN WHERE "
              "WHILE WINDOW WITH XOR YEAR";
        const QStringList words = list.split(' ');
        return QSet<QString>(words.begin(), words.end());
    }();
    return keywords.contains(word.toUpper());
}

} // namespace

SqlHighlighter::SqlHighlighter(QTextDocument *document)
    : QSyntaxHighlighter(document)
{
    m_keyword.setFontWeight(QFont::DemiBold);
    m_comment.setFontItalic(true);
}

void SqlHighlighter::setPalette(const QPalette &palette)
{
    const auto color = [dark = Theme::isDark(palette)](const char *onLight, const char *onDark) {
        return QColor(QLatin1String(dark ? onDark : onLight));
    };
    m_keyword.setForeground(color("#1f5fbf", "#7fb2f5"));
    m_function.setForeground(color("#7a3e9d", "#cfa3f0"));
    m_string.setForeground(color("#1a7f37", "#8fd19e"));
    m_identifier.setForeground(color("#8a4b08", "#e5b567"));
    m_comment.setForeground(color("#7b838c", "#8b939d"));
    m_number.setForeground(color("#b0471a", "#f0a37c"));
    m_variable.setForeground(color("#0b7285", "#7ad3e0"));
    rehighlight();
}

void SqlHighlighter::setDialect(const SqlDialect &dialect)
{
    if (dialect == m_dialect)
        return;
    m_dialect = dialect;
    rehighlight();
}

void SqlHighlighter::highlightBlock(const QString &text)
{
    using Kind = SqlTokenizer::Token::Kind;
    SqlTokenizer tokenizer(text, m_dialect, previousBlockState());
    while (const auto token = tokenizer.next()) {
        const auto apply = [&](const QTextCharFormat &format) {
            setFormat(int(token->start), int(token->length), format);
        };
        switch (token->kind) {
        case Kind::Comment:
            apply(m_comment);
            break;
        case Kind::String:
            apply(m_string);
            break;
        case Kind::Identifier:
            apply(m_identifier);
            break;
        case Kind::Number:
            apply(m_number);
            break;
        case Kind::Variable:
            apply(m_variable);
            break;
        case Kind::Word:
            if (isKeyword(text.mid(token->start, token->length)))
                apply(m_keyword);
            else if (token->end() < text.size() && text[token->end()] == '(')
                apply(m_function);
            break;
        case Kind::Symbol:
            break;
        }
    }
    setCurrentBlockState(tokenizer.state());
}
