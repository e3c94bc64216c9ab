// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "connectionfixture.h"

#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

#include <QtCore/qloggingcategory.h>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// Attacks after the login, and secrets that must not leak on this side.
class tst_HostileSession : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void localInfileThatNobodyAskedFor_data();
    void localInfileThatNobodyAskedFor();
    void impossibleLengthsTakeNoMemory_data();
    void impossibleLengthsTakeNoMemory();
    void sessionStateThatOverrunsBreaksTheSession_data();
    void sessionStateThatOverrunsBreaksTheSession();
    void resultsWithoutEndEnd();
    void rowsWithoutEndEnd();
    void characterSetThatBreaksEscapingSeesNoText();
    void literalsAreTheSameWhateverBackslashesMean();
    void impossibleValuesAreNotMisread();
    void stalledAnswerEndsAtTheQueryTimeout();
    void nothingSecretIsLogged();
    void errorsAndOptionsShowNoPassword();
    void urlCannotSwitchOffProtection_data();
    void urlCannotSwitchOffProtection();
};

// Row 11: any statement can be answered with a request for a file.
void tst_HostileSession::localInfileThatNobodyAskedFor_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::newRow("a file that is there") << "/etc/hostname"_ba;
    QTest::newRow("a relative path") << "../../etc/hostname"_ba;
    QTest::newRow("a device") << "/dev/zero"_ba;
    QTest::newRow("no name") << ""_ba;
}

void tst_HostileSession::localInfileThatNobodyAskedFor()
{
    QFETCH(const QByteArray, file);
    FakeServer server;
    server.on("SELECT 1", [&](FakeConnection &c) { c.send('\xFB' + file); });
    Connection connection(optionsFor(server));
    const OutcomePointer outcome = watch(connection.execute(u"SELECT 1"_s));
    QTRY_COMPARE(outcome->finished, 1);
    QVERIFY2(outcome->failed(Error::LocalInfileRefused), describe(outcome).constData());
    VERIFY_SUCCEEDS(watch(connection.execute(u"SELECT 2"_s)));
    // Whatever was sent in answer is empty, or nothing at all.
    const QByteArray sent = server.connection(1)->received();
    const qsizetype end = sent.indexOf("SELECT 1") + 8;
    QVERIFY(sent.size() - end <= 4 || sent.mid(end + 4).contains("SELECT 2"));
}

// Row 15.
void tst_HostileSession::impossibleLengthsTakeNoMemory_data()
{
    QTest::addColumn<QByteArrayList>("payloads");
    const QByteArray one = lengthEncoded(quint64(1));
    const QByteArray column = columnPayload("a", MySqlCapabilities);
    const QByteArray huge = "\xFE"_ba + QByteArray("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F", 8);
    QTest::newRow("columns") << QByteArrayList({huge});
    QTest::newRow("name of a column")
        << QByteArrayList({one, lengthEncoded("def"_ba) + huge + "name"});
    QTest::newRow("field of a row") << QByteArrayList({one, column, huge + "value"});
    QTest::newRow("info of an OK")
        << QByteArrayList({QByteArray("\0\0\0\x02\0\0\0", 7) + huge + "info"});
}

void tst_HostileSession::impossibleLengthsTakeNoMemory()
{
    QFETCH(const QByteArrayList, payloads);
    FakeServer server;
    server.on("INSERT 1", [&](FakeConnection &c) {
        for (const QByteArray &payload : payloads)
            c.send(payload);
    });
    Connection connection(optionsFor(server));
    VERIFY_FAILS(watch(connection.execute(u"INSERT 1"_s)), ProtocolError, Unknown);
    VERIFY_SUCCEEDS(watch(connection.execute(u"SELECT 2"_s)));
    QCOMPARE(server.connectionCount(), 2);
}

// Row 16.
void tst_HostileSession::sessionStateThatOverrunsBreaksTheSession_data()
{
    QTest::addColumn<QByteArray>("state");
    QTest::newRow("item longer than the block") << "\x01\x20\x04shop"_ba;
    QTest::newRow("name longer than its item") << "\x01\x05\x20shop"_ba;
    QTest::newRow("value longer than its item") << QByteArray("\x00\x05\x01n\x20v!", 7);
    QTest::newRow("item without a length") << "\x01"_ba;
    QTest::newRow("length with overflow") << "\x01\xFE\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"_ba;
}

void tst_HostileSession::sessionStateThatOverrunsBreaksTheSession()
{
    QFETCH(const QByteArray, state);
    FakeServer server;
    server.on("INSERT 1", [&](FakeConnection &c) {
        Ok ok;
        ok.sessionState = state;
        c.ok(ok);
    });
    Connection connection(optionsFor(server));
    VERIFY_FAILS(watch(connection.execute(u"INSERT 1"_s)), ProtocolError, Unknown);
    VERIFY_SUCCEEDS(watch(connection.execute(u"SELECT 2"_s)));
    QCOMPARE(server.connectionCount(), 2);
}

