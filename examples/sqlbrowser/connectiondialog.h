// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "connectionprofile.h"

#include <QtWidgets/QDialog>

QT_BEGIN_NAMESPACE
class QComboBox;
class QLabel;
class QLineEdit;
class QListWidget;
class QProgressBar;
class QPushButton;
class QSpinBox;
QT_END_NAMESPACE

class ConnectionTest;

/// Asks for a server. Connections are saved without their passwords.
class ConnectionDialog : public QDialog
{
    Q_OBJECT

public:
    explicit ConnectionDialog(QWidget *parent = nullptr);

    void setProfile(const ConnectionProfile &profile, const QString &password = {});
    void done(int result) override;

Q_SIGNALS:
    /// Emitted when the server can be reached with these settings.
    void connected(const AsyncMySql::ConnectionOptions &options, const QString &title);

private:
    QWidget *makeList();
    QWidget *makeForm();
    void fillList();
    ConnectionProfile profile() const;
    void showSelected();
    void remember();
    void forget();
    void chooseCaFile();
    void updateForm();
    void test(bool thenConnect);
    void showSuccess(const QString &description);
    void showMessage(const QString &text, const QColor &color);
    void updateButtons();

    QList<ConnectionProfile> m_profiles;
    QListWidget *m_list;
    QLineEdit *m_name;
    QLineEdit *m_host;
    QSpinBox *m_port;
    QLineEdit *m_socket;
    QLineEdit *m_user;
    QLineEdit *m_password;
    QLineEdit *m_database;
    QComboBox *m_tlsMode;
    QLineEdit *m_caFile;
    QPushButton *m_browse;
    QLabel *m_message;
    QProgressBar *m_progress;
    QPushButton *m_forget;
    QPushButton *m_test;
    QPushButton *m_connect;
    ConnectionTest *m_attempt;
    bool m_connects = false;
};
