// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtWidgets/QWidget>

QT_BEGIN_NAMESPACE
class QLineEdit;
class QListView;
class QSortFilterProxyModel;
QT_END_NAMESPACE

class QueryHistory;

/// Finds statements of the history.
class HistoryPanel : public QWidget
{
    Q_OBJECT

public:
    explicit HistoryPanel(QueryHistory *history, QWidget *parent = nullptr);

Q_SIGNALS:
    void activated(const QString &sql);

private:
    QSortFilterProxyModel *m_found;
    QLineEdit *m_search;
    QListView *m_list;
};
