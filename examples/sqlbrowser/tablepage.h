// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "resultpage.h"

#include <AsyncMySql/Connection>
#include <AsyncMySql/TableModel>

QT_BEGIN_NAMESPACE
class QAction;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;
class QToolBar;
QT_END_NAMESPACE

class ErrorPanel;

/// An editable table. Changes are collected and submitted together.
class TablePage : public ResultPage
{
    Q_OBJECT

public:
    TablePage(const AsyncMySql::ConnectionOptions &options, const QString &database,
              const QString &table, QWidget *parent = nullptr);
    ~TablePage() override;

    AsyncMySql::TableModel *model() { return &m_model; }

    GridView *grid() const override { return m_grid; }
    bool isBusy() const override { return m_model.isLoading() || m_model.isSubmitting(); }
    QString rowsText() const override;
    void cancel() override { m_connection.abort(); }
    void refresh() override { m_model.refresh(); }
    bool hasPendingChanges() const override { return m_model.pendingChanges() > 0; }
    std::unique_ptr<RowSource> exportRows() const override;

private:
    void makeActions(QToolBar *bar);
    QAction *addAction(QToolBar *bar, const QString &text, const QKeySequence &shortcut,
                       const QIcon &icon, void (TablePage::*slot)());
    void applyFilter();
    void insertRow();
    void removeRows();
    void setNull();
    void submit();
    void revert();
    void takeTheirs();
    void keepMine();
    QList<int> conflictingRows() const;
    void showError(const AsyncMySql::Error &error);
    void updateActions();

    QString m_name;
    AsyncMySql::Connection m_connection;
    AsyncMySql::TableModel m_model;
    GridView *m_grid;
    ErrorPanel *m_errors;
    QLineEdit *m_filter;
    QSpinBox *m_limit;
    QLabel *m_pending;
    QAction *m_insert = nullptr;
    QAction *m_remove = nullptr;
    QAction *m_null = nullptr;
    QAction *m_submit = nullptr;
    QAction *m_revert = nullptr;
    QPushButton *m_takeTheirs;
    QPushButton *m_keepMine;
};
