// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "sessiontickets.h"

#include <QtTest/qtest.h>

#include <functional>

using namespace AsyncMySql;
using namespace Qt::StringLiterals;

using TlsMode = ConnectionOptions::TlsMode;
using Change = std::function<void(ConnectionOptions *)>;

Q_DECLARE_METATYPE(Change)

namespace {

ConnectionOptions options()
{
    ConnectionOptions options;
    options.setHost(u"db.example.org"_s);
    options.setTlsMode(TlsMode::VerifyIdentity);
    return options;
}

SessionTickets::Key key(const ConnectionOptions &options)
{
    return SessionTickets::keyOf(options).value_or(SessionTickets::Key());
}

} // namespace

class tst_SessionTickets : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void servesTheSameOptions();
    void servesNoOtherCheck_data();
    void servesNoOtherCheck();
    void isNotUsedWithoutTls();
    void resumedSessionsHaveTheSameEnd();
    void forgetsWhatHasExpired();
    void forgetsTheOldest();
};

void tst_SessionTickets::servesTheSameOptions()
{
    QVERIFY(SessionTickets::find(key(options())).bytes.isEmpty());
    SessionTickets::store(key(options()), {"first"});
    QCOMPARE(SessionTickets::find(key(options())).bytes, "first"_ba);
    // What the session does later makes no difference to what was verified.
    ConnectionOptions other = options();
    other.setUser(u"ben"_s);
    other.setDatabase(u"shop"_s);
    QCOMPARE(SessionTickets::find(key(other)).bytes, "first"_ba);
    SessionTickets::store(key(other), {"second"});
    QCOMPARE(SessionTickets::find(key(options())).bytes, "second"_ba);
    SessionTickets::forget(key(options()));
    QVERIFY(SessionTickets::find(key(options())).bytes.isEmpty());
}

void tst_SessionTickets::servesNoOtherCheck_data()
{
    QTest::addColumn<Change>("change");
    const auto row = [](const char *name, const Change &change) { QTest::newRow(name) << change; };
    const auto configure
        = [&row](const char *name, const std::function<void(QSslConfiguration *)> &change) {
              row(name, [change](ConnectionOptions *options) {
                  QSslConfiguration configuration = options->sslConfiguration();
                  change(&configuration);
                  options->setSslConfiguration(configuration);
              });
          };
    row("host", [](ConnectionOptions *options) { options->setHost(u"db2.example.org"_s); });
    row("port", [](ConnectionOptions *options) { options->setPort(3307); });
    for (const TlsMode mode : {TlsMode::Preferred, TlsMode::Required, TlsMode::VerifyCa}) {
        row(qPrintable(u"mode %1"_s.arg(static_cast<int>(mode))),
            [mode](ConnectionOptions *options) { options->setTlsMode(mode); });
    }
    configure("depth", [](QSslConfiguration *tls) { tls->setPeerVerifyDepth(1); });
    configure("protocol", [](QSslConfiguration *tls) { tls->setProtocol(QSsl::TlsV1_3OrLater); });
    configure("option", [](QSslConfiguration *tls) {
        tls->setSslOption(QSsl::SslOptionDisableServerNameIndication, true);
    });
}

void tst_SessionTickets::servesNoOtherCheck()
{
    QFETCH(const Change, change);
    SessionTickets::store(key(options()), {"ticket"});
    ConnectionOptions other = options();
    change(&other);
    QVERIFY(SessionTickets::find(key(other)).bytes.isEmpty());
    SessionTickets::store(key(other), {"other"});
    QCOMPARE(SessionTickets::find(key(options())).bytes, "ticket"_ba);
    SessionTickets::forget(key(other));
    QCOMPARE(SessionTickets::find(key(options())).bytes, "ticket"_ba);
}

void tst_SessionTickets::isNotUsedWithoutTls()
{
    ConnectionOptions clear = options();
    clear.setTlsMode(TlsMode::Disabled);
    QVERIFY(!SessionTickets::keyOf(clear));
    ConnectionOptions local = options();
    local.setLocalSocketName(u"/run/mysqld/mysqld.sock"_s);
    QVERIFY(!SessionTickets::keyOf(local));
}

void tst_SessionTickets::resumedSessionsHaveTheSameEnd()
{
    const QDeadlineTimer end(1000000);
    SessionTickets::store(key(options()), {"first", end});
    const SessionTickets::Ticket found = SessionTickets::find(key(options()));
    QCOMPARE(found.end.deadline(), end.deadline());
    SessionTickets::store(key(options()), {"second", found.end});
    QCOMPARE(SessionTickets::find(key(options())).end.deadline(), end.deadline());
    SessionTickets::forget(key(options()));
}

void tst_SessionTickets::forgetsWhatHasExpired()
{
    SessionTickets::store(key(options()), {"ticket", QDeadlineTimer(0)});
    QVERIFY(SessionTickets::find(key(options())).bytes.isEmpty());
    QVERIFY(!SessionTickets::find(key(options())).end.hasExpired());
}

void tst_SessionTickets::forgetsTheOldest()
{
    const auto keyOfPort = [](int port) {
        ConnectionOptions other = options();
        other.setPort(static_cast<quint16>(port));
        return key(other);
    };
    for (int port = 1; port <= 65; ++port)
        SessionTickets::store(keyOfPort(port), {QByteArray::number(port)});
    QVERIFY(SessionTickets::find(keyOfPort(1)).bytes.isEmpty());
    for (int port = 2; port <= 65; ++port)
        QCOMPARE(SessionTickets::find(keyOfPort(port)).bytes, QByteArray::number(port));
}

QTEST_GUILESS_MAIN(tst_SessionTickets)
#include "tst_sessiontickets.moc"
