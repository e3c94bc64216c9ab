// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/SqlDialect>

#include <QtGui/QSyntaxHighlighter>
#include <QtGui/QTextCharFormat>

QT_BEGIN_NAMESPACE
class QPalette;
QT_END_NAMESPACE

/// Colours keywords, strings, comments, numbers and variables.
class SqlHighlighter : public QSyntaxHighlighter
{
    Q_OBJECT

public:
    explicit SqlHighlighter(QTextDocument *document);

    void setPalette(const QPalette &palette);
    AsyncMySql::SqlDialect dialect() const { return m_dialect; }
    void setDialect(const AsyncMySql::SqlDialect &dialect);

protected:
    void highlightBlock(const QString &text) override;

private:
    AsyncMySql::SqlDialect m_dialect;
    QTextCharFormat m_keyword;
    QTextCharFormat m_function;
    QTextCharFormat m_string;
    QTextCharFormat m_identifier;
    QTextCharFormat m_comment;
    QTextCharFormat m_number;
    QTextCharFormat m_variable;
};
