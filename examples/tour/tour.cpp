// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "tour.h"

#include <QtCore/QDate>
#include <QtCore/QProcess>

#include <memory>

using namespace AsyncMySql;
using namespace std::chrono_literals;

namespace {

template <typename Enum>
QString nameOf(Enum value)
{
    return QVariant::fromValue(value).toString();
}

} // namespace

Tour::Tour(const QUrl &url)
    : m_chapters{&Tour::lazyConnecting, &Tour::parameters, &Tour::refusal, &Tour::largeResult,
                 &Tour::serverRestart,  &Tour::cancelling, &Tour::idling}
    , m_shop(url)
{
    connect(&m_shop, &Connection::stateChanged, this, [this](Connection::State state) {
        // Further attempts are reported below.
        if (state == Connection::State::Connecting && m_shop.reconnectAttempt() > 0)
            return;
        if (state != Connection::State::WaitingToReconnect)
            m_console.event("connection: " + nameOf(state));
    });
    connect(&m_shop, &Connection::nextReconnectChanged, this, [this](const QDateTime &next) {
        if (next.isValid()) {
            m_console.event(
                QString("connection: WaitingToReconnect, failed attempts: %1, next in %2 ms")
                    .arg(m_shop.reconnectAttempt())
                    .arg(std::max<qint64>(0, QDateTime::currentDateTimeUtc().msecsTo(next))));
        }
    });
    connect(&m_shop, &Connection::lastErrorChanged, this, [this](const Error &error) {
        if (m_shop.reconnectAttempt() <= 1)
            m_console.bad("connection: " + error.message());
    });

    m_statusTimer.setInterval(100ms);
    connect(&m_statusTimer, &QTimer::timeout, this, [this] {
        m_console.status(QString("the event loop ticks: %1, jobs: %2")
                             .arg(m_heartbeat.ticks())
                             .arg(m_shop.pendingJobs()));
    });
}

void Tour::start()
{
    m_console.title("A tour of AsyncMySql");
    m_console.explain(
        m_shop.url().toString() + "\n"
        + "One thread, one event loop. A timer of 10 ms shows whether anything blocks it.");
    m_statusTimer.start();
    next();
}

void Tour::lazyConnecting()
{
    m_console.chapter("The first job opens the connection");
    m_console.explain("Constructing the connection has opened nothing.");
    m_console.event("connection: " + nameOf(m_shop.state()));
    m_console.event("a query is queued");
    ask("SELECT VERSION()", {}, [this](const Result &result) {
        m_console.good("answer: " + result.first().text(0));
        m_console.event(QString("session %1, %2")
                            .arg(m_shop.connectionId())
                            .arg(m_shop.isEncrypted() ? "encrypted" : "not encrypted"));
        endChapter();
    });
}

void Tour::parameters()
{
    m_console.chapter("Parameters, and values of all types");
    m_console.explain("SELECT … WHERE o.ordered < ? AND c.country IN (?, ?, ?) …");
    ask("SELECT c.given_name, c.family_name, c.city, c.born, COUNT(DISTINCT o.id) AS orders,"
        " SUM(i.quantity * i.price) AS spent"
        " FROM customers c JOIN orders o ON o.customer_id = c.id"
        " JOIN order_items i ON i.order_id = o.id"
        " WHERE o.ordered < ? AND c.country IN (?, ?, ?) GROUP BY c.id"
        " ORDER BY spent DESC LIMIT 8",
        {QDate(2020, 1, 1), "PL", "UA", "JP"}, [this](const Result &result) {
            m_console.good(QString("%1 rows").arg(result.rowCount()));
            m_console.table(result);
            endChapter();
        });
}

void Tour::refusal()
{
    m_console.chapter("An error reports what happened to the statement");
    m_console.event("a query is queued: SELECT * FROM artikles");
    Query *query = m_shop.execute("SELECT * FROM artikles");
    connect(query, &Job::errorOccurred, this, [this](const Error &error) {
        m_console.bad(error.message());
        m_console.event("server's number " + QString::number(error.serverErrorNumber())
                        + ", SQLSTATE " + error.sqlState());
        m_console.event("execution: " + nameOf(error.execution())
                        + " (the others are NotSent and Unknown)");
    });
    connect(query, &Job::finished, this, [this, query] {
        if (query->error())
            endChapter();
        else
            fail("There is a table \"artikles\"");
    });
}

void Tour::largeResult()
{
    m_console.chapter("A large result does not block the event loop");
    m_console.event("a query is queued: SELECT * FROM order_items");
    ask("SELECT * FROM order_items", {}, [this](const Result &result) {
        m_console.good(QString("%L1 rows in %L2 KiB of memory")
                           .arg(result.rowCount())
                           .arg(result.sizeInBytes() / 1024));
        endChapter();
    });
}

