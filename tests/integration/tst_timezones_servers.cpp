// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "shopfixture.h"
#include "timespecs.h"

#include <AsyncMySql/Batch>
#include <AsyncMySql/Connection>
#include <AsyncMySql/Query>
#include <AsyncMySql/Result>
#include <AsyncMySql/Row>

#include <QtCore/qdatetime.h>
#include <QtCore/qtimezone.h>

using namespace AsyncMySql;
using namespace Servers;
using namespace Qt::StringLiterals;
using Fake::OutcomePointer;
using Policy = TableModel::SubmitPolicy;

/// The moment that was given comes back, whatever the time zone of the session is.
class tst_TimeZones_Servers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void momentComesBack_data();
    void momentComesBack();
    void modelsWriteMoments_data();
    void modelsWriteMoments();
    void clocksThatArePutBackAreRefused_data() { addRows(); }
    void clocksThatArePutBackAreRefused();
    void zoneFollowsTheSession_data() { addRows(); }
    void zoneFollowsTheSession();

private:
    static ConnectionOptions optionsIn(const Server &server, const Database &database,
                                       const QString &zone);
    /// Makes sure that the server knows it, whose tables are empty.
    static bool makeBerlin(const Server &server);
};

namespace {

const QString Berlin = u"Europe/Berlin"_s;

QDateTime utc(const char *text)
{
    QDateTime moment = QDateTime::fromString(QString::fromLatin1(text), Qt::ISODateWithMs);
    moment = QDateTime(moment.date(), moment.time(), Tests::Utc);
    return moment;
}

/// Around the hours that clocks leave out and show twice.
QList<QDateTime> moments()
{
    const QDateTime gap = utc("2026-03-29T02:30:00.250");
    return {utc("2026-01-31T12:30:00.000"),
            utc("2026-03-29T00:30:00.000"),
            utc("2026-03-29T01:30:00.000"),
            gap,
            utc("2026-10-25T00:30:00.000"),
            utc("2026-10-25T02:30:00.000"),
            gap.toLocalTime(),
            gap.toOffsetFromUtc(-5 * 3600),
            gap.toTimeZone(QTimeZone("America/New_York"))};
}

void addZoneRows()
{
    QTest::addColumn<Server>("server");
    QTest::addColumn<QString>("zone");
    for (const Server &server : all()) {
        for (const QString &zone : {u"+00:00"_s, u"+02:00"_s, u"-03:30"_s, Berlin, QString()}) {
            QTest::addRow("%s, %s", qPrintable(server.name), qPrintable(zone)) << server << zone;
        }
    }
}

} // namespace

void tst_TimeZones_Servers::initTestCase()
{
    VERIFY_SERVERS();
    QLocale::setDefault(QLocale::c());
}

ConnectionOptions tst_TimeZones_Servers::optionsIn(const Server &server, const Database &database,
                                                   const QString &zone)
{
    ConnectionOptions options = Servers::options(server, database);
    options.setTimeZone(zone);
    return options;
}

bool tst_TimeZones_Servers::makeBerlin(const Server &server)
{
    Connection connection(Servers::options(server));
    const auto run = [&connection](const QString &sql) {
        return finishedOf(connection.execute(sql))->succeeded();
    };
    if (run(u"SET time_zone = 'Europe/Berlin'"_s))
        return true;
    QStringList transitions;
    const QTimeZone zone(Berlin.toLatin1());
    const auto changes
        = zone.transitions(utc("2020-01-01T00:00:00.000"), utc("2036-12-31T00:00:00.000"));
    for (const QTimeZone::OffsetData &change : changes) {
        transitions.append(u"(@id, %1, %2)"_s.arg(change.atUtc.toSecsSinceEpoch())
                               .arg(change.daylightTimeOffset == 0 ? 0 : 1));
    }
    return run(u"INSERT INTO mysql.time_zone (Use_leap_seconds) VALUES ('N')"_s)
           && run(u"SET @id = LAST_INSERT_ID()"_s)
           && run(u"INSERT INTO mysql.time_zone_transition_type (Time_zone_id, Transition_type_id, "
                  "`Offset`, Is_DST, Abbreviation) VALUES (@id, 0, 3600, 0, 'CET'), "
                  "(@id, 1, 7200, 1, 'CEST')"_s)
           && run(u"INSERT INTO mysql.time_zone_transition (Time_zone_id, Transition_time, "
                  "Transition_type_id) VALUES "_s
                  + transitions.join(u", "_s))
           && run(u"INSERT INTO mysql.time_zone_name (Name, Time_zone_id) "
                  "VALUES ('Europe/Berlin', @id)"_s)
           && run(u"SET time_zone = 'Europe/Berlin'"_s);
}

