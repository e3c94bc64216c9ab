// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// Exports a table of any size to a CSV file. Rows are written while they arrive, so that memory
// usage does not depend on their number.

#include <AsyncMySql/Connection>
#include <AsyncMySql/Query>
#include <AsyncMySql/Result>

#include <QtCore/QCoreApplication>
#include <QtCore/QDir>
#include <QtCore/QElapsedTimer>
#include <QtCore/QSaveFile>
#include <QtCore/QTextStream>

using namespace AsyncMySql;

static QByteArray csvLine(const Row &row)
{
    QByteArray line;
    for (int column = 0; column < row.columnCount(); ++column) {
        if (column > 0)
            line += ',';
        // text() returns the text as the server wrote it, for columns of any type.
        if (!row.isNull(column))
            line += '"' + row.text(column).replace('"', "\"\"").toUtf8() + '"';
    }
    return line + "\r\n";
}

int main(int argc, char *argv[])
{
    QCoreApplication app(argc, argv);
    QTextStream out(stdout);

    const QString url = argc > 1 ? app.arguments().at(1) : qEnvironmentVariable("ASYNCMYSQL_URL");
    if (url.isEmpty()) {
        out << "Usage: 05-export mysql://user:password@host/shop [FILE]\n";
        return 2;
    }
    QSaveFile file(argc > 2 ? app.arguments().at(2) : QDir::tempPath() + "/order_items.csv");
    if (!file.open(QIODevice::WriteOnly)) {
        out << file.fileName() << ": " << file.errorString() << '\n';
        return 1;
    }

    Connection shop((QUrl(url)));
    Query *query = shop.execute("SELECT * FROM order_items");
    query->setQueueTimeout(std::chrono::seconds(10)); // how long to wait for a server
    query->setStreaming(true);
    query->setBufferLimit(256 * 1024); // the maximum that is read ahead

    const auto write = [&, query] {
        const Result rows = query->takeRows();
        for (const Row &row : rows)
            file.write(csvLine(row));
    };
    QObject::connect(query, &Query::rowsReady, &app, write);

    QElapsedTimer clock;
    clock.start();
    QObject::connect(query, &Query::progressChanged, &app, [&](const QueryProgress &progress) {
        out << "\r  " << progress.rows << " rows, " << progress.bytes / 1024 << " KiB, "
            << clock.elapsed() << " ms" << Qt::flush;
    });
    QObject::connect(query, &Job::finished, &app, [&, query] {
        write(); // the remaining rows
        const bool written = !query->error() && file.commit();
        out << Qt::endl;
        if (query->error())
            out << "The query failed: " << query->error().message() << Qt::endl;
        else if (!written)
            out << file.fileName() << ": " << file.errorString() << Qt::endl;
        else
            out << file.fileName() << " is written." << Qt::endl;
        app.exit(written ? 0 : 1);
    });

    return app.exec();
}
