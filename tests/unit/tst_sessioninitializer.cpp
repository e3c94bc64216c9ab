// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "exchangescript.h"
#include "sessioninitializer.h"

#include <QtTest/qtest.h>

#include <optional>
#include <utility>
#include <variant>

using namespace AsyncMySql;
using namespace AsyncMySql::Tests;
using namespace Qt::StringLiterals;

namespace {

using Next = SessionInitializer::Next;
using Peer = SessionState::Peer;

constexpr quint16 AutoCommitStatus = 0x0002;

const QByteArray Names = "SET NAMES utf8mb4, @@SESSION.`time_zone` = '+00:00'";
const QByteArray NamesAndNicety = Names + ", @@SESSION.`net_write_timeout` = 28800";

/// A session whose server answers as the test says.
struct Bench
{
    explicit Bench(const ConnectionOptions &options)
        : initializer(&setup)
    {
        setup.setOptions(options);
        state.connectionId = 17;
        state.localPort = 4711;
        state.flavour = Protocol::ServerFlavour::MariaDb;
        take(initializer.begin(&state));
    }

    void take(Next following)
    {
        next = std::move(following);
        reader.reset();
        sql.clear();
        if (const auto *exchange = std::get_if<SessionInitializer::ExchangePointer>(&next)) {
            (*exchange)->setServerFlavour(state.flavour);
            reader.emplace(exchange->get());
            // Behind the letter of the command and its byte.
            sql = reader->takeSent().constFirst().sliced(2);
        }
    }
    /// The server answers; the statement.
    QByteArray answer(const QByteArrayList &packets)
    {
        const QByteArray sent = sql;
        reader->feed(streamOf(packets));
        take(initializer.answered(&state, u"db:3306"_s));
        return sent;
    }
    QByteArray answerOk() { return answer({okPacketOf(AutoCommitStatus)}); }
    bool isDone() const { return std::holds_alternative<SessionInitializer::Done>(next); }
    Error error() const
    {
        const auto *failure = std::get_if<Error>(&next);
        return failure ? *failure : Error();
    }

    SessionSetup setup;
    SessionState state;
    SessionInitializer initializer;
    Next next;
    /// What is to be sent; empty if there is nothing.
    QByteArray sql;
    std::optional<ExchangeReader> reader;
};

ConnectionOptions plainOptions()
{
    ConnectionOptions options;
    options.setPipelineDepth(1);
    return options;
}

} // namespace

class tst_SessionInitializer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sendsOneStatementAfterTheOther();
    void doesWithoutWhatIsMerelyOfUse();
    void reportsWhatIsRefused();
    void reportsValuesWithoutASqlForm();
    void reportsTextThatCannotBeEncoded();
    void takesInWhatWasSet();
    void asksForThePeer_data();
    void asksForThePeer();
    void endsWhereTheServerSaysFarewell();
    void beginsAnew();
};

void tst_SessionInitializer::sendsOneStatementAfterTheOther()
{
    ConnectionOptions options = plainOptions();
    options.setDatabase(u"shop"_s);
    options.setInitStatements({u"CALL first()"_s, u"CALL second()"_s});
    Bench bench(options);
    for (const QByteArray &sql :
         {NamesAndNicety, "USE `shop`"_ba, "CALL first()"_ba, "CALL second()"_ba}) {
        QVERIFY(!bench.isDone());
        QCOMPARE(bench.answerOk(), sql);
    }
    QVERIFY(bench.isDone());
}

void tst_SessionInitializer::doesWithoutWhatIsMerelyOfUse()
{
    Bench bench(plainOptions());
    QCOMPARE(bench.answer({errorPacketOf(1193, "Unknown system variable")}), NamesAndNicety);
    QCOMPARE(bench.answerOk(), Names);
    QVERIFY(bench.isDone());
    QCOMPARE(bench.state.characterSet, "utf8mb4"_ba);
}

void tst_SessionInitializer::reportsWhatIsRefused()
{
    ConnectionOptions options = plainOptions();
    options.setInitStatements({u"CALL init()"_s});
    Bench bench(options);
    bench.answerOk();
    bench.answer({errorPacketOf(1305, "No such procedure")});
    QCOMPARE(bench.error().code(), Error::ServerError);
    QCOMPARE(bench.error().serverErrorNumber(), 1305);
    QVERIFY(bench.error().message().contains(u"init statement 1"_s));
    QVERIFY(bench.error().message().contains(u"No such procedure"_s));
    QVERIFY(bench.error().message().contains(u"db:3306"_s));

    // The same error where nothing can be left out.
    Bench variable(options);
    variable.answerOk();
    variable.answer({errorPacketOf(1193, "Unknown system variable")});
    QCOMPARE(variable.error().serverErrorNumber(), 1193);
}

