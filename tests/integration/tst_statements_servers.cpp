// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "servers.h"

#include <AsyncMySql/PreparedStatement>
#include <AsyncMySql/Result>
#include <AsyncMySql/Row>

#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

#include <map>
#include <optional>

using namespace AsyncMySql;
using namespace Servers;
using namespace Qt::StringLiterals;
using Fake::OutcomePointer;
using Execution = Error::Execution;

class tst_Statements_Servers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void parametersMakeAStatementPrepared_data() { addRows(); }
    void parametersMakeAStatementPrepared();
    void parametersMayChangeTheirTypes_data() { addRows(); }
    void parametersMayChangeTheirTypes();
    void namesMayBeUsedTwice_data() { addRows(); }
    void namesMayBeUsedTwice();
    void manyExecutionsAreAnsweredInTheirOrder_data() { addRows(); }
    void manyExecutionsAreAnsweredInTheirOrder();
    void cacheGivesUpTheLeastRecentlyUsed_data() { addRows(); }
    void cacheGivesUpTheLeastRecentlyUsed();
    void withoutCacheStatementsAreClosed_data() { addRows(); }
    void withoutCacheStatementsAreClosed();
    void metadataIsSentOnce_data() { addRows(isMariaDb); }
    void metadataIsSentOnce();
    void statementTellsWhatItHas_data() { addRows(); }
    void statementTellsWhatItHas();
    void statementTellsWhatIsWrong_data() { addRows(); }
    void statementTellsWhatIsWrong();
    void statementSurvivesAKill_data() { addRows(); }
    void statementSurvivesAKill();
    void statementSurvivesAReset_data() { addRows(); }
    void statementSurvivesAReset();
    void statementFollowsItsTable_data() { addRows(); }
    void statementFollowsItsTable();
    void statementIsClosedWhenItIsDeleted_data() { addRows(); }
    void statementIsClosedWhenItIsDeleted();
    void unpreparableStatementsGoAsText_data() { addRows(); }
    void unpreparableStatementsGoAsText();
};

