// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "gridview.h"

#include "celldelegate.h"

#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtGui/QKeyEvent>
#include <QtWidgets/QHeaderView>

#include <algorithm>

constexpr int WidestColumn = 360;
constexpr int NarrowestColumn = 60;

GridView::GridView(QWidget *parent)
    : QTableView(parent)
{
    setItemDelegate(new CellDelegate(this));
    setAlternatingRowColors(true);
    setHorizontalScrollMode(ScrollPerPixel);
    setWordWrap(false);
    setFrameShape(NoFrame);
    setTabKeyNavigation(false);
    verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 8);
    verticalHeader()->setMinimumWidth(fontMetrics().horizontalAdvance("00000") + 12);
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setDefaultAlignment(Qt::AlignRight | Qt::AlignVCenter);
    horizontalHeader()->setResizeContentsPrecision(100);
    horizontalHeader()->setSortIndicatorClearable(true);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder);
    connect(horizontalHeader(), &QHeaderView::sectionResized, this,
            [this](int column, int, int to) {
                if (column < m_widths.size() && to > 0)
                    m_widths[column] = to;
            });
}

void GridView::setModel(QAbstractItemModel *model)
{
    QTableView::setModel(model);
    const auto fitOnce = [this] {
        if (m_fittedColumns.isEmpty())
            fitColumns();
    };
    connect(model, &QAbstractItemModel::modelReset, this, &GridView::fitColumns);
    connect(model, &QAbstractItemModel::columnsInserted, this, &GridView::fitColumns);
    connect(model, &QAbstractItemModel::rowsInserted, this, fitOnce);
    fitColumns();
}

void GridView::setSortable(bool sortable)
{
    setSortingEnabled(sortable);
}

void GridView::fitColumns()
{
    if (!model() || model()->columnCount() == 0 || model()->rowCount() == 0) {
        return;
    }
    QStringList names;
    for (int column = 0; column < model()->columnCount(); ++column)
        names.append(model()->headerData(column, Qt::Horizontal).toString());
    const bool isKnown = names == m_fittedColumns && m_widths.size() == names.size();
    const QList<int> widths = m_widths;
    m_widths.clear();
    if (!isKnown)
        resizeColumnsToContents();
    QList<int> fitted;
    for (int column = 0; column < names.size(); ++column) {
        const int width = isKnown
                              ? widths[column]
                              : std::clamp(columnWidth(column) + 12, NarrowestColumn, WidestColumn);
        setColumnWidth(column, width);
        fitted.append(width);
    }
    m_widths = fitted;
    m_fittedColumns = names;
}

void GridView::copy()
{
    QGuiApplication::clipboard()->setText(selectedText(false));
}

void GridView::copyWithNames()
{
    QGuiApplication::clipboard()->setText(selectedText(true));
}

QString GridView::selectedText(bool withNames) const
{
    QModelIndexList cells = selectionModel()->selectedIndexes();
    if (cells.isEmpty() && currentIndex().isValid())
        cells.append(currentIndex());
    std::sort(cells.begin(), cells.end());
    QString text;
    if (withNames) {
        QList<int> columns;
        for (const QModelIndex &cell : cells) {
            if (!columns.contains(cell.column()))
                columns.append(cell.column());
        }
        std::sort(columns.begin(), columns.end());
        QStringList names;
        for (const int column : columns)
            names.append(model()->headerData(column, Qt::Horizontal).toString());
        text = names.join('\t') + '\n';
    }
    int row = cells.isEmpty() ? 0 : cells.constFirst().row();
    bool isFirst = true;
    for (const QModelIndex &cell : cells) {
        if (!isFirst)
            text += cell.row() == row ? '\t' : '\n';
        isFirst = false;
        row = cell.row();
        text += CellDelegate::exactText(cell);
    }
    return text;
}

void GridView::keyPressEvent(QKeyEvent *event)
{
    if (event->matches(QKeySequence::Copy))
        copy();
    else
        QTableView::keyPressEvent(event);
}
