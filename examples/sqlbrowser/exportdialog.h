// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "rowformat.h"

#include <AsyncMySql/ConnectionOptions>

#include <QtWidgets/QDialog>

QT_BEGIN_NAMESPACE
class QComboBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
QT_END_NAMESPACE

class ExportJob;

/// Asks for a file and writes the rows of a statement into it. The window behind it can be used.
class ExportDialog : public QDialog
{
    Q_OBJECT

public:
    ExportDialog(const AsyncMySql::ConnectionOptions &options, const QString &sql,
                 const QString &name, QWidget *parent = nullptr);

    void done(int result) override;

private:
    RowFormat::Kind kind() const;
    void chooseFile();
    void changeSuffix();
    void start();
    void showProgress();
    void finish(const QString &error);

    AsyncMySql::ConnectionOptions m_options;
    QString m_sql;
    QLineEdit *m_file;
    QComboBox *m_format;
    QProgressBar *m_progress;
    QLabel *m_message;
    QPushButton *m_start;
    QPushButton *m_close;
    ExportJob *m_job = nullptr;
};
