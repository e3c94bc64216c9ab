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
    /// By the model, which has the server do it. A third click on the header ends it.
    void setSortable(bool sortable);

public Q_SLOTS:
    /// The selected cells, with tabs and line ends between them.
    void copy();
    void copyWithNames();
    /// Columns get the width of their first rows, unless the columns are those that were there
    /// before.
    void fitColumns();

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    QString selectedText(bool withNames) const;

    QStringList m_fittedColumns;
    QList<int> m_widths;
};
