// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/SqlDialect>

#include <QtWidgets/QPlainTextEdit>

#include <memory>

class SqlHighlighter;

/// Edits SQL, with colours, line numbers, the statement at the cursor, and a mark at the position
/// of an error.
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
    /// The line of the error, counted from 1.
    int errorLine() const;
    void jumpToError();

    /// The unchanged text. toPlainText() replaces special spaces by ordinary ones, even in strings.
    QString sql() const;
    /// The dialect of the session.
    AsyncMySql::SqlDialect dialect() const;
    void setDialect(const AsyncMySql::SqlDialect &dialect);

    /// Replaces the selection in one undo step.
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
    /// Selects the error and moves when text before it is edited.
    QTextCursor m_error;
};
