// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtWidgets/QTableView>

/// The rows of a result or a table.
class GridView : public QTableView
{
    Q_OBJECT

public:
    explicit GridView(QWidget *parent = nullptr);

    void setModel(QAbstractItemModel *model) override;
    /// The model sorts in the server. A third click on the header resets the order.
    void setSortable(bool sortable);

public Q_SLOTS:
    /// The selected cells, with tabs and line ends between them.
    void copy();
    void copyWithNames();
    /// Columns get the width of their first rows, unless the columns are the same as before.
    void fitColumns();

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    QString selectedText(bool withNames) const;

    QStringList m_fittedColumns;
    QList<int> m_widths;
};