void tst_TimeZones_Servers::momentComesBack_data()
{
    addZoneRows();
}

void tst_TimeZones_Servers::momentComesBack()
{
    QFETCH(Server, server);
    QFETCH(QString, zone);
    if (zone == Berlin && !QTimeZone(Berlin.toLatin1()).isValid())
        QSKIP("This machine has no data of time zones");
    QVERIFY(zone != Berlin || makeBerlin(server));

    const Database database(server);
    Connection connection(optionsIn(server, database, zone));
    VERIFY_DONE(connection.execute(
        u"CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, ts TIMESTAMP(3) NULL, "
        "dt DATETIME(3))"_s));
    const QString insert = u"INSERT INTO t (ts, dt) VALUES (?, ?)"_s;
    const bool isOfServer = zone.isEmpty();
    for (const QDateTime &moment : moments()) {
        VERIFY_DONE(connection.execute(u"DELETE FROM t"_s));
        VERIFY_DONE(connection.execute(insert, {moment, moment}));
        Query *text = connection.execute(insert, {moment, moment});
        text->setPrepared(false);
        VERIFY_DONE(text);
        VERIFY_DONE(connection.executeBatch(insert, {{moment, moment}, {moment, moment}}));
        for (const bool isPrepared : {true, false}) {
            Query *query = connection.execute(
                u"SELECT ts, dt, ROUND(UNIX_TIMESTAMP(ts) * 1000) FROM t WHERE ts = ? AND dt = ?"_s,
                {moment, moment});
            query->setPrepared(isPrepared);
            const OutcomePointer outcome = finishedOf(query);
            QVERIFY2(outcome->succeeded(), Fake::describe(outcome).constData());
            const Result result = outcome->results.value(0);
            QCOMPARE(result.rowCount(), 4);
            for (const Row &row : result) {
                QCOMPARE(row.value<QDateTime>(0), moment);
                QCOMPARE(row.value<QDateTime>(1), moment);
                QCOMPARE(row.value(0).toDateTime().timeSpec(), Qt::UTC);
                // What is stored is this moment to every other client, too.
                if (!isOfServer)
                    QCOMPARE(row.value<qint64>(2), moment.toMSecsSinceEpoch());
            }
        }
    }
}

void tst_TimeZones_Servers::modelsWriteMoments_data()
{
    addZoneRows();
}

void tst_TimeZones_Servers::modelsWriteMoments()
{
    QFETCH(Server, server);
    QFETCH(QString, zone);
    if (zone == Berlin && !QTimeZone(Berlin.toLatin1()).isValid())
        QSKIP("This machine has no data of time zones");
    QVERIFY(zone != Berlin || makeBerlin(server));

    const Database database(server);
    Connection connection(optionsIn(server, database, zone));
    VERIFY_DONE(connection.execute(
        u"CREATE TABLE t (id INT PRIMARY KEY, ts TIMESTAMP NULL, dt DATETIME)"_s));
    VERIFY_DONE(connection.execute(u"INSERT INTO t (id) VALUES (1)"_s));
    TableModel model;
    model.setSubmitPolicy(Policy::Manual);
    model.setExecutor(&connection);
    model.setTable(u"t"_s);
    VERIFY_COMPLETE(model);
    const QDateTime moment = utc("2026-03-29T01:30:00.000");
    for (const int column : {1, 2}) {
        const QModelIndex cell = model.index(0, column);
        // A moment with the role of the column …
        QVERIFY(model.setData(cell, moment.toOffsetFromUtc(3600), Qt::UserRole + column));
        QCOMPARE(cell.data(Qt::UserRole + column).toDateTime(), moment);
        const QString shown = cell.data().toString();
        model.submitAll();
        VERIFY_SUBMITTED(model);
        QCOMPARE(cell.data(Qt::UserRole + column).toDateTime(), moment);
        QCOMPARE(cell.data().toString(), shown);
        // … and for editors what the clocks of the session show.
        const QDateTime edited = cell.data(Qt::EditRole).toDateTime();
        QCOMPARE(edited.toString(u"yyyy-MM-dd HH:mm:ss"_s).right(8), shown.right(8));
        QVERIFY(model.setData(cell, edited));
        QCOMPARE(model.pendingChanges(), 0);
        QVERIFY(model.setData(cell, edited.addDays(1)));
        model.submitAll();
        VERIFY_SUBMITTED(model);
        QCOMPARE(cell.data().toString().right(8), shown.right(8));
        // So is what is typed.
        QVERIFY(model.setData(cell, u"2026-07-01 12:00:00"_s));
        model.submitAll();
        VERIFY_SUBMITTED(model);
        QCOMPARE(finishedOf(connection.execute(u"SELECT CONCAT(ts), CONCAT(dt) FROM t"_s))
                     ->rows()
                     .value(0)
                     .value(column - 1),
                 u"2026-07-01 12:00:00"_s);
    }
}

