// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/SqlDialect>

#include <QtWidgets/QPlainTextEdit>

#include <memory>

class SqlHighlighter;

/// Edits SQL: colours, line numbers, the statement under the cursor, and a mark where an error is.
class SqlEditor : public QPlainTextEdit
{
    Q_OBJECT

public:
    explicit SqlEditor(QWidget *parent = nullptr);
    ~SqlEditor() override;

    /// Underlines \a length characters until the text there changes.
    void markError(qsizetype start, qsizetype length);
    void clearError();
    bool hasError() const { return !m_error.isNull(); }
    /// The line of the error, from 1 on.
    int errorLine() const;
    void jumpToError();

    /// The text as it was written. toPlainText() makes ordinary spaces of others, even in strings.
    QString sql() const;
    /// How the session reads it.
    AsyncMySql::SqlDialect dialect() const;
    void setDialect(const AsyncMySql::SqlDialect &dialect);

    /// In place of the selection, as one step to undo.
    void insertSql(const QString &sql);

    int numbersWidth() const;
    void paintNumbers(const QRect &rect);

protected:
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void updateNumbers(const QRect &rect, int dy);
    void updateSelections();

    QWidget *m_numbers;
    SqlHighlighter *m_highlighter;
    /// Selects the error, and moves when text in front of it is edited.
    QTextCursor m_error;
};
