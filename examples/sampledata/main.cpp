// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// Writes the sample shop, some 100,000 rows, into a database; with --large 1,000,000 rows more.

#include "loader.h"

#include <QtCore/QCommandLineParser>
#include <QtCore/QCoreApplication>
#include <QtCore/QTextStream>

int main(int argc, char *argv[])
{
    QCoreApplication app(argc, argv);
    QTextStream err(stderr);

    QCommandLineParser parser;
    parser.setApplicationDescription(
        "Writes the sample shop into a database: the tables customers, articles, orders and\n"
        "order_items. The database is made if there is none.");
    parser.addHelpOption();
    const QCommandLineOption replace("replace", "Drop the tables first, if they are there.");
    const QCommandLineOption large("large", "Make the table catalogue, too: 1,000,000 rows.");
    parser.addOptions({replace, large});
    parser.addPositionalArgument("url", "mysql://user:password@host/database (or ASYNCMYSQL_URL)");
    parser.process(app);

    const QStringList arguments = parser.positionalArguments();
    const QString url = arguments.value(0, qEnvironmentVariable("ASYNCMYSQL_URL"));
    AsyncMySql::Error error;
    const auto options = AsyncMySql::ConnectionOptions::fromUrl(QUrl(url), &error);
    if (error) {
        err << "sampledata: " << error.message() << Qt::endl;
        return 2;
    }

    Loader loader(options, parser.isSet(replace), parser.isSet(large));
    QObject::connect(&loader, &Loader::finished, &app, &QCoreApplication::quit);
    QObject::connect(&loader, &Loader::failed, &app, [&](const QString &message) {
        err << "sampledata: " << message << Qt::endl;
        QCoreApplication::exit(1);
    });
    loader.start();
    return app.exec();
}
