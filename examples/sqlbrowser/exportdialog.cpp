// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "exportdialog.h"

#include "exportjob.h"
#include "theme.h"

#include <QtCore/QDir>
#include <QtCore/QFileInfo>
#include <QtCore/QLocale>
#include <QtCore/QStandardPaths>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QFormLayout>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QProgressBar>
#include <QtWidgets/QPushButton>

ExportDialog::ExportDialog(const AsyncMySql::ConnectionOptions &options, const QString &sql,
                           const QString &name, QWidget *parent)
    : QDialog(parent)
    , m_options(options)
    , m_sql(sql)
    , m_file(new QLineEdit)
    , m_format(new QComboBox)
    , m_progress(new QProgressBar)
    , m_message(new QLabel)
    , m_start(new QPushButton(tr("&Export")))
    , m_close(new QPushButton(tr("Close")))
{
    setObjectName("exportDialog");
    setWindowTitle(tr("Export %1").arg(name));
    setAttribute(Qt::WA_DeleteOnClose);
    m_file->setObjectName("exportFile");
    m_format->setObjectName("exportFormat");
    m_message->setObjectName("exportMessage");
    m_start->setObjectName("exportStart");
    m_format->addItems({tr("CSV"), tr("JSON")});
    m_message->setWordWrap(true);
    m_message->setMinimumWidth(380);
    m_progress->setTextVisible(false);
    m_progress->setRange(0, 1);

    const QString folder = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
    m_file->setText(QDir::toNativeSeparators(folder + '/' + name + ".csv"));
    auto *choose = new QPushButton(tr("&Browse…"));
    auto *fileRow = new QHBoxLayout;
    fileRow->addWidget(m_file);
    fileRow->addWidget(choose);
    auto *form = new QFormLayout;
    form->addRow(tr("&Format:"), m_format);
    auto *fileLabel = new QLabel(tr("F&ile:"));
    fileLabel->setBuddy(m_file);
    form->addRow(fileLabel, fileRow);
    auto *buttons = new QHBoxLayout;
    buttons->addStretch();
    buttons->addWidget(m_start);
    buttons->addWidget(m_close);
    auto *layout = new QVBoxLayout(this);
    layout->addLayout(form);
    layout->addWidget(m_progress);
    layout->addWidget(m_message);
    layout->addStretch();
    layout->addLayout(buttons);
    m_start->setDefault(true);
    m_message->setText(tr("The rows are written as they come, however many there are."));

    connect(choose, &QPushButton::clicked, this, &ExportDialog::chooseFile);
    connect(m_format, &QComboBox::currentIndexChanged, this, &ExportDialog::changeSuffix);
    connect(m_start, &QPushButton::clicked, this, &ExportDialog::start);
    connect(m_close, &QPushButton::clicked, this, &QDialog::reject);
    resize(520, sizeHint().height());
}

RowFormat::Kind ExportDialog::kind() const
{
    return m_format->currentIndex() == 0 ? RowFormat::Kind::Csv : RowFormat::Kind::Json;
}

void ExportDialog::chooseFile()
{
    auto *dialog = new QFileDialog(this, windowTitle(), m_file->text());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    connect(dialog, &QFileDialog::fileSelected, m_file, &QLineEdit::setText);
    dialog->open();
}

void ExportDialog::changeSuffix()
{
    const QFileInfo file(m_file->text());
    const QString suffix = kind() == RowFormat::Kind::Csv ? ".csv" : ".json";
    m_file->setText(QDir::toNativeSeparators(file.path() + '/' + file.completeBaseName() + suffix));
}

void ExportDialog::start()
{
    m_start->setEnabled(false);
    m_close->setText(tr("Cancel"));
    m_progress->setRange(0, 0);
    m_job
        = new ExportJob(m_options, m_sql, QDir::fromNativeSeparators(m_file->text()), kind(), this);
    connect(m_job, &ExportJob::progressed, this, &ExportDialog::showProgress);
    connect(m_job, &ExportJob::finished, this, &ExportDialog::finish);
    m_message->setPalette({});
    m_message->setText(tr("Waiting for the first rows…"));
    m_job->start();
}

void ExportDialog::showProgress()
{
    const QLocale locale;
    m_message->setText(tr("%1 rows, %2, %3 s")
                           .arg(locale.toString(m_job->rows()),
                                locale.formattedDataSize(m_job->bytes()),
                                locale.toString(double(m_job->elapsed()) / 1000, 'f', 1)));
}

void ExportDialog::finish(const QString &error)
{
    showProgress();
    m_progress->setRange(0, 1);
    m_progress->setValue(error.isEmpty() ? 1 : 0);
    m_start->setEnabled(true);
    m_close->setText(tr("Close"));
    QPalette palette = m_message->palette();
    palette.setColor(QPalette::WindowText,
                     error.isEmpty() ? Theme::goodText(palette) : Theme::errorText(palette));
    m_message->setPalette(palette);
    m_message->setText(error.isEmpty() ? tr("Written: %1").arg(m_message->text())
                                       : tr("Nothing was written: %1").arg(error));
    m_job->deleteLater();
    m_job = nullptr;
}

void ExportDialog::done(int result)
{
    // The first time Cancel ends the export, and tells what became of it.
    if (m_job)
        m_job->cancel();
    else
        QDialog::done(result);
}
