// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "connectiondialog.h"

#include "connectiontest.h"
#include "icons.h"
#include "theme.h"

#include <QtWidgets/QComboBox>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QFormLayout>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListWidget>
#include <QtWidgets/QProgressBar>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QSpinBox>

using TlsMode = AsyncMySql::ConnectionOptions::TlsMode;

ConnectionDialog::ConnectionDialog(QWidget *parent)
    : QDialog(parent)
    , m_profiles(ConnectionProfile::load())
    , m_list(new QListWidget)
    , m_name(new QLineEdit)
    , m_host(new QLineEdit)
    , m_port(new QSpinBox)
    , m_socket(new QLineEdit)
    , m_user(new QLineEdit)
    , m_password(new QLineEdit)
    , m_database(new QLineEdit)
    , m_tlsMode(new QComboBox)
    , m_caFile(new QLineEdit)
    , m_browse(new QPushButton(tr("&Browse…")))
    , m_message(new QLabel)
    , m_progress(new QProgressBar)
    , m_forget(new QPushButton(tr("For&get")))
    , m_test(new QPushButton(tr("&Test connection")))
    , m_connect(new QPushButton(tr("&Connect")))
    , m_attempt(new ConnectionTest(this))
{
    setObjectName("connectionDialog");
    setWindowTitle(tr("Connect to a server"));
    const std::initializer_list<std::pair<QWidget *, const char *>> names
        = {{m_list, "profiles"},
           {m_name, "profileName"},
           {m_host, "host"},
           {m_port, "port"},
           {m_socket, "socket"},
           {m_user, "user"},
           {m_password, "password"},
           {m_database, "database"},
           {m_tlsMode, "tlsMode"},
           {m_caFile, "caFile"},
           {m_message, "testMessage"},
           {m_test, "testButton"},
           {m_connect, "connectButton"}};
    for (const auto &[widget, name] : names)
        widget->setObjectName(name);

    auto *columns = new QHBoxLayout;
    columns->setSpacing(16);
    columns->addWidget(makeList(), 2);
    columns->addWidget(makeForm(), 5);
    auto *close = new QPushButton(tr("Cancel"));
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(m_test);
    buttons->addWidget(m_progress);
    buttons->addStretch();
    buttons->addWidget(m_connect);
    buttons->addWidget(close);
    auto *layout = new QVBoxLayout(this);
    layout->addLayout(columns);
    layout->addWidget(m_message);
    layout->addStretch();
    layout->addLayout(buttons);
    m_message->setWordWrap(true);
    m_message->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_message->setMinimumHeight(fontMetrics().height() * 2);
    m_message->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_progress->setRange(0, 0);
    m_progress->setMaximumWidth(140);
    m_progress->setTextVisible(false);
    m_connect->setDefault(true);

    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_connect, &QPushButton::clicked, this, [this] { test(true); });
    connect(m_test, &QPushButton::clicked, this, [this] {
        if (m_attempt->isRunning())
            m_attempt->cancel();
        else
            test(false);
    });
    connect(m_attempt, &ConnectionTest::succeeded, this, &ConnectionDialog::showSuccess);
    connect(m_attempt, &ConnectionTest::failed, this, [this](const QString &message) {
        showMessage(message, Theme::errorText(palette()));
        updateButtons();
    });
    fillList();
    setProfile(m_profiles.value(0));
    updateButtons();
    resize(680, sizeHint().height());
}

