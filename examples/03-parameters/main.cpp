// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// Writes values of several types with "?" placeholders and selects them with ":name".

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
        out << "Usage: 03-parameters mysql://user:password@host/database\n";
        return 2;
    }

    Connection connection((QUrl(url)));
    const auto fail = [&](const Error &error) {
        if (error.code() == Error::ConnectionClosed)
            return; // jobs that were pending when the program ended
        out << "Failed: " << error.message() << Qt::endl;
        app.exit(1);
    };

    // The jobs of a connection are executed in order: queue them without waiting.
    Query *create = connection.execute(
        "CREATE TEMPORARY TABLE guests ("
        " id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(60), born DATE, paid DECIMAL(8,2))");
    create->setQueueTimeout(std::chrono::seconds(10)); // how long to wait for a server
    QObject::connect(create, &Job::errorOccurred, &app, fail);

    // A value never becomes part of the statement.
    const QVariantList guests[] = {
        {"Zoë Müller", QDate(1990, 2, 28), "19.90"},
        {"Robert'); DROP TABLE guests; --", QDate(1983, 10, 9), 0.5},
        {"田中 さくら", QVariant(), 120}, // QVariant() is NULL
    };
    for (const QVariantList &guest : guests) {
        Query *insert
            = connection.execute("INSERT INTO guests (name, born, paid) VALUES (?, ?, ?)", guest);
        QObject::connect(insert, &Job::errorOccurred, &app, fail);
        QObject::connect(insert, &Query::resultChanged, &app, [&, insert] {
            out << "Guest number " << insert->result().lastInsertId() << " is in" << Qt::endl;
        });
    }

    const QVariantMap between{{"least", 0.1}, {"most", 100}};
    Query *select = connection.execute(
        "SELECT name, born, paid FROM guests WHERE paid >= :least AND paid <= :most ORDER BY name",
        between);
    QObject::connect(select, &Job::errorOccurred, &app, fail);
    QObject::connect(select, &Query::resultChanged, &app, [&, select] {
        out << "\nThose who paid between 0.10 and 100:\n";
        for (const Row &row : select->result()) {
            out << "  " << row.text("name") << ", born " << row.text("born") << ", paid "
                << row.text("paid") << '\n';
        }
        out.flush();
        app.quit();
    });

    return app.exec();
}
