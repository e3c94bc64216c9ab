// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/Connection>

#include <QtCore/QElapsedTimer>
#include <QtCore/QPointer>
#include <QtCore/QTimer>
#include <QtWidgets/QStatusBar>

QT_BEGIN_NAMESPACE
class QLabel;
class QProgressBar;
QT_END_NAMESPACE

class SqlSheet;

/// Rows, time, progress, the open transaction and the state of the connection.
class StatusDisplay : public QStatusBar
{
    Q_OBJECT

public:
    explicit StatusDisplay(SqlSheet *sheet, QWidget *parent = nullptr);

    void setConnection(AsyncMySql::Connection *connection);

protected:
    void changeEvent(QEvent *event) override;

private:
    void update();
    void updateState();
    void updateTransaction();
    void showProgress(int percent, const QString &text);

    SqlSheet *m_sheet;
    QPointer<AsyncMySql::Connection> m_connection;
    QProgressBar *m_progress;
    QLabel *m_rows;
    QLabel *m_elapsed;
    QLabel *m_transaction;
    QLabel *m_state;
    QTimer m_ticks;
    QElapsedTimer m_clock;
};
