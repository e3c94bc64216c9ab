// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// Two connections transfer money between the same accounts in opposite directions. This causes a
// deadlock, and the transaction that the server rolls back is retried.

#include <AsyncMySql/Connection>
#include <AsyncMySql/Query>
#include <AsyncMySql/Result>
#include <AsyncMySql/Transaction>

#include <QtCore/QCoreApplication>
#include <QtCore/QTextStream>

using namespace AsyncMySql;

struct Transfer
{
    int from;
    int to;
    QString amount; // a DECIMAL is digits, not a binary fraction
};

/// Retried until the transaction succeeds or fails permanently. The function is called for each
/// attempt, so it must have no effects outside of the database.
static Transaction *start(Connection *bank, const Transfer &transfer)
{
    return bank->transact([transfer](Transaction *transaction) {
        // A failed statement does not end the transaction.
        const auto rollBack = [transaction] { transaction->rollback(); };

        Query *take = transaction->execute(
            "UPDATE accounts SET balance = balance - ? WHERE id = ? AND balance >= ?",
            {transfer.amount, transfer.from, transfer.amount});
        QObject::connect(take, &Job::errorOccurred, transaction, rollBack);
        QObject::connect(take, &Query::resultChanged, transaction, [=] {
            if (take->result().affectedRows() == 0) { // insufficient balance
                rollBack();
                return;
            }
            transaction->execute("DO SLEEP(0.1)"); // lets the other transactions interfere
            Query *give
                = transaction->execute("UPDATE accounts SET balance = balance + ? WHERE id = ?",
                                       {transfer.amount, transfer.to});
            QObject::connect(give, &Job::errorOccurred, transaction, rollBack);
            QObject::connect(give, &Query::resultChanged, transaction,
                             [transaction] { transaction->commit(); });
        });
    });
}

int main(int argc, char *argv[])
{
    QCoreApplication app(argc, argv);
    QTextStream out(stdout);

    const QString url = argc > 1 ? app.arguments().at(1) : qEnvironmentVariable("ASYNCMYSQL_URL");
    if (url.isEmpty()) {
        out << "Usage: 07-transaction mysql://user:password@host/database\n";
        return 2;
    }

    Connection bank((QUrl(url)));
    Connection branch((QUrl(url)));
    int running = 0;

    const auto showBalances = [&] {
        Query *query = bank.execute("SELECT id, balance FROM accounts ORDER BY id");
        QObject::connect(query, &Query::resultChanged, &app, [&, query] {
            for (const Row &row : query->result())
                out << "  account " << row.text("id") << ": " << row.text("balance") << Qt::endl;
        });
        Query *drop = bank.execute("DROP TABLE accounts");
        QObject::connect(drop, &Job::finished, &app, &QCoreApplication::quit);
    };
    const auto follow = [&](const QString &name, Transaction *transaction) {
        ++running;
        QObject::connect(transaction, &Transaction::attemptChanged, &app, [&, name](int attempt) {
            out << "  " << name << ": deadlock; attempt " << attempt << Qt::endl;
        });
        QObject::connect(transaction, &Transaction::finished, &app, [&, name, transaction] {
            out << "  " << name << ": " << QVariant::fromValue(transaction->state()).toString()
                << ' ' << transaction->error().message() << Qt::endl;
            if (--running == 0)
                showBalances();
        });
    };

    bank.execute("DROP TABLE IF EXISTS accounts");
    bank.execute("CREATE TABLE accounts (id INT PRIMARY KEY, balance DECIMAL(10,2)) ENGINE=InnoDB");
    Query *fill = bank.execute("INSERT INTO accounts VALUES (1, 100.00), (2, 50.00)");
    fill->setQueueTimeout(std::chrono::seconds(10)); // how long to wait for a server
    QObject::connect(fill, &Job::finished, &app, [&, fill] {
        if (fill->error()) {
            out << "Failed: " << fill->error().message() << Qt::endl;
            app.exit(1);
            return;
        }
        follow("30.00 from 1 to 2", start(&bank, {1, 2, "30.00"}));
        follow("20.00 from 2 to 1", start(&branch, {2, 1, "20.00"}));
        follow("900.00 from 1 to 2", start(&bank, {1, 2, "900.00"}));
    });

    return app.exec();
}