void tst_SessionInitializer::reportsValuesWithoutASqlForm()
{
    ConnectionOptions options = plainOptions();
    options.setSessionVariables({{u"@list"_s, QVariantList{1, 2}}});
    Bench bench(options);
    QCOMPARE(bench.error().code(), Error::InvalidParameter);
    QVERIFY(bench.sql.isEmpty());
}

void tst_SessionInitializer::reportsTextThatCannotBeEncoded()
{
    ConnectionOptions options = plainOptions();
    options.setInitStatements({u"SET character_set_client = latin1"_s, u"CALL init('Ω')"_s});
    Bench bench(options);
    bench.answerOk();
    bench.state.characterSet = "latin1";
    bench.answerOk();
    QCOMPARE(bench.error().code(), Error::InvalidOptions);
    QVERIFY(bench.error().message().contains(u"init statement 2"_s));
}

void tst_SessionInitializer::takesInWhatWasSet()
{
    ConnectionOptions options = plainOptions();
    options.setTimeZone(u"+02:00"_s);
    Bench bench(options);
    QVERIFY(bench.state.timeZone);
    QCOMPARE(bench.state.timeZone->name(), "+02:00"_ba);
    bench.state.characterSet = "latin1";
    bench.state.resultCharacterSet = "latin1";
    bench.answerOk();
    QCOMPARE(bench.state.characterSet, "utf8mb4"_ba);
    QCOMPARE(bench.state.resultCharacterSet, "utf8mb4"_ba);
}

void tst_SessionInitializer::asksForThePeer_data()
{
    QTest::addColumn<QByteArrayList>("row");
    QTest::addColumn<Peer>("peer");
    QTest::addColumn<qsizetype>("packetLimit");
    QTest::newRow("the server") << QByteArrayList{"17", "localhost:4711", "/s", "65536"}
                                << Peer::Server << qsizetype(65536);
    QTest::newRow("another connection") << QByteArrayList{"18", "localhost:4711", "/s", "65536"}
                                        << Peer::Intermediary << qsizetype(0);
    QTest::newRow("another port") << QByteArrayList{"17", "localhost:99", "/s", "65536"}
                                  << Peer::Intermediary << qsizetype(0);
    QTest::newRow("no answer") << QByteArrayList() << Peer::Unknown << qsizetype(0);
}

void tst_SessionInitializer::asksForThePeer()
{
    QFETCH(const QByteArrayList, row);
    Bench bench((ConnectionOptions()));
    bench.answerOk();
    QVERIFY(bench.sql.contains("CONNECTION_ID()"));
    if (row.isEmpty()) {
        bench.answer({errorPacketOf(1142, "SELECT command denied")});
    } else {
        bench.answer(resultPackets(0, {"a", "b", "c", "d"}, {row}, AutoCommitStatus));
    }
    QVERIFY(bench.isDone());
    QTEST(bench.state.peer, "peer");
    QTEST(bench.state.packetLimit, "packetLimit");
}

void tst_SessionInitializer::endsWhereTheServerSaysFarewell()
{
    Bench bench((ConnectionOptions()));
    bench.answerOk();
    bench.answer({errorPacketOf(1053, "Server shutdown in progress")});
    QCOMPARE(bench.error().code(), Error::ServerUnavailable);
}

void tst_SessionInitializer::beginsAnew()
{
    Bench bench((ConnectionOptions()));
    bench.answerOk();
    bench.answer(resultPackets(0, {"a", "b", "c", "d"}, {{"17", "localhost:4711", "/s", "65536"}},
                               AutoCommitStatus));
    QVERIFY(bench.isDone());
    QCOMPARE(bench.state.peer, Peer::Server);

    bench.take(bench.initializer.begin(&bench.state));
    QCOMPARE(bench.state.peer, Peer::Unknown);
    QCOMPARE(bench.answerOk(), NamesAndNicety);
    bench.answer(resultPackets(0, {"a", "b", "c", "d"}, {{"17", "localhost:4711", "/s", "1048576"}},
                               AutoCommitStatus));
    QVERIFY(bench.isDone());
    QCOMPARE(bench.state.peer, Peer::Server);
    // What the session was opened with goes on to hold.
    QCOMPARE(bench.state.packetLimit, qsizetype(65536));
}

QTEST_GUILESS_MAIN(tst_SessionInitializer)
#include "tst_sessioninitializer.moc"