void Tour::serverRestart()
{
    m_console.chapter("Jobs wait while the server is stopped");
    const QString stop = qEnvironmentVariable("ASYNCMYSQL_STOP_SERVER");
    const QString start = qEnvironmentVariable("ASYNCMYSQL_START_SERVER");
    if (stop.isEmpty() || start.isEmpty()) {
        m_console.explain(
            "Skipped: ASYNCMYSQL_STOP_SERVER and ASYNCMYSQL_START_SERVER are not set.\n"
            "examples/run sets them.");
        next();
        return;
    }
    m_console.event("the server is being stopped");
    run(stop, [this, start] {
        m_console.event("the server has stopped");
        waitForServer(start);
    });
}

void Tour::waitForServer(const QString &startCommand)
{
    m_console.event("three queries are queued");
    const auto done = [this, left = std::make_shared<int>(4)] {
        if (--*left == 0)
            endChapter();
    };
    for (const char *table : {"customers", "articles", "orders"}) {
        ask(QString("SELECT COUNT(*) FROM ") + table, {},
            [this, table, done](const Result &result) {
                m_console.good(QString("answer: %1 %2").arg(result.first().text(0), table));
                done();
            });
    }
    QTimer::singleShot(1500ms, this, [this, startCommand, done] {
        m_console.event("the server is being started");
        run(startCommand, [this, done] {
            m_console.event("the server is running");
            done();
        });
    });
}

void Tour::cancelling()
{
    m_console.chapter("A slow statement is cancelled, also in the server");
    m_console.event("a query is queued that would take minutes");
    Query *query = m_shop.execute("SELECT COUNT(*) FROM order_items a JOIN order_items b"
                                  " ON a.price < b.price AND a.quantity > b.quantity");
    QTimer::singleShot(1s, query, [this, query] {
        m_console.event("cancel()");
        query->cancel();
    });
    connect(query, &Job::finished, this, [this, query, session = m_shop.connectionId()] {
        if (query->error().code() != Error::Cancelled)
            return fail("The query was not cancelled: " + query->error().message());
        m_console.good("error: " + query->error().message());
        m_console.event("execution: " + nameOf(query->error().execution()));
        ask("SELECT 1", {}, [this, session](const Result &) {
            m_console.event(session == m_shop.connectionId()
                                ? "the next query runs in the same session"
                                : "the next query runs in a new session");
            endChapter();
        });
    });
}

void Tour::idling()
{
    m_console.chapter("An idle connection closes and reconnects");
    ConnectionOptions options = m_shop.options();
    options.setIdleTimeout(1s);
    m_shop.setOptions(options);
    m_console.event("the idle timeout is 1 s now; a query is queued");
    ask("SELECT 1", {}, [this](const Result &) {
        m_console.good("answer");
        auto *watch = new QObject(this);
        connect(&m_shop, &Connection::stateChanged, watch, [this, watch](Connection::State state) {
            if (state != Connection::State::Unconnected)
                return;
            watch->deleteLater();
            m_console.event("another query is queued");
            ask("SELECT 1", {}, [this](const Result &) {
                m_console.good("answer");
                endChapter();
            });
        });
    });
}

void Tour::next()
{
    if (m_chapters.isEmpty() || m_failed) {
        finish();
        return;
    }
    m_heartbeat.restart();
    (this->*m_chapters.takeFirst())();
}

void Tour::endChapter()
{
    m_allTicks += m_heartbeat.ticks();
    m_longestGap = std::max(m_longestGap, m_heartbeat.longestGap());
    if (m_heartbeat.ticks() > 1) {
        m_console.explain(QString("The event loop ticked %1 times, at most %2 ms apart.")
                              .arg(m_heartbeat.ticks())
                              .arg(m_heartbeat.longestGap(), 0, 'f', 1));
    }
    next();
}

void Tour::finish()
{
    m_statusTimer.stop();
    if (!m_failed) {
        m_console.title(
            QString("\nEnd of the tour: %1 ticks of the event loop, at most %2 ms apart.")
                .arg(m_allTicks)
                .arg(m_longestGap, 0, 'f', 1));
    }
    Q_EMIT finished(!m_failed);
}

void Tour::fail(const QString &what)
{
    m_console.bad(what);
    m_failed = true;
    next();
}

/*!
    Executes \a sql; \a handler gets the result. An error ends the tour.
*/
void Tour::ask(const QString &sql, const QVariantList &parameters, const Handler &handler)
{
    Query *query = m_shop.execute(sql, parameters);
    connect(query, &Query::resultChanged, this, [query, handler] { handler(query->result()); });
    connect(query, &Job::errorOccurred, this,
            [this](const Error &error) { fail(error.message()); });
}

/*!
    Runs \a command in the background, and calls \a then when it went well.
*/
void Tour::run(const QString &command, const std::function<void()> &then)
{
    auto *process = new QProcess(this);
    process->setProcessChannelMode(QProcess::MergedChannels);
    connect(process, &QProcess::errorOccurred, this,
            [this, process] { fail(process->program() + ": " + process->errorString()); });
    connect(process, &QProcess::finished, this, [this, process, then](int exitCode) {
        process->deleteLater();
        if (exitCode == 0)
            then();
        else
            fail(QString::fromLocal8Bit(process->readAll()).trimmed());
    });
    process->startCommand(command);
}
