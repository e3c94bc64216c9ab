// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/QueryModel>

#include <QtWidgets/QWidget>

QT_BEGIN_NAMESPACE
class QLabel;
class QScrollBar;
class QTableView;
QT_END_NAMESPACE

class RowWindow;

/// Shows all rows of a model, however many there are.
class Window : public QWidget
{
    Q_OBJECT

public:
    explicit Window(AsyncMySql::QueryModel *model, QWidget *parent = nullptr);

    RowWindow *rows() const { return m_rows; }
    /// Of the first row that is shown.
    void scrollTo(int row);
    int lastTop() const;
    void showStatus(const QString &text);

protected:
    void resizeEvent(QResizeEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    int visibleRows() const;
    void updateRange();
    void updateStatus();

    AsyncMySql::QueryModel *const m_model;
    RowWindow *const m_rows;
    QTableView *const m_table;
    QScrollBar *const m_scrollBar;
    QLabel *const m_status;
};
