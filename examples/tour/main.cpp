// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// A tour of the library in the console. examples/run provides its server.

#include "tour.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QLoggingCategory>

int main(int argc, char *argv[])
{
    QCoreApplication app(argc, argv);
    const QString url = argc > 1 ? app.arguments().at(1) : qEnvironmentVariable("ASYNCMYSQL_URL");
    if (url.isEmpty()) {
        QTextStream(stdout) << "Usage: tour mysql://user:password@host/shop\n";
        return 2;
    }
    // The tour itself reports failed attempts to connect.
    QLoggingCategory::setFilterRules("asyncmysql.connection.warning=false");

    Tour tour((QUrl(url)));
    QObject::connect(&tour, &Tour::finished, &app,
                     [](bool successful) { QCoreApplication::exit(successful ? 0 : 1); });
    QMetaObject::invokeMethod(&tour, &Tour::start, Qt::QueuedConnection);
    return app.exec();
}
