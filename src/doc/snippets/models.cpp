// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// What the documentation shows of models.

#include "window.h"

#include <AsyncMySql/QueryModel>
#include <AsyncMySql/TableModel>

#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableView>

using namespace AsyncMySql;

void Window::showsQuery()
{
    //! [query model]
    auto *model = new QueryModel(this);
    model->setExecutor(shop);
    model->setSql("SELECT id, name, price FROM articles WHERE name LIKE ?");
    model->setParameters(QVariantList{"A%"});
    tableView->setModel(model);
    //! [query model]
}

void Window::searches()
{
    //! [search]
    auto *articles = new QueryModel(this);
    articles->setExecutor(shop);
    articles->setSql("SELECT id, name, price FROM articles WHERE name LIKE ?");
    articles->setParameters(QVariantList{"%"});
    tableView->setModel(articles);
    tableView->setSortingEnabled(true);

    connect(searchField, &QLineEdit::textChanged, articles,
            [=](const QString &text) { articles->setParameters(QVariantList{text + '%'}); });
    //! [search]
}

void Window::showsTable()
{
    //! [table model]
    auto *model = new TableModel(this);
    model->setExecutor(shop);
    model->setTable("articles");
    model->setFilter("price < ?");
    model->setFilterParameters(QVariantList{20});
    tableView->setModel(model);
    //! [table model]
}

void Window::edits()
{
    //! [edit]
    auto *articles = new TableModel(this);
    articles->setExecutor(shop);
    articles->setTable("articles");
    articles->setSubmitPolicy(TableModel::SubmitPolicy::Manual);
    tableView->setModel(articles);

    connect(saveButton, &QPushButton::clicked, articles, &TableModel::submitAll);
    connect(undoButton, &QPushButton::clicked, articles, &TableModel::revertAll);
    connect(articles, &TableModel::errorOccurred, this, &Window::showError);
    //! [edit]
}
