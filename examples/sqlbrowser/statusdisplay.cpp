// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "statusdisplay.h"

#include "resultpage.h"
#include "scriptrunner.h"
#include "serversession.h"
#include "sqlsheet.h"
#include "theme.h"

#include <QtCore/QDateTime>
#include <QtCore/QEvent>
#include <QtGui/QPalette>
#include <QtWidgets/QLabel>
#include <QtWidgets/QProgressBar>

using AsyncMySql::Connection;
using AsyncMySql::Lease;
using AsyncMySql::Pool;

StatusDisplay::StatusDisplay(SqlSheet *sheet, QWidget *parent)
    : QStatusBar(parent)
    , m_sheet(sheet)
    , m_progress(new QProgressBar)
    , m_rows(new QLabel)
    , m_elapsed(new QLabel)
    , m_transaction(new QLabel(tr("Transaction open")))
    , m_state(new QLabel)
{
    m_progress->setObjectName("progress");
    m_rows->setObjectName("rows");
    m_elapsed->setObjectName("elapsed");
    m_transaction->setObjectName("transaction");
    m_transaction->setToolTip(tr("Other clients do not see the changes before COMMIT. ROLLBACK "
                                 "undoes them."));
    m_state->setObjectName("state");
    m_progress->setMaximumWidth(160);
    m_progress->setMaximumHeight(fontMetrics().height());
    m_progress->setTextVisible(false);
    m_progress->hide();
    for (QLabel *label : {m_rows, m_elapsed, m_transaction, m_state})
        label->setContentsMargins(6, 0, 6, 0);
    addPermanentWidget(m_progress);
    addPermanentWidget(m_rows);
    addPermanentWidget(m_elapsed);
    addPermanentWidget(m_transaction);
    addPermanentWidget(m_state);
    connect(sheet, &SqlSheet::statusChanged, this, &StatusDisplay::update);
    connect(sheet, &SqlSheet::noted, this,
            [this](const QString &text) { showMessage(text, 8000); });
    connect(sheet->runner(), &ScriptRunner::progressed, this, &StatusDisplay::showProgress);
    m_ticks.setInterval(100);
    connect(&m_ticks, &QTimer::timeout, this, &StatusDisplay::update);
    updateState();
    updateTransaction();
}

void StatusDisplay::setSession(ServerSession *session)
{
    m_session = session;
    connect(session, &ServerSession::stateChanged, this, &StatusDisplay::updateState);
    connect(session, &ServerSession::stateChanged, this, &StatusDisplay::updateTransaction);
    connect(session->pool(), &Pool::nextReconnectChanged, this, &StatusDisplay::updateState);
    connect(session->pool(), &Pool::errorOccurred, this,
            [this](const AsyncMySql::Error &error) { showMessage(error.message(), 15000); });
    updateState();
    updateTransaction();
}

void StatusDisplay::changeEvent(QEvent *event)
{
    QStatusBar::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        updateState();
        updateTransaction();
    }
}

void StatusDisplay::update()
{
    const bool isBusy = m_sheet->isBusy();
    if (isBusy && !m_ticks.isActive()) {
        m_clock.start();
        m_progress->setRange(0, 0);
        m_ticks.start();
    } else if (!isBusy) {
        m_ticks.stop();
    }
    m_progress->setVisible(isBusy);
    const ResultPage *page = m_sheet->currentPage();
    m_rows->setText(page->rowsText());
    m_elapsed->setText(isBusy ? ResultPage::durationText(m_clock.elapsed()) : page->elapsedText());
    m_rows->setVisible(!m_rows->text().isEmpty());
    m_elapsed->setVisible(!m_elapsed->text().isEmpty());
}

void StatusDisplay::showProgress(int percent, const QString &text)
{
    m_progress->setRange(0, 100);
    m_progress->setValue(percent);
    showMessage(text, 8000);
}

void StatusDisplay::updateState()
{
    QString text = tr("Not connected");
    QColor color = Theme::faintText(palette());
    const Lease *lease = m_session ? m_session->lease() : nullptr;
    if (lease) {
        const QString version = lease->serverVersion().section('-', 0, 0);
        const bool isMariaDb = lease->serverFlavour() == Connection::ServerFlavour::MariaDb;
        text = (isMariaDb ? tr("MariaDB %1") : tr("MySQL %1")).arg(version)
               + (lease->isEncrypted() ? tr(", encrypted") : tr(", not encrypted"));
        color = Theme::goodText(palette());
    } else if (m_session && m_session->pool()->nextReconnect().isValid()) {
        text = tr("Waiting for the server");
        color = Theme::errorText(palette());
    } else if (m_session && m_session->isConnecting()) {
        text = tr("Connecting…");
        color = Theme::warningText(palette());
    }
    m_state->setText(
        QString("<span style='color:%1'>●</span> %2").arg(color.name(), text.toHtmlEscaped()));
}

void StatusDisplay::updateTransaction()
{
    QPalette colors = palette();
    colors.setColor(QPalette::WindowText, Theme::warningText(palette()));
    m_transaction->setPalette(colors);
    const Lease *lease = m_session ? m_session->lease() : nullptr;
    m_transaction->setVisible(lease && lease->isInTransaction());
}
