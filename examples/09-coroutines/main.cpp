// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// Executes jobs one after the other in C++20 coroutines, without slots and without blocking.

#include <AsyncMySql/Connection>
#include <AsyncMySql/Coroutine>

#include <QtCore/QCoreApplication>
#include <QtCore/QTextStream>

using namespace AsyncMySql;

static Task<QString> bestCustomer(Connection *shop)
{
    const auto [result, error] = co_await shop->execute(
        "SELECT customer_id, COUNT(*) FROM orders GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 1");
    if (error)
        co_return error.message();
    // In a separate statement: GCC 12 cannot compile braces in an expression with co_await.
    Query *query
        = shop->execute("SELECT CONCAT(given_name, ' ', family_name) FROM customers WHERE id = ?",
                        {result.first()[0]});
    const auto [names, nameError] = co_await query;
    co_return nameError ? nameError.message() : names.first().text(0);
}

static Task<> run(Connection *shop)
{
    QTextStream out(stdout);

    // Any job can be awaited; the value is its error.
    if (const Error error = co_await shop->ping()) {
        out << "No server answers: " << error.message() << Qt::endl;
        QCoreApplication::exit(1);
        co_return;
    }
    out << "Most orders are of " << co_await bestCustomer(shop) << Qt::endl;

    // Rows one by one, while they arrive.
    double total = 0;
    int items = 0;
    RowStream rows(shop->execute("SELECT quantity, price FROM order_items"));
    while (const std::optional<Row> row = co_await rows.next()) {
        total += row->value<int>(0) * row->value<double>(1);
        ++items;
    }
    out << items << " items were sold, for " << QString::number(total, 'f', 2) << " euros "
        << rows.error().message() << Qt::endl;

    // The code of a transaction is in the order of its execution.
    Transaction *transaction = shop->beginTransaction();
    auto [result, error]
        = co_await transaction->execute("SELECT stock FROM articles WHERE id = 1 FOR UPDATE");
    if (!error) {
        const QVariantList more{result.first().value<int>(0) + 1};
        Query *update = transaction->execute("UPDATE articles SET stock = ? WHERE id = 1", more);
        error = (co_await update).error;
    }
    if (error)
        co_await transaction->rollback();
    else
        error = co_await transaction->commit();
    out << (error ? error.message() : QString("One more of article 1 is there.")) << Qt::endl;

    QCoreApplication::quit();
}

int main(int argc, char *argv[])
{
    QCoreApplication app(argc, argv);

    const QString url = argc > 1 ? app.arguments().at(1) : qEnvironmentVariable("ASYNCMYSQL_URL");
    if (url.isEmpty()) {
        QTextStream(stdout) << "Usage: 09-coroutines mysql://user:password@host/shop\n";
        return 2;
    }

    ConnectionOptions options = ConnectionOptions::fromUrl(QUrl(url));
    options.setQueueTimeout(std::chrono::seconds(10)); // how long to wait for a server
    Connection shop(options);
    run(&shop);
    return app.exec();
}
