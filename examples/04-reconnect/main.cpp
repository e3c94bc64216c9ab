// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// Loses its session three times and shows what happens to the jobs.

#include <AsyncMySql/Connection>
#include <AsyncMySql/Query>
#include <AsyncMySql/Result>

#include <QtCore/QCoreApplication>
#include <QtCore/QTextStream>
#include <QtCore/QTimer>

#include <functional>

using namespace AsyncMySql;

struct Step
{
    enum Kill { NoKill, KillBefore, KillWhile } kill;
    QString title;
    QString sql;
};

int main(int argc, char *argv[])
{
    QCoreApplication app(argc, argv);
    QTextStream out(stdout);

    const QString url = argc > 1 ? app.arguments().at(1) : qEnvironmentVariable("ASYNCMYSQL_URL");
    if (url.isEmpty()) {
        out << "Usage: 04-reconnect mysql://user:password@host/database\n";
        return 2;
    }

    Connection connection((QUrl(url)));
    Connection administrator((QUrl(url))); // ends sessions of the other connection
    QObject::connect(&connection, &Connection::serverChanged, &app,
                     [&] { out << "  (session " << connection.connectionId() << ")" << Qt::endl; });
    const auto kill = [&] {
        // MySQL accepts no parameter here.
        return administrator.execute("KILL CONNECTION "
                                     + QString::number(connection.connectionId()));
    };

    // A variable that is set like this is set again in each new session.
    connection.setSessionVariable("@answer", 42);

    const QList<Step> steps{
        {Step::NoKill, "The first job opens the connection:", "SELECT @answer"},
        {Step::KillBefore, "The session ends while it is idle:", "SELECT @answer"},
        {Step::KillWhile, "It ends during a read, which is resent:", "SELECT SLEEP(1)"},
        {Step::KillWhile,
         "It ends during a possible write, whose execution is unknown:", "DO SLEEP(1)"},
        {Step::NoKill, "The connection continues:", "SELECT @answer"},
    };
    std::function<void(int)> start;
    const auto execute = [&](int number) {
        Query *query = connection.execute(steps[number].sql);
        query->setQueueTimeout(std::chrono::seconds(10)); // how long to wait for a server
        QObject::connect(query, &Job::finished, &app, [&, query, number] {
            const Error error = query->error();
            out << "  " << query->sql() << ": "
                << (error ? error.message() : query->result().first().text(0)) << Qt::endl;
            if (error && error.execution() != Error::Execution::Unknown)
                return app.exit(1);
            start(number + 1);
        });
    };
    start = [&](int number) {
        if (number == steps.size())
            return app.quit();
        out << steps[number].title << Qt::endl;
        if (steps[number].kill == Step::KillBefore)
            QObject::connect(kill(), &Job::finished, &app, [=] { execute(number); });
        else
            execute(number);
        if (steps[number].kill == Step::KillWhile)
            QTimer::singleShot(300, &app, kill);
    };
    start(0);

    return app.exec();
}
