// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// Selects the most expensive articles of the sample shop and prints them.

#include <AsyncMySql/Connection>
#include <AsyncMySql/Query>
#include <AsyncMySql/Result>

#include <QtCore/QCoreApplication>
#include <QtCore/QTextStream>

using namespace AsyncMySql;

int main(int argc, char *argv[])
{
    QCoreApplication app(argc, argv);
    QTextStream out(stdout);

    const QString url = argc > 1 ? app.arguments().at(1) : qEnvironmentVariable("ASYNCMYSQL_URL");
    if (url.isEmpty()) {
        out << "Usage: 02-query mysql://user:password@host/shop\n";
        return 2;
    }

    Connection shop((QUrl(url)));
    Query *query = shop.execute("SELECT id, name, price, weight, added FROM articles"
                                " ORDER BY price DESC LIMIT 8");
    query->setQueueTimeout(std::chrono::seconds(10)); // how long to wait for a server

    // A failed query emits errorOccurred() and finished(), a successful one finished() only.
    QObject::connect(query, &Job::errorOccurred, &app, [&](const Error &error) {
        out << "The query failed: " << error.message() << Qt::endl;
        app.exit(1);
    });
    QObject::connect(query, &Job::finished, &app, [&, query] {
        if (query->error())
            return;
        const Result result = query->result(); // a value that may outlive the query
        out << result.rowCount() << " rows of " << result.columnNames().join(", ") << "\n\n";

        for (const Row &row : result) {
            // Read a value as a type of your choice, by the column's index or name …
            const int id = row.value<int>(0);
            const QString name = row.value<QString>("name");
            const QString price = row.value<QString>("price"); // a DECIMAL, with all its digits
            const QDate added = row.value<QDate>("added");
            // … as a std::optional if it can be NULL …
            const std::optional<double> weight = row.value<std::optional<double>>("weight");

            out << QString::number(id).rightJustified(5) << "  " << name.leftJustified(32)
                << price.rightJustified(9)
                << (weight ? QString::number(*weight, 'f', 2) + " kg" : "?").rightJustified(11)
                << "  " << added.toString(Qt::ISODate) << '\n';
        }

        // … or as a QVariant of the column's own type.
        out << "\nThe types, as QVariant has them:\n";
        for (const Column &column : result.columns()) {
            out << "  " << column.name().leftJustified(8) << column.metaType().name()
                << ", such as " << result.first()[column.name()].toString() << '\n';
        }
        out.flush();
        app.quit();
    });

    return app.exec();
}
