// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "window.h"

#include "rowwindow.h"

#include <QtCore/QLocale>
#include <QtGui/QKeyEvent>
#include <QtGui/QWheelEvent>
#include <QtWidgets/QGridLayout>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLabel>
#include <QtWidgets/QScrollBar>
#include <QtWidgets/QTableView>

#include <algorithm>

using AsyncMySql::QueryModel;

/// In pixels.
constexpr int RowHeight = 24;

Window::Window(QueryModel *model, QWidget *parent)
    : QWidget(parent)
    , m_model(model)
    , m_rows(new RowWindow(model, this))
    , m_table(new QTableView)
    , m_scrollBar(new QScrollBar(Qt::Vertical))
    , m_status(new QLabel)
{
    setWindowTitle("Millions of rows");
    auto *layout = new QGridLayout(this);
    layout->addWidget(m_table, 0, 0);
    layout->addWidget(m_scrollBar, 0, 1);
    layout->addWidget(m_status, 1, 0, 1, 2);
    layout->setHorizontalSpacing(0);

    m_table->setModel(m_rows);
    m_table->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_table->setAlternatingRowColors(true);
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_table->verticalHeader()->setDefaultSectionSize(RowHeight);
    m_table->verticalHeader()->setFixedWidth(100);
    m_table->verticalHeader()->setDefaultAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_table->installEventFilter(this);
    m_table->viewport()->installEventFilter(this);

    connect(m_scrollBar, &QScrollBar::valueChanged, this,
            [this](int top) { m_rows->move(top, visibleRows()); });
    connect(model, &QueryModel::countChanged, this, &Window::updateRange);
    connect(model, &QueryModel::countChanged, this, &Window::updateStatus);
    connect(model, &QueryModel::progressChanged, this, &Window::updateStatus);
    connect(model, &QueryModel::completeChanged, this, &Window::updateStatus);
    connect(model, &QueryModel::errorOccurred, this,
            [this](const AsyncMySql::Error &error) { showStatus(error.message()); });
}

void Window::scrollTo(int row)
{
    m_scrollBar->setValue(row);
}

int Window::lastTop() const
{
    return m_scrollBar->maximum();
}

void Window::showStatus(const QString &text)
{
    m_status->setText(text);
}

int Window::visibleRows() const
{
    return std::max(m_table->viewport()->height() / RowHeight, 1);
}

void Window::updateRange()
{
    m_scrollBar->setPageStep(visibleRows());
    m_scrollBar->setRange(0, std::max(m_model->count() - visibleRows(), 0));
    m_rows->move(m_scrollBar->value(), visibleRows());
}

void Window::updateStatus()
{
    const QString count = QLocale().toString(m_model->count());
    showStatus(m_model->isComplete()
                   ? QString("%1 rows").arg(count)
                   : QString("About %1 rows; %2 % of them are counted")
                         .arg(count, QLocale().toString(qRound(100 * m_model->progress()))));
}

void Window::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    updateRange();
}

/// The table has few rows, and nothing to scroll.
bool Window::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::Wheel) {
        m_scrollBar->event(event);
        return true;
    }
    if (event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(watched, event);
    switch (static_cast<QKeyEvent *>(event)->key()) {
    case Qt::Key_Home:
        m_scrollBar->setValue(0);
        return true;
    case Qt::Key_End:
        m_scrollBar->setValue(m_scrollBar->maximum());
        return true;
    case Qt::Key_PageUp:
        m_scrollBar->triggerAction(QScrollBar::SliderPageStepSub);
        return true;
    case Qt::Key_PageDown:
        m_scrollBar->triggerAction(QScrollBar::SliderPageStepAdd);
        return true;
    default:
        return QWidget::eventFilter(watched, event);
    }
}
