// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "rowformat.h"

#include <QtWidgets/QDialog>

#include <functional>
#include <memory>

QT_BEGIN_NAMESPACE
class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
QT_END_NAMESPACE

class ExportJob;
class RowSource;

/// Asks for a file and writes rows to it. It is not modal.
class ExportDialog : public QDialog
{
    Q_OBJECT

public:
    /// Creates the source of the rows of an export.
    using MakeRows = std::function<std::unique_ptr<RowSource>()>;

    ExportDialog(MakeRows makeRows, const QString &name, QWidget *parent = nullptr);

    void done(int result) override;

private:
    RowFormat::Kind kind() const;
    RowFormat::BytesEncoding bytesEncoding() const;
    void chooseFile();
    void changeFormat();
    void start();
    void showProgress();
    void finish(const QString &error);

    MakeRows m_makeRows;
    QFormLayout *m_form;
    QLineEdit *m_file;
    QComboBox *m_format;
    QComboBox *m_bytes;
    QLineEdit *m_table;
    QProgressBar *m_progress;
    QLabel *m_message;
    QPushButton *m_start;
    QPushButton *m_close;
    ExportJob *m_job = nullptr;
};
