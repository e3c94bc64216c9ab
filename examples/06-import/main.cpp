// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// Imports 100,000 measurements in one job, and then again with a value that is out of range.

#include <AsyncMySql/Batch>
#include <AsyncMySql/Connection>
#include <AsyncMySql/Query>
#include <AsyncMySql/Result>
#include <AsyncMySql/Transaction>

#include <QtCore/QCoreApplication>
#include <QtCore/QDateTime>
#include <QtCore/QElapsedTimer>
#include <QtCore/QTextStream>
#include <QtCore/QTimeZone>

#include <cmath>

using namespace AsyncMySql;

static QList<QVariantList> measurements(int count)
{
    const QDateTime start(QDate(2024, 1, 1), QTime(0, 0), QTimeZone::utc());
    QList<QVariantList> rows;
    rows.reserve(count);
    for (int i = 0; i < count; ++i) {
        const QVariant value = i % 97 == 0 ? QVariant() : QVariant(20 + 5 * std::sin(i / 500.0));
        rows.append({i % 8, start.addSecs(i * 10LL), value}); // QVariant() is NULL
    }
    return rows;
}

int main(int argc, char *argv[])
{
    QCoreApplication app(argc, argv);
    QTextStream out(stdout);

    const QString url = argc > 1 ? app.arguments().at(1) : qEnvironmentVariable("ASYNCMYSQL_URL");
    if (url.isEmpty()) {
        out << "Usage: 06-import mysql://user:password@host/database\n";
        return 2;
    }

    Connection connection((QUrl(url)));
    Query *create = connection.execute("CREATE TEMPORARY TABLE measurements"
                                       " (sensor TINYINT, measured DATETIME, value DOUBLE)");
    create->setQueueTimeout(std::chrono::seconds(10)); // how long to wait for a server
    QObject::connect(create, &Job::errorOccurred, &app, [&](const Error &error) {
        out << "Failed: " << error.message() << Qt::endl;
        app.exit(1);
    });
    const QString insert = "INSERT INTO measurements VALUES (?, ?, ?)";

    QElapsedTimer clock;
    clock.start();
    Batch *batch = connection.executeBatch(insert, measurements(100'000));
    QObject::connect(batch, &Batch::progressChanged, &app, [&, batch](qsizetype executed) {
        out << "\r  " << executed << " of " << batch->rowCount() << Qt::flush;
    });
    QObject::connect(batch, &Job::finished, &app, [&, batch] {
        out << "\rImported " << batch->affectedRows() << " rows in " << clock.elapsed() << " ms "
            << batch->error().message() << Qt::endl;
    });

    // A batch stops at the row that fails, and the rows before it stay. Use a transaction for all
    // or nothing.
    QList<QVariantList> rows = measurements(1'000);
    rows[700][0] = 999; // out of range for TINYINT
    Transaction *transaction = connection.beginTransaction();
    Batch *failing = transaction->executeBatch(insert, rows);
    QObject::connect(failing, &Job::finished, transaction, [&, failing, transaction] {
        out << "The second batch: " << failing->executedRows() << " rows, then "
            << failing->error().message() << Qt::endl;
        transaction->rollback();
    });

    Query *count = connection.execute("SELECT COUNT(*) FROM measurements");
    QObject::connect(count, &Job::finished, &app, [&, count] {
        if (count->error())
            return;
        out << "There are " << count->result().first().text(0) << " rows." << Qt::endl;
        app.quit();
    });

    return app.exec();
}