void tst_TimeZones_Servers::clocksThatArePutBackAreRefused()
{
    QFETCH(Server, server);
    if (!QTimeZone(Berlin.toLatin1()).isValid())
        QSKIP("This machine has no data of time zones");
    QVERIFY(makeBerlin(server));
    const Database database(server);
    Connection connection(optionsIn(server, database, Berlin));
    VERIFY_DONE(connection.execute(u"CREATE TABLE t (ts TIMESTAMP NULL, dt DATETIME)"_s));
    const QDateTime second = utc("2026-10-25T01:30:00.000");
    for (const bool isPrepared : {true, false}) {
        Query *query = connection.execute(u"INSERT INTO t VALUES (?, NULL)"_s, {second});
        query->setPrepared(isPrepared);
        const OutcomePointer outcome = finishedOf(query);
        QCOMPARE(outcome->error.code(), Error::InvalidParameter);
    }
    QCOMPARE(finishedOf(connection.executeBatch(u"INSERT INTO t VALUES (?, NULL)"_s, {{second}}))
                 ->error.code(),
             Error::InvalidParameter);
    // A DATETIME can be what the clocks leave out: no moment, and no NULL.
    VERIFY_DONE(connection.execute(u"INSERT INTO t VALUES (NULL, '2026-03-29 02:30:00')"_s));
    const OutcomePointer read = finishedOf(connection.execute(u"SELECT dt FROM t"_s));
    const Row row = read->results.value(0).first();
    QVERIFY(!row.isNull(0));
    QVERIFY(!row.value<QDateTime>(0).isValid());
    QCOMPARE(row.text(0), u"2026-03-29 02:30:00"_s);
}

/// Set by a statement, by an init statement, as a session variable.
void tst_TimeZones_Servers::zoneFollowsTheSession()
{
    QFETCH(Server, server);
    const Database database(server);
    const QDateTime moment = utc("2026-07-01T12:00:00.000");
    const auto isRight = [&moment](Connection &connection, qint64 hour) {
        const OutcomePointer outcome = finishedOf(connection.execute(
            u"SELECT CAST(? AS DATETIME), HOUR(?), UNIX_TIMESTAMP(?)"_s, {moment, moment, moment}));
        if (!outcome->succeeded())
            return false;
        const Row row = outcome->results.value(0).first();
        return row.value<QDateTime>(0) == moment && row.value<qint64>(1) == hour
               && row.value<double>(2) == double(moment.toSecsSinceEpoch());
    };
    Connection byStatement(Servers::options(server, database));
    QVERIFY(isRight(byStatement, 12));
    VERIFY_DONE(byStatement.execute(u"SET time_zone = '-05:00'"_s));
    QVERIFY(isRight(byStatement, 7));
    VERIFY_DONE(byStatement.execute(u"SET time_zone = '+00:00'"_s));
    QVERIFY(isRight(byStatement, 12));
    VERIFY_DONE(byStatement.setSessionVariable(u"time_zone"_s, u"+03:00"_s));
    QVERIFY(isRight(byStatement, 15));

    ConnectionOptions options = Servers::options(server, database);
    options.setInitStatements({u"SET time_zone = '+04:00'"_s});
    Connection byInit(options);
    QVERIFY(isRight(byInit, 16));
}

QTEST_GUILESS_MAIN(tst_TimeZones_Servers)
#include "tst_timezones_servers.moc"
