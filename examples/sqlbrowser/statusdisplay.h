// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/QElapsedTimer>
#include <QtCore/QPointer>
#include <QtCore/QTimer>
#include <QtWidgets/QStatusBar>

QT_BEGIN_NAMESPACE
class QLabel;
class QProgressBar;
QT_END_NAMESPACE

class ServerSession;
class SqlSheet;

/// Rows, time, progress, the open transaction and the state of the connection.
class StatusDisplay : public QStatusBar
{
    Q_OBJECT

public:
    explicit StatusDisplay(SqlSheet *sheet, QWidget *parent = nullptr);

    void setSession(ServerSession *session);

protected:
    void changeEvent(QEvent *event) override;

private:
    void update();
    void updateState();
    void updateTransaction();
    void showProgress(int percent, const QString &text);

    SqlSheet *m_sheet;
    QPointer<ServerSession> m_session;
    QProgressBar *m_progress;
    QLabel *m_rows;
    QLabel *m_elapsed;
    QLabel *m_transaction;
    QLabel *m_state;
    QTimer m_ticks;
    QElapsedTimer m_clock;
};
