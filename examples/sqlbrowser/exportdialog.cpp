// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "exportdialog.h"

#include "exportjob.h"
#include "rowsource.h"
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

#include <utility>

ExportDialog::ExportDialog(MakeRows makeRows, const QString &name, QWidget *parent)
    : QDialog(parent)
    , m_makeRows(std::move(makeRows))
    , m_form(new QFormLayout)
    , m_file(new QLineEdit)
    , m_format(new QComboBox)
    , m_bytes(new QComboBox)
    , m_table(new QLineEdit(name))
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
    m_bytes->setObjectName("exportBytes");
    m_table->setObjectName("exportTable");
    m_format->addItem(tr("CSV"), QVariant::fromValue(RowFormat::Kind::Csv));
    m_format->addItem(tr("JSON"), QVariant::fromValue(RowFormat::Kind::Json));
    m_format->addItem(tr("SQL (INSERT)"), QVariant::fromValue(RowFormat::Kind::Sql));
    m_bytes->addItem(tr("Hexadecimal (0x…)"), QVariant::fromValue(RowFormat::BytesEncoding::Hex));
    m_bytes->addItem(tr("Base64"), QVariant::fromValue(RowFormat::BytesEncoding::Base64));
    m_bytes->setToolTip(tr("How values of BINARY, BLOB and GEOMETRY are written"));
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
    m_form->addRow(tr("&Format:"), m_format);
    m_form->addRow(tr("&Binary values:"), m_bytes);
    m_form->addRow(tr("&Table:"), m_table);
    auto *fileLabel = new QLabel(tr("F&ile:"));
    fileLabel->setBuddy(m_file);
    m_form->addRow(fileLabel, fileRow);
    auto *buttons = new QHBoxLayout;
    buttons->addStretch();
    buttons->addWidget(m_start);
    buttons->addWidget(m_close);
    auto *layout = new QVBoxLayout(this);
    layout->addLayout(m_form);
    layout->addWidget(m_progress);
    layout->addWidget(m_message);
    layout->addStretch();
    layout->addLayout(buttons);
    m_start->setDefault(true);
    m_message->setText(
        tr("Rows are written while they arrive, so memory usage does not depend on their number."));

    connect(choose, &QPushButton::clicked, this, &ExportDialog::chooseFile);
    connect(m_format, &QComboBox::currentIndexChanged, this, &ExportDialog::changeFormat);
    connect(m_start, &QPushButton::clicked, this, &ExportDialog::start);
    connect(m_close, &QPushButton::clicked, this, &QDialog::reject);
    changeFormat();
    resize(520, sizeHint().height());
}

RowFormat::Kind ExportDialog::kind() const
{
    return m_format->currentData().value<RowFormat::Kind>();
}

RowFormat::BytesEncoding ExportDialog::bytesEncoding() const
{
    return m_bytes->currentData().value<RowFormat::BytesEncoding>();
}

void ExportDialog::chooseFile()
{
    auto *dialog = new QFileDialog(this, windowTitle(), m_file->text());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    connect(dialog, &QFileDialog::fileSelected, m_file, &QLineEdit::setText);
    dialog->open();
}

void ExportDialog::changeFormat()
{
    const bool isSql = kind() == RowFormat::Kind::Sql;
    // SQL has only one form for bytes, and the other formats need no table.
    const std::initializer_list<std::pair<QWidget *, bool>> shown
        = {{m_bytes, !isSql}, {m_table, isSql}};
    for (const auto &[field, isShown] : shown) {
        field->setVisible(isShown);
        m_form->labelForField(field)->setVisible(isShown);
    }
    const QFileInfo file(m_file->text());
    const QString suffix = isSql ? ".sql" : kind() == RowFormat::Kind::Json ? ".json" : ".csv";
    m_file->setText(QDir::toNativeSeparators(file.path() + '/' + file.completeBaseName() + suffix));
}

void ExportDialog::start()
{
    std::unique_ptr<RowSource> rows = m_makeRows();
    if (!rows) {
        finish(tr("The result was closed."));
        return;
    }
    m_start->setEnabled(false);
    m_close->setText(tr("Cancel"));
    m_progress->setRange(0, 0);
    m_job = new ExportJob(std::move(rows),
                          RowFormat::make(kind(), bytesEncoding(), m_table->text().trimmed()),
                          QDir::fromNativeSeparators(m_file->text()), this);
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
    if (m_job)
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
    if (m_job)
        m_job->deleteLater();
    m_job = nullptr;
}

void ExportDialog::done(int result)
{
    // The first Cancel ends the export and shows its result.
    if (m_job)
        m_job->cancel();
    else
        QDialog::done(result);
}