// Rows 8 and 18.
void tst_HostileSession::resultsWithoutEndEnd()
{
    FakeServer server;
    bool isOpen = true;
    server.on("INSERT 1", [&](FakeConnection &c) {
        connect(&c, &FakeConnection::closed, this, [&isOpen] { isOpen = false; });
        for (int i = 0; i < 80'000; ++i)
            c.okWithMore();
    });
    ConnectionOptions options = optionsFor(server);
    options.setMaximumResultSize(300'000);
    Connection connection(options);
    const OutcomePointer outcome = watch(connection.execute(u"INSERT 1"_s));
    QTRY_COMPARE_WITH_TIMEOUT(outcome->finished, 1, 30'000);
    QVERIFY2(outcome->failed(Error::ResultTooLarge), describe(outcome).constData());
    QTRY_VERIFY(!isOpen);
}

void tst_HostileSession::rowsWithoutEndEnd()
{
    FakeServer server;
    server.on("INSERT 1", [](FakeConnection &c) {
        c.columns({"a"});
        // Rows that cost the server next to nothing.
        for (int i = 0; i < 60'000; ++i)
            c.row(FakeRow{std::nullopt});
    });
    ConnectionOptions options = optionsFor(server);
    options.setMaximumResultSize(300'000);
    Connection connection(options);
    const OutcomePointer outcome = watch(connection.execute(u"INSERT 1"_s));
    QTRY_COMPARE_WITH_TIMEOUT(outcome->finished, 1, 30'000);
    QVERIFY2(outcome->failed(Error::ResultTooLarge), describe(outcome).constData());
    QTRY_VERIFY(!server.connection(1)->isOpen());
}

// Row 21: in GBK the second byte of a character can be a backslash.
void tst_HostileSession::characterSetThatBreaksEscapingSeesNoText()
{
    FakeServer server;
    server.on("SET CHARSET", [](FakeConnection &c) {
        Ok ok;
        ok.sessionState = sessionVariable("character_set_client", "gbk");
        c.ok(ok);
    });
    Connection connection(optionsFor(server));
    VERIFY_SUCCEEDS(watch(connection.execute(u"SET CHARSET"_s)));
    const OutcomePointer outcome
        = watch(connection.execute(u"INSERT ?"_s, QVariantList({u"\u7e17' OR 1=1"_s})));
    VERIFY_SUCCEEDS(outcome);
    QCOMPARE(server.queries().constLast(), "INSERT _utf8mb4 X'E7B89727204F5220313D31'"_ba);
}

void tst_HostileSession::literalsAreTheSameWhateverBackslashesMean()
{
    FakeServer server;
    server.on("SET plain", [](FakeConnection &c) {
        Ok ok;
        ok.status = AutoCommit | NoBackslashEscapes;
        c.ok(ok);
    });
    Connection connection(optionsFor(server));
    const QVariantList parameters = {u"\\' OR 1=1"_s};
    VERIFY_SUCCEEDS(watch(connection.execute(u"SELECT ?"_s, parameters)));
    const QByteArray sql = "SELECT _utf8mb4 X'5C27204F5220313D31'";
    QCOMPARE(server.queries().constLast(), sql);
    VERIFY_SUCCEEDS(watch(connection.execute(u"SET plain"_s)));
    VERIFY_SUCCEEDS(watch(connection.execute(u"SELECT ?"_s, parameters)));
    QCOMPARE(server.queries().constLast(), sql);
}

// Row 22.
void tst_HostileSession::impossibleValuesAreNotMisread()
{
    FakeServer server;
    server.on("SELECT 1", [](FakeConnection &c) {
        const auto column = [](const char *name, quint8 type) {
            FakeColumn result(name, type);
            result.collation = 63;
            return result;
        };
        c.result(
            {column("i", 3), column("d", 10), column("t", 12), column("x", 11), FakeColumn("s")},
            {FakeRow{"12three", "2024-13-45", "yesterday", "99:99", "\xC3\x28"}});
    });
    Connection connection(optionsFor(server));
    const OutcomePointer outcome = watch(connection.execute(u"SELECT 1"_s));
    VERIFY_SUCCEEDS(outcome);
    const AsyncMySql::Row row = outcome->results.constLast().row(0);
    QVERIFY(!row.value(0).isValid() || row.value(0).isNull()
            || row.value(0).typeId() != QMetaType::Int);
    QVERIFY(!row.value(1).toDate().isValid());
    QVERIFY(!row.value(2).toDateTime().isValid());
    QVERIFY(!row.value(3).toTime().isValid());
    QCOMPARE(row.text(0), u"12three"_s);
    QCOMPARE(row.text(1), u"2024-13-45"_s);
}

// Row 28.
void tst_HostileSession::stalledAnswerEndsAtTheQueryTimeout()
{
    FakeServer server;
    server.on("INSERT 1", [](FakeConnection &c) {
        c.columns({"a"});
        c.row(FakeRow{"1"});
    });
    server.onKill([](FakeConnection &, quint32) {});
    ConnectionOptions options = optionsFor(server);
    options.setCancelGracePeriod(100ms);
    Connection connection(options);
    Query *query = connection.execute(u"INSERT 1"_s);
    query->setTimeout(50ms);
    VERIFY_FAILS(watch(query), QueryTimeout, Unknown);
    VERIFY_SUCCEEDS(watch(connection.execute(u"SELECT 2"_s)));
}

namespace {

QByteArray *capturedLog = nullptr;

void capture(QtMsgType, const QMessageLogContext &context, const QString &message)
{
    *capturedLog += context.category + ": "_ba + message.toUtf8() + '\n';
}

} // namespace

// Row 26.
void tst_HostileSession::nothingSecretIsLogged()
{
    QByteArray log;
    capturedLog = &log;
    QLoggingCategory::setFilterRules(u"asyncmysql.*=true"_s);
    const QtMessageHandler before = qInstallMessageHandler(capture);

    {
        FakeServer server;
        server.script().greet().expectLogin().error(1045, "28000", "Access denied").cut();
        server.script().error(1040, {}, "Too many connections").cut();
        server.on("SELECT slow", FakeServer::stall);
        server.on("SELECT broken", [](FakeConnection &c) { c.send("\xFF"_ba); });
        ConnectionOptions options = optionsFor(server);
        options.setSessionVariables({{u"some_variable"_s, u"variable-secret"_s}});
        Connection connection(options);
        const OutcomePointer denied = watch(connection.execute(u"SELECT 0"_s));
        QTRY_COMPARE(denied->finished, 1);
        const OutcomePointer good
            = watch(connection.execute(u"INSERT ?"_s, QVariantList({u"parameter-secret"_s})));
        const OutcomePointer broken = watch(connection.execute(u"SELECT broken"_s));
        Query *query = connection.execute(u"SELECT slow"_s);
        const OutcomePointer slow = watch(query);
        QTRY_COMPARE(server.countQuery("SELECT slow"), 1);
        query->cancel();
        QTRY_COMPARE(slow->finished, 1);
        QVERIFY(good->succeeded());
        QCOMPARE(broken->errors, 1);
    }

    qInstallMessageHandler(before);
    QLoggingCategory::setFilterRules({});
    QVERIFY2(log.contains("asyncmysql."), "Nothing was logged at all");
    QVERIFY2(!log.contains(Password.toLatin1()), log);
    QVERIFY2(!log.contains("parameter-secret"), log);
    QVERIFY2(!log.contains("variable-secret"), log);
}

void tst_HostileSession::errorsAndOptionsShowNoPassword()
{
    FakeServer server;
    server.script().greet().expectLogin().error(1045, "28000", "Access denied").cut();
    const ConnectionOptions options = optionsFor(server);
    Connection connection(options);
    const OutcomePointer outcome
        = watch(connection.execute(u"INSERT ?"_s, QVariantList({u"parameter-secret"_s})));
    VERIFY_FAILS(outcome, AccessDenied, NotSent);
    QString shown;
    QDebug(&shown) << outcome->error << options << connection.url() << options.toUrl()
                   << connection.lastError();
    QVERIFY2(!shown.contains(Password) && !shown.contains(u"parameter-secret"), qPrintable(shown));
    QVERIFY(!connection.url().toString().contains(Password));
    QCOMPARE(outcome->error.statement(), u"INSERT ?"_s);
}

// Row 27: the text of a URL may come from somewhere else.
void tst_HostileSession::urlCannotSwitchOffProtection_data()
{
    QTest::addColumn<QString>("query");
    for (const char *query :
         {"allow-local-infile=1", "local-infile=1", "allowLocalInfile=true",
          "init-statement=DROP%20TABLE%20t", "allowed-plugins=mysql_clear_password",
          "allow-public-key-retrieval=true", "server-public-key=x", "no-such-option=1",
          "password=x", "user=root", "tls=maybe"})
        QTest::newRow(query) << QString::fromLatin1(query);
}

void tst_HostileSession::urlCannotSwitchOffProtection()
{
    QFETCH(const QString, query);
    Error error;
    const ConnectionOptions options = ConnectionOptions::fromUrl(
        QUrl(u"mysql://anna:%1@db.example.org/shop?%2"_s.arg(Password, query)), &error);
    QCOMPARE(error.code(), Error::InvalidOptions);
    QVERIFY2(!error.message().contains(Password), qPrintable(error.message()));
    QVERIFY(options.user() != u"root");
}

QTEST_GUILESS_MAIN(tst_HostileSession)

#include "tst_hostilesession.moc"
