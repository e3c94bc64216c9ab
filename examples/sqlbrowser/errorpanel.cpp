// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "errorpanel.h"

#include "icons.h"
#include "theme.h"

#include <QtCore/QEvent>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>

ErrorPanel::ErrorPanel(QWidget *parent)
    : QFrame(parent)
    , m_icon(new QLabel)
    , m_text(new QLabel)
    , m_buttons(new QHBoxLayout)
{
    setAutoFillBackground(true);
    m_text->setObjectName("errorText");
    m_text->setWordWrap(true);
    m_text->setTextFormat(Qt::PlainText);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(10, 6, 8, 6);
    layout->setSpacing(8);
    layout->addWidget(m_icon, 0, Qt::AlignTop);
    layout->addWidget(m_text, 1);
    layout->addLayout(m_buttons);
    QPushButton *close = addButton(tr("Close"));
    close->setObjectName("errorClose");
    connect(close, &QPushButton::clicked, this, &QWidget::hide);
    applyColors();
    hide();
}

QPushButton *ErrorPanel::addButton(const QString &text)
{
    auto *button = new QPushButton(text);
    m_buttons->insertWidget(qMax(0, m_buttons->count() - 1), button);
    return button;
}

void ErrorPanel::showError(const AsyncMySql::Error &error)
{
    QString text = error.message();
    if (error.serverErrorNumber() != 0)
        text += QString("  [%1, %2]").arg(error.serverErrorNumber()).arg(error.sqlState());
    else if (error.execution() == AsyncMySql::Error::Execution::Unknown)
        text += '\n' + tr("It is unknown whether the server has executed the statement.");
    m_text->setText(text);
    show();
}

QString ErrorPanel::text() const
{
    return m_text->text();
}

void ErrorPanel::changeEvent(QEvent *event)
{
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && !m_isApplying)
        applyColors();
}

void ErrorPanel::applyColors()
{
    m_isApplying = true;
    const QPalette around = parentWidget() ? parentWidget()->palette() : palette();
    QPalette colors = palette();
    colors.setColor(QPalette::Window, Theme::errorBackground(around));
    setPalette(colors);
    QPalette text = m_text->palette();
    text.setColor(QPalette::WindowText, Theme::errorText(around));
    m_text->setPalette(text);
    m_icon->setPixmap(Icons::icon(Icons::Glyph::Warning).pixmap(QSize(18, 18), devicePixelRatio()));
    m_isApplying = false;
}