QWidget *ConnectionDialog::makeList()
{
    auto *remember = new QPushButton(tr("&Remember"));
    remember->setObjectName("remember");
    m_forget->setObjectName("forget");
    for (QPushButton *button : {remember, m_forget, m_browse, m_test})
        button->setAutoDefault(false);
    remember->setToolTip(tr("Keeps what is in the form, except for the password."));
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(remember);
    buttons->addWidget(m_forget);
    auto *side = new QWidget;
    auto *layout = new QVBoxLayout(side);
    layout->setContentsMargins({});
    layout->addWidget(new QLabel(tr("Remembered connections")));
    layout->addWidget(m_list);
    layout->addLayout(buttons);
    connect(remember, &QPushButton::clicked, this, &ConnectionDialog::remember);
    connect(m_forget, &QPushButton::clicked, this, &ConnectionDialog::forget);
    connect(m_list, &QListWidget::currentRowChanged, this, &ConnectionDialog::showSelected);
    connect(m_list, &QListWidget::itemActivated, m_password, qOverload<>(&QWidget::setFocus));
    return side;
}

QWidget *ConnectionDialog::makeForm()
{
    m_port->setRange(1, 65535);
    m_port->setGroupSeparatorShown(false);
    m_port->setButtonSymbols(QAbstractSpinBox::NoButtons);
    m_port->setMinimumWidth(fontMetrics().horizontalAdvance("00000") + 28);
    m_password->setEchoMode(QLineEdit::Password);
    m_name->setPlaceholderText(tr("Any name, for the list"));
    m_socket->setPlaceholderText(tr("Instead of host and port, for a server on this machine"));
    m_password->setPlaceholderText(tr("Is not stored"));
    m_database->setPlaceholderText(tr("None"));
    m_caFile->setPlaceholderText(tr("The system's certificates"));
    m_tlsMode->addItem(tr("Off: nothing is encrypted"), int(TlsMode::Disabled));
    m_tlsMode->addItem(tr("If the server offers it, unverified"), int(TlsMode::Preferred));
    m_tlsMode->addItem(tr("Always, unverified"), int(TlsMode::Required));
    m_tlsMode->addItem(tr("Verify the server's certificate"), int(TlsMode::VerifyCa));
    m_tlsMode->addItem(tr("Verify certificate and host name"), int(TlsMode::VerifyIdentity));

    auto *where = new QHBoxLayout;
    auto *portLabel = new QLabel(tr("P&ort:"));
    portLabel->setBuddy(m_port);
    where->addWidget(m_host);
    where->addWidget(portLabel);
    where->addWidget(m_port);
    auto *ca = new QHBoxLayout;
    ca->addWidget(m_caFile);
    ca->addWidget(m_browse);
    auto *side = new QWidget;
    auto *form = new QFormLayout(side);
    form->setContentsMargins({});
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->addRow(tr("&Name:"), m_name);
    form->addRow(tr("&Host:"), where);
    form->addRow(tr("&Socket:"), m_socket);
    form->addRow(tr("&User:"), m_user);
    form->addRow(tr("&Password:"), m_password);
    form->addRow(tr("&Database:"), m_database);
    form->addRow(tr("TL&S:"), m_tlsMode);
    form->addRow(tr("C&A file:"), ca);
    for (auto *label : side->findChildren<QLabel *>()) {
        if (label->text() == tr("&Host:"))
            label->setBuddy(m_host);
        else if (label->text() == tr("C&A file:"))
            label->setBuddy(m_caFile);
    }
    connect(m_browse, &QPushButton::clicked, this, &ConnectionDialog::chooseCaFile);
    connect(m_socket, &QLineEdit::textChanged, this, &ConnectionDialog::updateForm);
    connect(m_tlsMode, &QComboBox::currentIndexChanged, this, &ConnectionDialog::updateForm);
    return side;
}

void ConnectionDialog::fillList()
{
    const QSignalBlocker blocker(m_list);
    m_list->clear();
    for (const ConnectionProfile &profile : m_profiles)
        new QListWidgetItem(Icons::icon(Icons::Glyph::Database), profile.title(), m_list);
    m_forget->setEnabled(!m_profiles.isEmpty());
}

void ConnectionDialog::setProfile(const ConnectionProfile &profile, const QString &password)
{
    m_name->setText(profile.name);
    m_host->setText(profile.host);
    m_port->setValue(profile.port);
    m_socket->setText(profile.socket);
    m_user->setText(profile.user);
    m_password->setText(password);
    m_database->setText(profile.database);
    m_tlsMode->setCurrentIndex(m_tlsMode->findData(int(profile.tlsMode)));
    m_caFile->setText(profile.caFile);
    m_message->clear();
    updateForm();
    if (!profile.user.isEmpty())
        m_password->setFocus();
}

