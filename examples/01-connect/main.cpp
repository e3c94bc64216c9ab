// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// Connects to a server and prints its version.

#include <AsyncMySql/Connection>

#include <QtCore/QCoreApplication>
#include <QtCore/QTextStream>

using namespace AsyncMySql;

static QString nameOf(Connection::State state)
{
    return QVariant::fromValue(state).toString();
}

int main(int argc, char *argv[])
{
    QCoreApplication app(argc, argv);
    QTextStream out(stdout);

    const QString url = argc > 1 ? app.arguments().at(1) : qEnvironmentVariable("ASYNCMYSQL_URL");
    if (url.isEmpty()) {
        out << "Usage: 01-connect mysql://user:password@host/database\n";
        return 2;
    }

    Connection connection((QUrl(url)));
    out << "There is a connection: " << nameOf(connection.state()) << Qt::endl;
    QObject::connect(&connection, &Connection::stateChanged, &app,
                     [&](Connection::State state) { out << "  " << nameOf(state) << Qt::endl; });

    // The first job connects. If the server cannot be reached, jobs wait while the connection
    // retries; errorOccurred() of the connection reports each failed attempt.
    QObject::connect(&connection, &Connection::errorOccurred, &app, [&](const Error &error) {
        out << "  " << error.message() << Qt::endl;
        connection.abort(); // this example does not wait
    });

    Job *ping = connection.ping();
    QObject::connect(ping, &Job::finished, &app, [&, ping] {
        if (ping->error()) {
            out << "No server answers: " << ping->error().message() << Qt::endl;
            app.exit(1);
            return;
        }
        out << "The server is " << connection.serverVersion()
            << (connection.isEncrypted() ? ", and the session is encrypted" : "") << Qt::endl;

        Job *close = connection.close(); // optional: destroying the connection closes it, too
        QObject::connect(close, &Job::finished, &app, &QCoreApplication::quit);
    });

    return app.exec();
}
