// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// What the documentation shows of jobs.

#include "window.h"

#include <AsyncMySql/Batch>
#include <AsyncMySql/PreparedStatement>
#include <AsyncMySql/Query>
#include <AsyncMySql/Transaction>

#include <QtConcurrent/QtConcurrent>
#include <QtWidgets/QLabel>
#include <QtWidgets/QListWidget>
#include <QtWidgets/QProgressBar>

using namespace AsyncMySql;

void Window::queries()
{
    //! [query]
    Query *query = connection->execute("SELECT name FROM articles WHERE price < ?", {20});
    connect(query, &Query::finished, this, [=] {
        for (const Row &row : query->result())
            list->addItem(row.value<QString>("name"));
    });
    //! [query]
}

void Window::results()
{
    //! [thread]
    connect(query, &Query::finished, this, [=] {
        QtConcurrent::run([result = query->result()] {
            return sumOf(result);
        }).then(this, [=](double sum) { label->setText(QString::number(sum)); });
    });
    //! [thread]
}

void Window::transactions()
{
    //! [transaction]
    Transaction *transaction = connection->beginTransaction();
    transaction->execute("INSERT INTO orders (customer) VALUES (?)", {customer});
    transaction->execute("DELETE FROM carts WHERE customer = ?", {customer});
    transaction->commit();
    //! [transaction]
}

void Window::begun()
{
    //! [begin]
    Transaction *transaction = connection->beginTransaction();
    transaction->execute("DELETE FROM carts WHERE customer = ?", {customer});
    transaction->commit();
    //! [begin]
}

void Window::watched()
{
    //! [transaction error]
    Transaction *transaction = connection->beginTransaction();
    transaction->execute("INSERT INTO orders (customer) VALUES (?)", {customer});
    transaction->execute("UPDATE customers SET orders = orders + 1 WHERE id = ?", {customer});
    transaction->commit();
    connect(transaction, &Transaction::errorOccurred, this, &Window::showError);
    //! [transaction error]
}

void Window::repeated()
{
    //! [transact]
    connection->transact([=](Transaction *transaction) {
        transaction->execute("DELETE FROM carts WHERE customer = ?", {customer});
        transaction->commit();
    });
    //! [transact]
}

void Window::isolated()
{
    //! [isolation level]
    connection->beginTransaction(TransactionOptions::IsolationLevel::Serializable);
    //! [isolation level]
}

void Window::prepared()
{
    //! [prepare]
    PreparedStatement *find = connection->prepare("SELECT name FROM articles WHERE id = ?");
    Query *query = find->execute({42});
    //! [prepare]
    Q_UNUSED(query)
}

void Window::preparedByName()
{
    //! [prepare named]
    PreparedStatement *find = connection->prepare("SELECT name FROM articles WHERE id = :id");
    connect(find, &PreparedStatement::errorOccurred, this, &Window::showError);
    Query *query = find->execute({{"id", 42}});
    //! [prepare named]
    Q_UNUSED(query)
}

void Window::named()
{
    //! [named parameters]
    connection->execute("SELECT * FROM customers WHERE name = :name", {{"name", name}});
    //! [named parameters]
}

void Window::streams()
{
    //! [stream]
    Query *query = connection->execute("SELECT * FROM measurements");
    query->setStreaming(true);
    connect(query, &Query::rowsReady, this, [=] { write(query->takeRows()); });
    connect(query, &Query::finished, this, [=] { write(query->takeRows()); }); // what is left
    //! [stream]
}

void Window::streamedRows()
{
    //! [rows ready]
    Query *query = connection->execute("SELECT * FROM measurements");
    query->setStreaming(true);
    connect(query, &Query::rowsReady, this, [=] {
        for (const Row &row : query->takeRows())
            write(row);
    });
    //! [rows ready]
}

void Window::batches()
{
    //! [batch]
    Batch *batch = connection->executeBatch("INSERT INTO articles (name, price) VALUES (?, ?)",
                                            {{"apple", 1.2}, {"pear", 1.5}});
    connect(batch, &Batch::finished, this, [=] { show(batch->affectedRows()); });
    //! [batch]
}

void Window::batchesOfRows()
{
    //! [batch of rows]
    Batch *batch
        = connection->executeBatch("INSERT INTO articles (name, price) VALUES (?, ?)", rows);
    connect(batch, &Batch::progressChanged, bar, &QProgressBar::setValue);
    //! [batch of rows]
}

void Window::devices()
{
    //! [device]
    connection->execute("INSERT INTO files VALUES (?, ?)",
                        {name, QVariant::fromValue<QIODevice *>(file)});
    //! [device]
}

void Window::files()
{
    //! [local infile]
    ConnectionOptions options = connection->options();
    options.setLocalInfileAllowed(true);
    connection->setOptions(options);

    Query *load = connection->execute("LOAD DATA LOCAL INFILE '' INTO TABLE measurements");
    load->setLocalInfile(file);
    //! [local infile]
}
