// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "messagespage.h"

#include "icons.h"
#include "theme.h"

#include <QtCore/QTime>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QTreeWidget>
#include <QtWidgets/QVBoxLayout>

constexpr int MostMessages = 1000;

MessagesPage::MessagesPage(QWidget *parent)
    : ResultPage(parent)
    , m_list(new QTreeWidget)
{
    m_list->setObjectName("messages");
    m_list->setHeaderLabels({tr("Time"), tr("Took"), tr("Outcome"), tr("Statement")});
    m_list->setRootIsDecorated(false);
    m_list->setUniformRowHeights(true);
    m_list->setAlternatingRowColors(true);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setTextElideMode(Qt::ElideRight);
    const QFontMetrics metrics = m_list->fontMetrics();
    m_list->setColumnWidth(0, metrics.horizontalAdvance("00:00:00") + 48);
    m_list->setColumnWidth(1, metrics.horizontalAdvance("00 000 ms") + 16);
    m_list->setColumnWidth(2, metrics.horizontalAdvance('x') * 48);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_list);
    connect(m_list, &QTreeWidget::itemActivated, this, [this](QTreeWidgetItem *item) {
        Q_EMIT activated(item->data(3, Qt::UserRole).toString());
    });
}

void MessagesPage::addSuccess(const QString &sql, const QString &outcome, qint64 elapsed)
{
    add(sql, outcome, elapsed, false);
}

void MessagesPage::addFailure(const QString &sql, const AsyncMySql::Error &error, qint64 elapsed)
{
    add(sql, error.message(), elapsed, true);
}

void MessagesPage::add(const QString &sql, const QString &outcome, qint64 elapsed, bool isError)
{
    auto *item
        = new QTreeWidgetItem({QTime::currentTime().toString("HH:mm:ss"), durationText(elapsed),
                               QString(outcome).replace('\n', ' '), sql.simplified()});
    item->setData(3, Qt::UserRole, sql);
    item->setToolTip(2, outcome);
    item->setToolTip(3, sql.left(2000));
    item->setIcon(0, Icons::icon(isError ? Icons::Glyph::Warning : Icons::Glyph::Submit));
    if (isError)
        item->setForeground(2, Theme::errorText(palette()));
    m_list->addTopLevelItem(item);
    while (m_list->topLevelItemCount() > MostMessages)
        delete m_list->takeTopLevelItem(0);
    m_list->scrollToItem(item);
}