ConnectionProfile ConnectionDialog::profile() const
{
    ConnectionProfile profile;
    profile.name = m_name->text().trimmed();
    profile.host = m_host->text().trimmed();
    profile.port = m_port->value();
    profile.socket = m_socket->text().trimmed();
    profile.user = m_user->text();
    profile.database = m_database->text().trimmed();
    profile.tlsMode = static_cast<TlsMode>(m_tlsMode->currentData().toInt());
    profile.caFile = m_caFile->isEnabled() ? m_caFile->text().trimmed() : QString();
    return profile;
}

void ConnectionDialog::showSelected()
{
    const int row = m_list->currentRow();
    if (row >= 0 && row < m_profiles.size())
        setProfile(m_profiles[row]);
}

void ConnectionDialog::remember()
{
    const ConnectionProfile current = profile();
    qsizetype row = 0;
    while (row < m_profiles.size() && m_profiles[row].title() != current.title())
        ++row;
    if (row < m_profiles.size())
        m_profiles[row] = current;
    else
        m_profiles.append(current);
    ConnectionProfile::save(m_profiles);
    fillList();
    const QSignalBlocker blocker(m_list);
    m_list->setCurrentRow(int(row));
}

void ConnectionDialog::forget()
{
    const int row = m_list->currentRow();
    if (row < 0)
        return;
    m_profiles.removeAt(row);
    ConnectionProfile::save(m_profiles);
    fillList();
}

void ConnectionDialog::chooseCaFile()
{
    auto *dialog = new QFileDialog(this, tr("Certificates that are trusted"), m_caFile->text(),
                                   tr("Certificates (*.pem *.crt *.cer);;All files (*)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, m_caFile, &QLineEdit::setText);
    dialog->open();
}

void ConnectionDialog::updateForm()
{
    const bool isRemote = m_socket->text().isEmpty();
    const auto mode = static_cast<TlsMode>(m_tlsMode->currentData().toInt());
    m_host->setEnabled(isRemote);
    m_port->setEnabled(isRemote);
    m_tlsMode->setEnabled(isRemote);
    const bool verifies = mode == TlsMode::VerifyCa || mode == TlsMode::VerifyIdentity;
    m_caFile->setEnabled(isRemote && verifies);
    m_browse->setEnabled(isRemote && verifies);
}

void ConnectionDialog::test(bool thenConnect)
{
    QString problem;
    const auto options = profile().options(m_password->text(), &problem);
    if (!problem.isEmpty()) {
        showMessage(problem, Theme::errorText(palette()));
        return;
    }
    m_connects = thenConnect;
    m_attempt->start(options);
    showMessage(tr("Connecting…"), palette().color(QPalette::WindowText));
    updateButtons();
}

void ConnectionDialog::showSuccess(const QString &description)
{
    showMessage(description, Theme::goodText(palette()));
    updateButtons();
    if (!m_connects)
        return;
    QString problem;
    Q_EMIT connected(profile().options(m_password->text(), &problem), profile().title());
    accept();
}

void ConnectionDialog::showMessage(const QString &text, const QColor &color)
{
    QPalette colors = m_message->palette();
    colors.setColor(QPalette::WindowText, color);
    m_message->setPalette(colors);
    m_message->setText(text);
}

void ConnectionDialog::updateButtons()
{
    const bool isTesting = m_attempt->isRunning();
    m_test->setText(isTesting ? tr("S&top") : tr("&Test connection"));
    m_connect->setEnabled(!isTesting);
    m_progress->setVisible(isTesting);
}

void ConnectionDialog::done(int result)
{
    m_attempt->cancel();
    m_password->clear();
    QDialog::done(result);
}
