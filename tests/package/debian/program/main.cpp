// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include <AsyncMySql/Connection>
#include <AsyncMySql/Query>

#include <QCoreApplication>
#include <QDebug>

int main(int argc, char *argv[])
{
    QCoreApplication app(argc, argv);
    // Nobody listens there.
    const QUrl url(QStringLiteral("mysql://anna@127.0.0.1:1/?tls-mode=disabled"));
    AsyncMySql::Connection connection(url);
    AsyncMySql::Query *query = connection.execute(QStringLiteral("SELECT 1"));
    query->setQueueTimeout(std::chrono::seconds(1));
    QObject::connect(query, &AsyncMySql::Query::finished, &app, [query] {
        qInfo().noquote() << query->error().message();
        QCoreApplication::exit(query->error() ? 0 : 1);
    });
    return app.exec();
}