namespace {

/// How often the session was asked for something that the server counts.
int counter(Connection &connection, const char *name)
{
    return rowsOf(connection.execute(
                      u"SHOW SESSION STATUS LIKE '%1'"_s.arg(QString::fromLatin1(name))))
        .value(0)
        .value(1)
        .toInt();
}

int preparations(Connection &connection)
{
    // MySQL counts it, too, when it prepares a statement once more because the parameters have
    // other types than it had thought.
    const bool isMySql = connection.serverFlavour() == Connection::ServerFlavour::MySql;
    return counter(connection, "Com_stmt_prepare")
           - (isMySql ? counter(connection, "Com_stmt_reprepare") : 0);
}

int closings(Connection &connection)
{
    return counter(connection, "Com_stmt_close");
}

bool isPrepared(PreparedStatement *statement)
{
    return statement->isPrepared()
           || QSignalSpy(statement, &PreparedStatement::prepared).wait(60'000);
}

} // namespace

void tst_Statements_Servers::initTestCase()
{
    VERIFY_SERVERS();
}

void tst_Statements_Servers::parametersMakeAStatementPrepared()
{
    QFETCH(Server, server);
    Connection connection(Servers::options(server));
    const QString sql = u"SELECT ? + 1"_s;
    QCOMPARE(rowsOf(connection.execute(sql, {41})).value(0).value(0), u"42"_s);
    QCOMPARE(rowsOf(connection.execute(sql, {1})).value(0).value(0), u"2"_s);
    QCOMPARE(preparations(connection), 1);
    QCOMPARE(connection.statementCacheStatistics().misses, 1U);
    QCOMPARE(connection.statementCacheStatistics().hits, 1U);
    QCOMPARE(connection.statementCacheStatistics().size, 1);

    Query *text = connection.execute(sql, {2});
    text->setPrepared(false);
    QCOMPARE(rowsOf(text), (QList<QStringList>{{u"3"_s}}));
    QCOMPARE(rowsOf(connection.execute(u"SELECT 4"_s)), (QList<QStringList>{{u"4"_s}}));
    QCOMPARE(preparations(connection), 1);
    Query *prepared = connection.execute(u"SELECT 4"_s);
    prepared->setPrepared(true);
    QCOMPARE(rowsOf(prepared), (QList<QStringList>{{u"4"_s}}));
    QCOMPARE(preparations(connection), 2);

    ConnectionOptions options = Servers::options(server);
    options.setAutoPrepareEnabled(false);
    Connection plain(options);
    QCOMPARE(rowsOf(plain.execute(sql, {41})), (QList<QStringList>{{u"42"_s}}));
    QCOMPARE(preparations(plain), 0);
}

void tst_Statements_Servers::parametersMayChangeTheirTypes()
{
    QFETCH(Server, server);
    const Database database(server);
    Connection connection(Servers::options(server, database));
    VERIFY_DONE(
        connection.execute(u"CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, v BLOB)"_s));
    const QVariantList values
        = {1,    u"zwei"_s,           QVariant(), 2.5,  QByteArray("\0\xff", 2),
           true, QDate(2026, 11, 22), -1LL,       u""_s};
    for (const QVariant &value : values)
        VERIFY_DONE(connection.execute(u"INSERT INTO t (v) VALUES (?)"_s, {value}));
    // MySQL remembers the types of an execution; NULL shares the statement of another type there.
    QCOMPARE(preparations(connection), server.isMariaDb() ? 1 : 7);
    QCOMPARE(rowsOf(connection.execute(u"SELECT HEX(v) FROM t ORDER BY id"_s)),
             (QList<QStringList>{{u"31"_s},
                                 {u"7A776569"_s},
                                 {QString()},
                                 {u"322E35"_s},
                                 {u"00FF"_s},
                                 {u"31"_s},
                                 {u"323032362D31312D3232"_s},
                                 {u"2D31"_s},
                                 {u""_s}}));
}

void tst_Statements_Servers::namesMayBeUsedTwice()
{
    QFETCH(Server, server);
    Connection connection(Servers::options(server));
    const QString sql = u"SELECT :word, :number * 2, CONCAT(:word, '!')"_s;
    for (const bool prepared : {true, false}) {
        Query *query
            = connection.execute(sql, {{u"word"_s, u"hé"_s}, {u"number"_s, 21}, {u"spare"_s, 0}});
        query->setPrepared(prepared);
        const OutcomePointer outcome = finishedOf(query);
        // A value without a placeholder is as much of a mistake as the other way round.
        QVERIFY2(outcome->failed(Error::InvalidParameter), Fake::describe(outcome).constData());
        QCOMPARE(outcome->error.execution(), Execution::NotSent);

        Query *missing = connection.execute(sql, {{u"word"_s, u"hé"_s}});
        missing->setPrepared(prepared);
        QVERIFY(finishedOf(missing)->failed(Error::InvalidParameter));

        Query *right = connection.execute(sql, {{u"word"_s, u"hé"_s}, {u"number"_s, 21}});
        right->setPrepared(prepared);
        QCOMPARE(rowsOf(right), (QList<QStringList>{{u"hé"_s, u"42"_s, u"hé!"_s}}));
    }
    PreparedStatement *statement = connection.prepare(sql);
    QVERIFY(isPrepared(statement));
    QCOMPARE(statement->parameterCount(), 3);
    QCOMPARE(statement->parameterNames(), (QStringList{u"word"_s, u"number"_s, u"word"_s}));
    QCOMPARE(rowsOf(statement->execute({{u"number"_s, -1}, {u"word"_s, u""_s}})),
             (QList<QStringList>{{u""_s, u"-2"_s, u"!"_s}}));
}

void tst_Statements_Servers::manyExecutionsAreAnsweredInTheirOrder()
{
    QFETCH(Server, server);
    Connection connection(Servers::options(server));
    constexpr int count = 500;
    QStringList order;
    QStringList expected;
    QList<OutcomePointer> outcomes;
    for (int i = 0; i < count; ++i) {
        Query *query = i % 7 == 3 ? connection.execute(u"SELECT 'text', %1"_s.arg(i))
                                  : connection.execute(u"SELECT ?, 'of %1'"_s.arg(i % 5), {i});
        expected.append(QString::number(i));
        outcomes.append(Fake::watch(query, &order, expected.constLast()));
    }
    QVERIFY(areFinished(outcomes));
    QCOMPARE(order, expected);
    for (int i = 0; i < count; ++i) {
        const QStringList row = i % 7 == 3 ? QStringList{u"text"_s, QString::number(i)}
                                           : QStringList{QString::number(i), u"of %1"_s.arg(i % 5)};
        QCOMPARE(outcomes[i]->rows(), QList<QStringList>{row});
    }
    QCOMPARE(preparations(connection), 5);
}

void tst_Statements_Servers::cacheGivesUpTheLeastRecentlyUsed()
{
    QFETCH(Server, server);
    ConnectionOptions options = Servers::options(server);
    options.setStatementCacheSize(2);
    Connection connection(options);
    const auto run = [&](const QString &name) {
        const QString sql = u"SELECT ?, '%1'"_s.arg(name);
        return rowsOf(connection.execute(sql, {1})) == QList<QStringList>{{u"1"_s, name}};
    };
    for (const QString &name : {u"a"_s, u"b"_s, u"a"_s, u"c"_s, u"a"_s, u"b"_s})
        QVERIFY(run(name));
    const StatementCacheStatistics statistics = connection.statementCacheStatistics();
    QCOMPARE(statistics.size, 2);
    QCOMPARE(statistics.misses, 4U);
    QCOMPARE(statistics.hits, 2U);
    QCOMPARE(statistics.evictions, 2U);
    QCOMPARE(preparations(connection), 4);
    QCOMPARE(closings(connection), 2);
}

void tst_Statements_Servers::withoutCacheStatementsAreClosed()
{
    QFETCH(Server, server);
    ConnectionOptions options = Servers::options(server);
    options.setStatementCacheSize(0);
    Connection connection(options);
    QList<OutcomePointer> outcomes;
    for (int i = 0; i < 20; ++i)
        outcomes.append(Fake::watch(connection.execute(u"SELECT ?"_s, {i})));
    QVERIFY(areFinished(outcomes));
    for (int i = 0; i < 20; ++i)
        QCOMPARE(outcomes[i]->rows(), (QList<QStringList>{{QString::number(i)}}));
    QCOMPARE(connection.statementCacheStatistics().size, 0);
    QCOMPARE(preparations(connection), 20);
    QCOMPARE(closings(connection), 20);
}

void tst_Statements_Servers::metadataIsSentOnce()
{
    QFETCH(Server, server);
    Connection connection(Servers::options(server));
    QString sql = u"SELECT ? AS first"_s;
    for (int i = 0; i < 60; ++i)
        sql += u", NULL AS a_column_with_a_long_name_%1"_s.arg(i * 7919);
    QList<int> sent = {counter(connection, "Bytes_sent")};
    for (int i = 0; i < 3; ++i) {
        const OutcomePointer outcome = finishedOf(connection.execute(sql, {i}));
        QVERIFY2(outcome->succeeded(), Fake::describe(outcome).constData());
        const Result result = outcome->results.constFirst();
        QCOMPARE(result.columnCount(), 61);
        QCOMPARE(result.first().value<int>("first"), i);
        QCOMPARE(result.column(60).name(), u"a_column_with_a_long_name_467221"_s);
        sent.append(counter(connection, "Bytes_sent"));
    }
    QVERIFY2((sent[2] - sent[1]) * 2 < sent[1] - sent[0], qPrintable(QString::number(sent[2])));
    QCOMPARE(sent[3] - sent[2], sent[2] - sent[1]);
}

void tst_Statements_Servers::statementTellsWhatItHas()
{
    QFETCH(Server, server);
    const Database database(server);
    Connection connection(Servers::options(server, database));
    VERIFY_DONE(connection.execute(u"CREATE TABLE t (id INT UNSIGNED PRIMARY KEY, name TEXT)"_s));
    VERIFY_DONE(connection.execute(u"INSERT INTO t VALUES (1, 'one'), (2, 'two'), (3, 'three')"_s));
    PreparedStatement *statement
        = connection.prepare(u"SELECT id, name FROM t WHERE id > :least AND id < :most"_s);
    QVERIFY(!statement->isPrepared());
    // It need not be prepared yet.
    const OutcomePointer early = Fake::watch(statement->execute({{u"least"_s, 0}, {u"most"_s, 2}}));
    QVERIFY(isPrepared(statement));
    QVERIFY(!statement->error());
    QCOMPARE(statement->parameterCount(), 2);
    QCOMPARE(statement->parameterNames(), (QStringList{u"least"_s, u"most"_s}));
    const QList<Column> columns = statement->columns();
    QCOMPARE(columns.size(), 2);
    QCOMPARE(columns[0].name(), u"id"_s);
    QCOMPARE(columns[0].type(), Column::Type::Int);
    QVERIFY(columns[0].isUnsigned() && columns[0].isPrimaryKey());
    QCOMPARE(columns[1].name(), u"name"_s);
    QCOMPARE(columns[1].type(), Column::Type::Text);
    QVERIFY(areFinished({early}));
    QCOMPARE(early->rows(), (QList<QStringList>{{u"1"_s, u"one"_s}}));
    QCOMPARE(rowsOf(statement->execute({{u"least"_s, 1}, {u"most"_s, 3}})),
             (QList<QStringList>{{u"2"_s, u"two"_s}}));
    QCOMPARE(preparations(connection), 1);
    // Wrong parameters harm nothing.
    QVERIFY(finishedOf(statement->execute({1, 2, 3}))->failed(Error::InvalidParameter));
    QCOMPARE(rowsOf(statement->execute({{u"least"_s, 2}, {u"most"_s, 9}})),
             (QList<QStringList>{{u"3"_s, u"three"_s}}));
}

void tst_Statements_Servers::statementTellsWhatIsWrong()
{
    QFETCH(Server, server);
    Connection connection(Servers::options(server));
    PreparedStatement *statement = connection.prepare(u"SELEC ?"_s);
    QSignalSpy prepared(statement, &PreparedStatement::prepared);
    QSignalSpy errors(statement, &PreparedStatement::errorOccurred);
    QVERIFY(errors.wait(60'000));
    QCOMPARE(statement->error().serverErrorNumber(), 1064);
    QVERIFY(!statement->isPrepared());
    const OutcomePointer outcome = finishedOf(statement->execute({1}));
    QVERIFY2(outcome->failed(Error::ServerError), Fake::describe(outcome).constData());
    QCOMPARE(outcome->error.serverErrorNumber(), 1064);
    QCOMPARE(outcome->error.execution(), Execution::Rejected);
    QCOMPARE(prepared.size(), 0);
    QCOMPARE(errors.size(), 1);
    // What fails only when it is executed stays prepared.
    PreparedStatement *division = connection.prepare(u"SELECT (SELECT 1 UNION SELECT ?)"_s);
    QVERIFY(isPrepared(division));
    const OutcomePointer twoRows = finishedOf(division->execute({2}));
    QCOMPARE(twoRows->error.serverErrorNumber(), 1242);
    QCOMPARE(rowsOf(division->execute({1})), (QList<QStringList>{{u"1"_s}}));
    QCOMPARE(preparations(connection), 3);
}

void tst_Statements_Servers::statementSurvivesAKill()
{
    QFETCH(Server, server);
    Connection connection(Servers::options(server));
    PreparedStatement *statement = connection.prepare(u"SELECT CONNECTION_ID(), ?"_s);
    QVERIFY(isPrepared(statement));
    const QString before = rowsOf(statement->execute({1})).value(0).value(0);
    Connection killer(Servers::options(server));
    VERIFY_DONE(killer.execute(u"KILL "_s + before));
    const OutcomePointer outcome = finishedOf(statement->execute({2}));
    QVERIFY2(outcome->succeeded(), Fake::describe(outcome).constData());
    QVERIFY(outcome->rows().constFirst().constFirst() != before);
    QCOMPARE(outcome->rows().constFirst().constLast(), u"2"_s);
    QVERIFY(statement->isPrepared());
    QCOMPARE(preparations(connection), 1);
}

void tst_Statements_Servers::statementSurvivesAReset()
{
    QFETCH(Server, server);
    const Database database(server);
    Connection connection(Servers::options(server));
    PreparedStatement *statement = connection.prepare(u"SELECT DATABASE(), ?"_s);
    QCOMPARE(rowsOf(statement->execute({1})), (QList<QStringList>{{QString(), u"1"_s}}));
    VERIFY_DONE(connection.selectDatabase(database.name()));
    QCOMPARE(rowsOf(statement->execute({2})), (QList<QStringList>{{database.name(), u"2"_s}}));
    VERIFY_DONE(connection.resetSession());
    QCOMPARE(rowsOf(statement->execute({3})), (QList<QStringList>{{database.name(), u"3"_s}}));
}

void tst_Statements_Servers::statementFollowsItsTable()
{
    QFETCH(Server, server);
    const Database database(server);
    Connection connection(Servers::options(server, database));
    Connection other(Servers::options(server, database));
    VERIFY_DONE(connection.execute(u"CREATE TABLE t (id INT PRIMARY KEY, a INT)"_s));
    VERIFY_DONE(connection.execute(u"INSERT INTO t VALUES (1, 10)"_s));
    const QString sql = u"SELECT * FROM t WHERE id = ?"_s;
    PreparedStatement *statement = connection.prepare(sql);
    const auto result = [&] { return finishedOf(statement->execute({1}))->results.value(0); };
    QCOMPARE(result().columnNames(), (QStringList{u"id"_s, u"a"_s}));
    for (Connection *changer : {&connection, &other}) {
        VERIFY_DONE(changer->execute(u"ALTER TABLE t ADD COLUMN b TEXT DEFAULT ('new')"_s));
        QCOMPARE(result().columnNames(), (QStringList{u"id"_s, u"a"_s, u"b"_s}));
        QCOMPARE(result().first().value<QString>("b"), u"new"_s);
        VERIFY_DONE(changer->execute(u"ALTER TABLE t CHANGE COLUMN a c VARCHAR(20)"_s));
        QCOMPARE(result().columnNames(), (QStringList{u"id"_s, u"c"_s, u"b"_s}));
        QCOMPARE(result().first().value(1), QVariant(u"10"_s));
        VERIFY_DONE(changer->execute(u"ALTER TABLE t DROP COLUMN b, CHANGE COLUMN c a INT"_s));
        QCOMPARE(result().columnNames(), (QStringList{u"id"_s, u"a"_s}));
        QCOMPARE(result().first().value(1), QVariant(10));
        // A table of the same name, with columns of the same number.
        VERIFY_DONE(changer->execute(u"DROP TABLE t"_s));
        QCOMPARE(finishedOf(statement->execute({1}))->error.serverErrorNumber(), 1146);
        VERIFY_DONE(changer->execute(u"CREATE TABLE t (id INT PRIMARY KEY, a DATE)"_s));
        VERIFY_DONE(changer->execute(u"INSERT INTO t VALUES (1, '2026-11-22')"_s));
        QCOMPARE(result().first().value(1), QVariant(QDate(2026, 11, 22)));
        VERIFY_DONE(changer->execute(u"ALTER TABLE t MODIFY COLUMN a CHAR(10)"_s));
        QCOMPARE(result().first().value(1), QVariant(u"2026-11-22"_s));
        VERIFY_DONE(changer->execute(u"UPDATE t SET a = '10'"_s));
        VERIFY_DONE(changer->execute(u"ALTER TABLE t MODIFY COLUMN a INT"_s));
    }
}

void tst_Statements_Servers::statementIsClosedWhenItIsDeleted()
{
    QFETCH(Server, server);
    ConnectionOptions options = Servers::options(server);
    options.setStatementCacheSize(1);
    Connection connection(options);
    auto *statement = connection.prepare(u"SELECT ?, 'kept'"_s);
    QVERIFY(isPrepared(statement));
    for (int i = 0; i < 5; ++i)
        QVERIFY(!rowsOf(connection.execute(u"SELECT ?, %1"_s.arg(i), {i})).isEmpty());
    // The others were given up for each other, but never this one.
    QCOMPARE(preparations(connection), 6);
    QCOMPARE(rowsOf(statement->execute({1})), (QList<QStringList>{{u"1"_s, u"kept"_s}}));
    QCOMPARE(preparations(connection), 6);
    QVERIFY(closings(connection) >= 4);
    // Deleted while it is executed.
    const OutcomePointer last = Fake::watch(statement->execute({2}));
    delete statement;
    QVERIFY(areFinished({last}));
    QCOMPARE(last->rows(), (QList<QStringList>{{u"2"_s, u"kept"_s}}));
    QVERIFY(!rowsOf(connection.execute(u"SELECT ?, 'another'"_s, {1})).isEmpty());
    QCOMPARE(preparations(connection), 7);
    QCOMPARE(closings(connection), 6);
    QCOMPARE(connection.statementCacheStatistics().size, 1);
}

void tst_Statements_Servers::unpreparableStatementsGoAsText()
{
    QFETCH(Server, server);
    Connection connection(Servers::options(server));
    // ER_UNSUPPORTED_PS on every server; MySQL has some more.
    QStringList statements = {u"PREPARE s FROM 'SELECT 7 AS seven'"_s, u"EXECUTE s"_s};
    if (server.isMySql)
        statements.append(u"USE mysql"_s);
    for (const QString &sql : statements) {
        Query *query = connection.execute(sql);
        query->setPrepared(true);
        const OutcomePointer outcome = finishedOf(query);
        QVERIFY2(outcome->succeeded(), Fake::describe(outcome).constData());
        if (sql.startsWith(u"EXECUTE"))
            QCOMPARE(outcome->rows(), (QList<QStringList>{{u"7"_s}}));
    }
    // MySQL 9 takes parameters in DML only.
    Connection victim(Servers::options(server));
    VERIFY_DONE(victim.ping());
    VERIFY_DONE(connection.execute(u"KILL CONNECTION ?"_s, {victim.connectionId()}));
    // An explicit one says so, and can be executed all the same.
    PreparedStatement *statement = connection.prepare(u"EXECUTE s"_s);
    QVERIFY(QSignalSpy(statement, &PreparedStatement::errorOccurred).wait(60'000));
    QCOMPARE(statement->error().serverErrorNumber(), 1295);
    QCOMPARE(rowsOf(statement->execute()), (QList<QStringList>{{u"7"_s}}));
    // Nothing that could not be prepared counts as a statement that the server holds.
    QCOMPARE(rowsOf(connection.execute(u"SELECT ?"_s, {1})), (QList<QStringList>{{u"1"_s}}));
}

QTEST_GUILESS_MAIN(tst_Statements_Servers)

#include "tst_statements_servers.moc"
