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

} // namespace

class tst_SessionInitializer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sendsOneStatementAfterTheOther();
    void doesWithoutWhatIsMerelyOfUse();
    void setsVariablesInTheSameStatement();
    void namesThePartThatIsRefused();
    void reportsWhatIsRefused();
    void reportsValuesWithoutASqlForm();
    void reportsTextThatCannotBeEncoded();
    void takesInWhatWasSet();
    void endsWhereTheServerSaysFarewell();
    void beginsAnew();
    void selectsTheDatabaseAgain();
};

void tst_SessionInitializer::sendsOneStatementAfterTheOther()
{
    ConnectionOptions options;
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
    Bench bench((ConnectionOptions()));
    QCOMPARE(bench.answer({errorPacketOf(1193, "Unknown system variable")}), NamesAndNicety);
    QCOMPARE(bench.answerOk(), Names);
    QVERIFY(bench.isDone());
    QCOMPARE(bench.state.characterSet, "utf8mb4"_ba);
}

void tst_SessionInitializer::setsVariablesInTheSameStatement()
{
    ConnectionOptions options;
    options.setSessionVariables({{u"sql_mode"_s, u"ANSI"_s}});
    Bench bench(options);
    QCOMPARE(bench.answerOk(), NamesAndNicety + ", @@SESSION.`sql_mode` = 'ANSI'");
    QVERIFY(bench.isDone());
    QCOMPARE(bench.state.characterSet, "utf8mb4"_ba);
}

// One after the other says which one it is.
void tst_SessionInitializer::namesThePartThatIsRefused()
{
    ConnectionOptions options;
    options.setSessionVariables({{u"sql_mode"_s, u"ANSY"_s}});
    options.setInitStatements({u"CALL init()"_s});
    const QByteArray variables = "@@SESSION.`sql_mode` = 'ANSY'";
    const QByteArrayList refusal = {errorPacketOf(1231, "Wrong value")};
    Bench wrongValue(options);
    QCOMPARE(wrongValue.answer(refusal), NamesAndNicety + ", " + variables);
    QCOMPARE(wrongValue.answerOk(), NamesAndNicety);
    QCOMPARE(wrongValue.answer(refusal), "SET " + variables);
    QCOMPARE(wrongValue.error().serverErrorNumber(), 1231);
    QVERIFY(wrongValue.error().message().contains(u"session variables"_s));
    QVERIFY(wrongValue.sql.isEmpty());

    // A server without what is merely of use has all the others.
    Bench oldServer(options);
    const QByteArrayList unknown = {errorPacketOf(1193, "Unknown system variable")};
    oldServer.answer(unknown);
    QCOMPARE(oldServer.answer(unknown), NamesAndNicety);
    QCOMPARE(oldServer.answerOk(), Names);
    QCOMPARE(oldServer.answerOk(), "SET " + variables);
    QCOMPARE(oldServer.answerOk(), "CALL init()"_ba);
    QVERIFY(oldServer.isDone());

    Bench wrongNames(options);
    for (int i = 0; i < 3; ++i)
        wrongNames.answer(refusal);
    QVERIFY(wrongNames.error().message().contains(u"character set"_s));
}

void tst_SessionInitializer::reportsWhatIsRefused()
{
    ConnectionOptions options;
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
    ConnectionOptions options;
    options.setSessionVariables({{u"@list"_s, QVariantList{1, 2}}});
    Bench bench(options);
    QCOMPARE(bench.error().code(), Error::InvalidParameter);
    QVERIFY(bench.sql.isEmpty());
}

void tst_SessionInitializer::reportsTextThatCannotBeEncoded()
{
    ConnectionOptions options;
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
    ConnectionOptions options;
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

void tst_SessionInitializer::endsWhereTheServerSaysFarewell()
{
    Bench bench((ConnectionOptions()));
    bench.answer({errorPacketOf(1053, "Server shutdown in progress")});
    QCOMPARE(bench.error().code(), Error::ServerUnavailable);
}

void tst_SessionInitializer::beginsAnew()
{
    Bench bench((ConnectionOptions()));
    bench.answerOk();
    QVERIFY(bench.isDone());
    bench.state.setPeer(Peer::Server, 65536);

    bench.take(bench.initializer.begin(&bench.state));
    QCOMPARE(bench.state.peer, Peer::NotAsked);
    QCOMPARE(bench.answerOk(), NamesAndNicety);
    QVERIFY(bench.isDone());
    bench.state.setPeer(Peer::Server, 1048576);
    // What the session was opened with goes on to hold.
    QCOMPARE(bench.state.packetLimit, qsizetype(65536));
}

// Resetting a session leaves the database that a statement has selected, which the server may not
// have reported.
void tst_SessionInitializer::selectsTheDatabaseAgain()
{
    ConnectionOptions options;
    options.setDatabase(u"shop"_s);
    Bench bench(options);
    bench.answerOk();
    bench.answerOk();
    QVERIFY(bench.isDone());
    QCOMPARE(bench.state.database, u"shop"_s);

    bench.take(bench.initializer.beginAgain(&bench.state));
    QCOMPARE(bench.answerOk(), NamesAndNicety);
    QCOMPARE(bench.answerOk(), "USE `shop`"_ba);
    QVERIFY(bench.isDone());
    QCOMPARE(bench.state.database, u"shop"_s);

    // Without one in the options, the server's stays.
    Bench without((ConnectionOptions()));
    without.answerOk();
    without.state.database = u"other"_s;
    without.take(without.initializer.beginAgain(&without.state));
    without.answerOk();
    QVERIFY(without.isDone());
    QCOMPARE(without.state.database, u"other"_s);
}

QTEST_GUILESS_MAIN(tst_SessionInitializer)
#include "tst_sessioninitializer.moc"
