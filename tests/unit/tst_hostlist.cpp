// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "hostchoice.h"
#include "hostlist.h"

#include <QtCore/qmap.h>
#include <QtCore/qmetaobject.h>
#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

using Selection = HostPolicy::Selection;

namespace {

/// Answers from the event loop, by a table.
class TableResolver : public HostResolver
{
public:
    void lookUp(const QString &name, QObject *context,
                std::function<void(const QList<QHostAddress> &)> done) override
    {
        ++lookups[name];
        if (isSilent)
            return;
        const QList<QHostAddress> found = addresses.value(name);
        QMetaObject::invokeMethod(
            context, [found, done] { done(found); }, Qt::QueuedConnection);
    }
    void lookUpService(const QString &name, QObject *context,
                       std::function<void(const Service &)> done) override
    {
        ++lookups[name];
        const Service found = service;
        QMetaObject::invokeMethod(
            context, [found, done] { done(found); }, Qt::QueuedConnection);
    }

    QMap<QString, QList<QHostAddress>> addresses;
    Service service;
    QMap<QString, int> lookups;
    bool isSilent = false;
};

const Error Refused(Error::ConnectionRefused, QStringLiteral("refused"));
const Error Denied(Error::AccessDenied, QStringLiteral("denied"));
const Error Rejected(Error::CertificateRejected, QStringLiteral("rejected"));

ConnectionOptions optionsOf(const QList<Host> &hosts, Selection selection = Selection::Sequential)
{
    ConnectionOptions options;
    options.setHosts(hosts);
    options.setHostPolicy(selection);
    return options;
}

/// Addresses, which need no lookup.
QList<Host> threeHosts()
{
    return {Host(u"10.0.0.1"_s), Host(u"10.0.0.2"_s), Host(u"10.0.0.3"_s)};
}

/// Chooses hosts as a session does.
struct Chooser
{
    explicit Chooser(const std::shared_ptr<HostList> &list) { choice.setList(list); }

    /// The address of the next host, which is empty if it is not known, or what has happened
    /// instead.
    QString next()
    {
        const int before = calls;
        error = {};
        if (!choice.begin() && !QTest::qWaitFor([&] { return calls > before; }))
            return u"nothing"_s;
        if (error || !choice.target())
            return u"error"_s;
        return choice.target()->address.toString();
    }

    QObject owner;
    Error error;
    int calls = 0;
    HostChoice choice{&owner, [this](const Error &e) {
                          error = e;
                          ++calls;
                      }};
};

} // namespace

class tst_HostList : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isNeededWhereThereIsMoreThanOneHost();
    void aRoundTriesEachHostOnce();
    void avoidsWhatHasFailed();
    void triesWhatIsAvoidedForTheShortestTime();
    void timesDoubleUpToTheLimit();
    void doesNotAvoidFullServersForLong();
    void replicasComeLast();
    void accessIsTriedOnceElsewhere();
    void permanentErrorsOfOneHostLeaveTheOthers();
    void errorsOfTheOptionsAreFinal();
    void hostsTakeTheirTurns();
    void chanceFollowsTheWeights();
    void takesTheHostWithTheFewestSessions();
    void addressesCountAsSeveral();
    void looksUpWhatIsNext();
    void looksUpAgainAfterARound();
    void unknownNamesAreLeftToTheTransport();
    void silentNameServersTimeOut();
    void servicesAreOrderedByPriority();
    void servicesThatAreNotFound();
    void verifiedServicesHaveHostsOfTheirDomain_data();
    void verifiedServicesHaveHostsOfTheirDomain();
    void hostsShareTheTimeToConnect();
    void lostSessionsMakeAHostSuspect();
    void silentHostsAreAskedLast();
    void whatIsRefusedIsNotSentAgain();
    void refusalsEnd();
    void refusalsAreForgotten_data();
    void refusalsAreForgotten();

private:
    /// The list, with a clock of its own.
    std::unique_ptr<HostList> listOf(const ConnectionOptions &options)
    {
        return std::make_unique<HostList>(options, HostList::Use::Anything, m_resolver,
                                          [this] { return m_now; });
    }
    static QString nameOf(const HostTargetPointer &target) { return target->host.name(); }

    HostList::Clock::time_point m_now{24h};
    std::shared_ptr<TableResolver> m_resolver = std::make_shared<TableResolver>();
};

void tst_HostList::isNeededWhereThereIsMoreThanOneHost()
{
    ConnectionOptions options;
    QVERIFY(!HostList::isNeeded(options));
    options.setHost(u"db"_s);
    QVERIFY(!HostList::isNeeded(options));
    options.setHosts({Host(u"db"_s, 3307)});
    QVERIFY(!HostList::isNeeded(options));
    options.setHostPolicy(Selection::Random);
    QVERIFY(HostList::isNeeded(options));
    options.setHostPolicy({});
    options.setHosts(threeHosts());
    QVERIFY(HostList::isNeeded(options));
    options.setLocalSocketName(u"/run/a"_s);
    QVERIFY(!HostList::isNeeded(options));
    options.setLocalSocketName({});
    options.setHost(u"db"_s);
    QVERIFY(!HostList::isNeeded(options));
    options.setServiceName(u"_mysql._tcp.example.org"_s);
    QVERIFY(HostList::isNeeded(options));
}

void tst_HostList::aRoundTriesEachHostOnce()
{
    const auto list = listOf(optionsOf(threeHosts()));
    for (int round = 0; round < 3; ++round) {
        QStringList tried;
        for (int i = 0; i < 3; ++i) {
            const HostTargetPointer target = list->choose();
            tried.append(nameOf(target));
            list->recordFailed(target, Refused);
            const auto next = i < 2 ? HostList::Next::OtherHost : HostList::Next::Wait;
            QCOMPARE(list->afterFailure(Refused), next);
        }
        QCOMPARE(tried, QStringList({u"10.0.0.1"_s, u"10.0.0.2"_s, u"10.0.0.3"_s}));
    }
}

void tst_HostList::avoidsWhatHasFailed()
{
    const auto list = listOf(optionsOf(threeHosts()));
    list->recordFailed(list->choose(), Refused);
    QCOMPARE(list->afterFailure(Refused), HostList::Next::OtherHost);
    const HostTargetPointer second = list->choose();
    QCOMPARE(nameOf(second), u"10.0.0.2"_s);
    list->recordConnected(second);
    QCOMPARE(nameOf(list->choose()), u"10.0.0.2"_s);
    m_now += 59s;
    QCOMPARE(nameOf(list->choose()), u"10.0.0.2"_s);
    m_now += 1s;
    QCOMPARE(nameOf(list->choose()), u"10.0.0.1"_s);
}

void tst_HostList::triesWhatIsAvoidedForTheShortestTime()
{
    const auto list = listOf(optionsOf(threeHosts()));
    const HostTargetPointer first = list->choose();
    list->recordFailed(first, Refused);
    const HostTargetPointer second = list->choose();
    list->recordConnected(second);
    m_now += 10s;
    list->recordFailed(second, Refused);
    const HostTargetPointer third = list->choose();
    QCOMPARE(nameOf(third), u"10.0.0.3"_s);
    list->recordConnected(third);
    m_now += 10s;
    list->recordFailed(third, Refused);
    // All are avoided: the first one for the shortest time.
    QStringList tried;
    for (HostList::Next next = list->afterFailure(Refused); next == HostList::Next::OtherHost;
         next = list->afterFailure(Refused)) {
        const HostTargetPointer target = list->choose();
        tried.append(nameOf(target));
        list->recordFailed(target, Refused);
    }
    QCOMPARE(tried, QStringList({u"10.0.0.1"_s, u"10.0.0.2"_s}));
}

void tst_HostList::timesDoubleUpToTheLimit()
{
    const auto list = listOf(optionsOf({Host(u"10.0.0.1"_s), Host(u"10.0.0.2"_s)}));
    const HostTargetPointer first = list->choose();
    for (const auto time : {60s, 120s, 240s, 300s, 300s}) {
        list->recordFailed(first, Refused);
        // That it fails meanwhile, for want of another, makes no difference.
        m_now += 1s;
        list->recordFailed(first, Refused);
        QCOMPARE(first->avoidedUntil - m_now, HostList::Clock::duration(time - 1s));
        m_now = first->avoidedUntil;
    }
    list->recordConnected(first);
    list->recordFailed(first, Refused);
    QCOMPARE(first->avoidedUntil - m_now, HostList::Clock::duration(60s));
}

void tst_HostList::doesNotAvoidFullServersForLong()
{
    Error full(Error::ServerUnavailable, u"Too many connections"_s);
    full.setServerError(1040, u"08004"_s);
    const auto list = listOf(optionsOf(threeHosts()));
    list->recordFailed(list->choose(), full);
    QCOMPARE(list->afterFailure(full), HostList::Next::OtherHost);
    list->recordConnected(list->choose());
    QCOMPARE(nameOf(list->choose()), u"10.0.0.2"_s);
    m_now += 5s;
    QCOMPARE(nameOf(list->choose()), u"10.0.0.1"_s);
}

void tst_HostList::replicasComeLast()
{
    const auto list
        = listOf(optionsOf({Host(u"10.0.0.1"_s, 3306, Host::Role::Replica),
                            Host(u"10.0.0.2"_s, 3306, Host::Role::Primary), Host(u"10.0.0.3"_s)}));
    QStringList tried;
    HostList::Next next = HostList::Next::OtherHost;
    while (next == HostList::Next::OtherHost) {
        const HostTargetPointer target = list->choose();
        tried.append(nameOf(target));
        list->recordFailed(target, Refused);
        next = list->afterFailure(Refused);
    }
    QCOMPARE(tried, QStringList({u"10.0.0.2"_s, u"10.0.0.3"_s, u"10.0.0.1"_s}));
    list->recordConnected(list->choose());
    // A primary that is avoided is tried before a replica that is not.
    QCOMPARE(nameOf(list->choose()), u"10.0.0.2"_s);
}

void tst_HostList::accessIsTriedOnceElsewhere()
{
    const auto list = listOf(optionsOf(threeHosts()));
    list->recordFailed(list->choose(), Denied);
    QCOMPARE(list->afterFailure(Denied), HostList::Next::OtherHost);
    const HostTargetPointer second = list->choose();
    QCOMPARE(nameOf(second), u"10.0.0.2"_s);
    list->recordFailed(second, Denied);
    QCOMPARE(list->afterFailure(Denied), HostList::Next::Fail);
    // Nothing is wrong with the hosts.
    QCOMPARE(nameOf(list->choose()), u"10.0.0.1"_s);
}

void tst_HostList::permanentErrorsOfOneHostLeaveTheOthers()
{
    const auto list = listOf(optionsOf(threeHosts()));
    list->recordFailed(list->choose(), Rejected);
    QCOMPARE(list->afterFailure(Rejected), HostList::Next::OtherHost);
    list->recordFailed(list->choose(), Refused);
    QCOMPARE(list->afterFailure(Refused), HostList::Next::OtherHost);
    list->recordFailed(list->choose(), Rejected);
    // One of them may come back.
    QCOMPARE(list->afterFailure(Rejected), HostList::Next::Wait);
    for (int i = 0; i < 3; ++i) {
        list->recordFailed(list->choose(), Rejected);
        QCOMPARE(list->afterFailure(Rejected),
                 i < 2 ? HostList::Next::OtherHost : HostList::Next::Fail);
    }
}

void tst_HostList::errorsOfTheOptionsAreFinal()
{
    const auto list = listOf(optionsOf(threeHosts()));
    for (const Error::Code code : {Error::InvalidOptions, Error::PasswordExpired}) {
        const Error error(code, u"wrong"_s);
        QCOMPARE(list->afterFailure(error), HostList::Next::Fail);
    }
}

void tst_HostList::hostsTakeTheirTurns()
{
    const auto list = listOf(optionsOf(
        {Host(u"10.0.0.1"_s, 3306, Host::Role::Any, 2), Host(u"10.0.0.2"_s), Host(u"10.0.0.3"_s)},
        Selection::RoundRobin));
    QString order;
    for (int i = 0; i < 8; ++i)
        order += nameOf(list->choose()).back();
    QCOMPARE(order, u"12311231"_s);
}

void tst_HostList::chanceFollowsTheWeights()
{
    const auto list = listOf(optionsOf(
        {Host(u"10.0.0.1"_s, 3306, Host::Role::Any, 3), Host(u"10.0.0.2"_s)}, Selection::Random));
    int first = 0;
    constexpr int choices = 10'000;
    for (int i = 0; i < choices; ++i)
        first += nameOf(list->choose()) == u"10.0.0.1"_s ? 1 : 0;
    // Ten standard deviations.
    QVERIFY2(first > 7'060 && first < 7'940, qPrintable(QString::number(first)));
}

void tst_HostList::takesTheHostWithTheFewestSessions()
{
    const auto list
        = listOf(optionsOf({Host(u"10.0.0.1"_s, 3306, Host::Role::Any, 2), Host(u"10.0.0.2"_s)},
                           Selection::LeastConnections));
    QString order;
    QList<HostTargetPointer> targets;
    for (int i = 0; i < 6; ++i) {
        targets.append(list->choose());
        ++targets.constLast()->sessions;
        order += nameOf(targets.constLast()).back();
    }
    QCOMPARE(order, u"121121"_s);
    targets[1]->sessions = 0;
    QCOMPARE(nameOf(list->choose()), u"10.0.0.2"_s);
}

void tst_HostList::addressesCountAsSeveral()
{
    m_resolver->addresses = {{u"db1"_s, {QHostAddress(u"10.0.0.1"_s), QHostAddress(u"10.0.0.2"_s)}},
                             {u"db2"_s, {QHostAddress(u"10.0.0.3"_s)}}};
    const std::shared_ptr<HostList> list = listOf(optionsOf({Host(u"db1"_s), Host(u"db2"_s)}));
    Chooser chooser(list);
    for (int round = 0; round < 2; ++round) {
        QStringList tried;
        HostList::Next next = HostList::Next::OtherHost;
        while (next == HostList::Next::OtherHost) {
            tried.append(chooser.next());
            chooser.choice.recordFailed(Refused);
            next = list->afterFailure(Refused);
        }
        QCOMPARE(next, HostList::Next::Wait);
        QCOMPARE(tried, QStringList({u"10.0.0.1"_s, u"10.0.0.2"_s, u"10.0.0.3"_s}));
    }
}

void tst_HostList::looksUpWhatIsNext()
{
    m_resolver->addresses
        = {{u"db1"_s, {QHostAddress(u"10.0.0.1"_s)}}, {u"db2"_s, {QHostAddress(u"10.0.0.2"_s)}}};
    m_resolver->lookups.clear();
    Chooser chooser(listOf(optionsOf({Host(u"db1"_s), Host(u"db2"_s)})));
    QCOMPARE(chooser.next(), u"10.0.0.1"_s);
    chooser.choice.recordConnected();
    QCOMPARE(chooser.next(), u"10.0.0.1"_s);
    QCOMPARE(m_resolver->lookups, (QMap<QString, int>{{u"db1"_s, 1}}));
    // Not for ever.
    m_now += 60s;
    m_resolver->addresses[u"db1"_s] = {QHostAddress(u"10.0.0.9"_s)};
    QCOMPARE(chooser.next(), u"10.0.0.9"_s);

    m_resolver->lookups.clear();
    chooser.choice.setList(
        listOf(optionsOf({Host(u"db1"_s), Host(u"db2"_s)}, Selection::RoundRobin)));
    QCOMPARE(chooser.next(), u"10.0.0.9"_s);
    QCOMPARE(chooser.next(), u"10.0.0.2"_s);
    QCOMPARE(m_resolver->lookups, (QMap<QString, int>{{u"db1"_s, 1}, {u"db2"_s, 1}}));
}

void tst_HostList::looksUpAgainAfterARound()
{
    m_resolver->addresses = {{u"db1"_s, {QHostAddress(u"10.0.0.1"_s)}}};
    const std::shared_ptr<HostList> list = listOf(optionsOf({Host(u"db1"_s), Host(u"10.0.0.5"_s)}));
    Chooser chooser(list);
    QCOMPARE(chooser.next(), u"10.0.0.1"_s);
    chooser.choice.recordFailed(Refused);
    QCOMPARE(list->afterFailure(Refused), HostList::Next::OtherHost);
    QCOMPARE(chooser.next(), u"10.0.0.5"_s);
    chooser.choice.recordFailed(Refused);
    QCOMPARE(list->afterFailure(Refused), HostList::Next::Wait);
    m_resolver->addresses[u"db1"_s] = {QHostAddress(u"10.0.0.2"_s)};
    // The name leads elsewhere by now.
    QCOMPARE(chooser.next(), u"10.0.0.2"_s);
}

void tst_HostList::unknownNamesAreLeftToTheTransport()
{
    m_resolver->addresses.clear();
    Chooser chooser(listOf(optionsOf({Host(u"db1"_s), Host(u"db2"_s)})));
    QCOMPARE(chooser.next(), QString());
    QVERIFY(!chooser.error);
    QCOMPARE(chooser.choice.target()->host.name(), u"db1"_s);
}

void tst_HostList::silentNameServersTimeOut()
{
    m_resolver->isSilent = true;
    ConnectionOptions options = optionsOf({Host(u"db1"_s), Host(u"10.0.0.5"_s)});
    options.setConnectTimeout(20ms);
    const std::shared_ptr<HostList> list = listOf(options);
    Chooser chooser(list);
    QCOMPARE(chooser.next(), u"error"_s);
    QCOMPARE(chooser.error.code(), Error::ConnectTimeout);
    QVERIFY2(chooser.error.message().contains(u"db1"_s), qPrintable(chooser.error.message()));
    chooser.choice.recordFailed(chooser.error);
    QCOMPARE(list->afterFailure(chooser.error), HostList::Next::OtherHost);
    QCOMPARE(chooser.next(), u"10.0.0.5"_s);
    m_resolver->isSilent = false;
}

void tst_HostList::servicesAreOrderedByPriority()
{
    m_resolver->service.timeToLive = 30s;
    m_resolver->service.hosts
        = {{Host(u"10.0.0.1"_s, 3307, Host::Role::Any, 0), 20}, {Host(u"10.0.0.2"_s, 3308), 10}};
    m_resolver->lookups.clear();
    ConnectionOptions options;
    options.setServiceName(u"_mysql._tcp.example.org"_s);
    const std::shared_ptr<HostList> list = listOf(options);
    Chooser chooser(list);
    QCOMPARE(chooser.next(), u"10.0.0.2"_s);
    QCOMPARE(chooser.choice.target()->host.port(), quint16(3308));
    chooser.choice.recordFailed(Refused);
    QCOMPARE(list->afterFailure(Refused), HostList::Next::OtherHost);
    QCOMPARE(chooser.next(), u"10.0.0.1"_s);
    chooser.choice.recordConnected();
    QCOMPARE(m_resolver->lookups.value(u"_mysql._tcp.example.org"_s), 1);

    m_now += 30s;
    m_resolver->service.hosts = {{Host(u"10.0.0.7"_s), 10}};
    QCOMPARE(chooser.next(), u"10.0.0.7"_s);
    // An answer that fails takes nothing away.
    m_now += 30s;
    m_resolver->service.hosts.clear();
    QCOMPARE(chooser.next(), u"10.0.0.7"_s);
}

void tst_HostList::servicesThatAreNotFound()
{
    m_resolver->service = {};
    m_resolver->service.errorString = u"no such domain"_s;
    ConnectionOptions options;
    options.setServiceName(u"_mysql._tcp.example.org"_s);
    const std::shared_ptr<HostList> list = listOf(options);
    Chooser chooser(list);
    QCOMPARE(chooser.next(), u"error"_s);
    QCOMPARE(chooser.error.code(), Error::HostNotFound);
    QVERIFY(chooser.error.message().contains(u"_mysql._tcp.example.org"_s));
    QVERIFY(chooser.error.message().contains(u"no such domain"_s));
    QCOMPARE(list->afterFailure(chooser.error), HostList::Next::Wait);
    m_resolver->service.hosts = {{Host(u"10.0.0.7"_s), 10}};
    QCOMPARE(chooser.next(), u"10.0.0.7"_s);
}

void tst_HostList::hostsShareTheTimeToConnect()
{
    ConnectionOptions options = optionsOf(threeHosts());
    options.setConnectTimeout(12s);
    QCOMPARE(listOf(options)->connectTimeout(), 4000ms);
    options.setConnectTimeout(3s);
    QCOMPARE(listOf(options)->connectTimeout(), 2000ms);
    options.setConnectTimeout(500ms);
    QCOMPARE(listOf(options)->connectTimeout(), 500ms);
    options.setConnectTimeout(0ms);
    QCOMPARE(listOf(options)->connectTimeout(), 0ms);
}

void tst_HostList::lostSessionsMakeAHostSuspect()
{
    const Error timeout(Error::ConnectTimeout, u"silent"_s);
    const auto list = listOf(optionsOf(threeHosts()));
    const auto time = [&list](const HostTargetPointer &t) { return list->connectTimeout(t.get()); };
    const auto usual = list->connectTimeout();
    const HostTargetPointer first = list->choose();
    list->recordConnected(first, nullptr, 20ms);
    QCOMPARE(time(first), usual);
    list->recordLost(first, true);
    QCOMPARE(list->choose(), first);
    QCOMPARE(time(first), 500ms);
    // Over a long way it takes longer to open a session.
    list->recordConnected(first, nullptr, 200ms);
    QCOMPARE(time(first), usual);
    list->recordLost(first, true);
    QCOMPARE(time(first), 800ms);

    list->recordFailed(first, timeout);
    QCOMPARE(list->afterFailure(timeout), HostList::Next::OtherHost);
    const HostTargetPointer second = list->choose();
    list->recordLost(second, true);
    list->recordFailed(second, Refused);
    const HostTargetPointer third = list->choose();
    list->recordLost(third, true);
    // There is no other one left.
    QCOMPARE(time(third), usual);
    list->recordFailed(third, Refused);
    QCOMPARE(list->afterFailure(Refused), HostList::Next::Wait);
    // It may take longer, since the others are no better.
    for (const HostTargetPointer &target : {first, second, third})
        QCOMPARE(time(target), usual);
}

void tst_HostList::silentHostsAreAskedLast()
{
    const std::shared_ptr<HostList> list = listOf(optionsOf(threeHosts()));
    Chooser chooser(list);
    QCOMPARE(chooser.next(), u"10.0.0.1"_s);
    chooser.choice.recordConnected();
    chooser.choice.recordSilent();
    chooser.choice.recordLost(true);
    QCOMPARE(chooser.next(), u"10.0.0.2"_s);
    chooser.choice.recordFailed(Refused);
    QCOMPARE(list->afterFailure(Refused), HostList::Next::OtherHost);
    QCOMPARE(chooser.next(), u"10.0.0.3"_s);
    chooser.choice.recordConnected();
    // It is not avoided for that.
    QCOMPARE(chooser.next(), u"10.0.0.1"_s);
}

void tst_HostList::verifiedServicesHaveHostsOfTheirDomain_data()
{
    using TlsMode = ConnectionOptions::TlsMode;
    QTest::addColumn<TlsMode>("mode");
    QTest::addColumn<QString>("host");
    QTest::addColumn<bool>("isUsed");
    const TlsMode verified = TlsMode::VerifyIdentity;
    QTest::newRow("below it") << verified << u"db1.Example.org"_s << true;
    QTest::newRow("with a dot") << verified << u"db1.example.org."_s << true;
    QTest::newRow("itself") << verified << u"example.org"_s << true;
    QTest::newRow("another one") << verified << u"db1.example.com"_s << false;
    QTest::newRow("one that ends alike") << verified << u"db1.badexample.org"_s << false;
    QTest::newRow("not verified") << TlsMode::VerifyCa << u"db1.example.com"_s << true;
}

void tst_HostList::verifiedServicesHaveHostsOfTheirDomain()
{
    QFETCH(const ConnectionOptions::TlsMode, mode);
    QFETCH(const QString, host);
    QFETCH(const bool, isUsed);
    ConnectionOptions options;
    options.setServiceName(u"_mysql._tcp.example.org"_s);
    options.setTlsMode(mode);
    m_resolver->service.hosts = {{Host(host), 10}};
    m_resolver->service.timeToLive = 30s;
    m_resolver->addresses[host] = {QHostAddress(u"10.0.0.7"_s)};
    const std::shared_ptr<HostList> list = listOf(options);
    Chooser chooser(list);
    QCOMPARE(chooser.next(), isUsed ? u"10.0.0.7"_s : u"error"_s);
    if (!isUsed) {
        QVERIFY2(chooser.error.message().contains(u"outside of the domain example.org"_s),
                 qPrintable(chooser.error.message()));
    }
}

void tst_HostList::whatIsRefusedIsNotSentAgain()
{
    const auto list = listOf(optionsOf(threeHosts()));
    list->useCredentials(1);
    list->recordFailed(list->choose(), Denied);
    QCOMPARE(list->afterFailure(Denied), HostList::Next::OtherHost);
    for (int round = 0; round < 100; ++round) {
        for (const char *name : {"10.0.0.2", "10.0.0.3"}) {
            const HostTargetPointer target = list->choose();
            QCOMPARE(nameOf(target), QString::fromLatin1(name));
            list->recordFailed(target, Refused);
            QCOMPARE(list->afterFailure(Refused), nameOf(target).endsWith(u'2')
                                                      ? HostList::Next::OtherHost
                                                      : HostList::Next::Wait);
        }
        m_now += 1s;
    }
    // Another one is there again, and accepts it.
    list->recordConnected(list->choose());
    QCOMPARE(nameOf(list->choose()), u"10.0.0.2"_s);
}

void tst_HostList::refusalsEnd()
{
    const auto list = listOf(optionsOf({Host(u"10.0.0.1"_s), Host(u"10.0.0.2"_s)}));
    list->recordFailed(list->choose(), Denied);
    QCOMPARE(list->afterFailure(Denied), HostList::Next::OtherHost);
    bool isAskedAgain = false;
    for (int minute = 0; minute < 24 * 60 && !isAskedAgain; ++minute) {
        const HostTargetPointer target = list->choose();
        isAskedAgain = nameOf(target) == u"10.0.0.1"_s;
        if (!isAskedAgain) {
            list->recordFailed(target, Refused);
            (void)list->afterFailure(Refused);
        }
        m_now += 60s;
    }
    QVERIFY(isAskedAgain);
}

void tst_HostList::refusalsAreForgotten_data()
{
    QTest::addColumn<bool>("byNewCredentials");
    QTest::newRow("other credentials") << true;
    QTest::newRow("jobs have failed") << false;
}

void tst_HostList::refusalsAreForgotten()
{
    QFETCH(const bool, byNewCredentials);
    const auto list = listOf(optionsOf({Host(u"10.0.0.1"_s), Host(u"10.0.0.2"_s)}));
    list->useCredentials(1);
    list->recordFailed(list->choose(), Denied);
    QCOMPARE(list->afterFailure(Denied), HostList::Next::OtherHost);
    list->recordFailed(list->choose(), Refused);
    QCOMPARE(list->afterFailure(Refused), HostList::Next::Wait);
    QCOMPARE(nameOf(list->choose()), u"10.0.0.2"_s);
    if (byNewCredentials) {
        list->useCredentials(2);
    } else {
        list->recordFailed(list->choose(), Denied);
        QCOMPARE(list->afterFailure(Denied), HostList::Next::Fail);
    }
    QCOMPARE(nameOf(list->choose()), u"10.0.0.1"_s);
}

QTEST_GUILESS_MAIN(tst_HostList)
#include "tst_hostlist.moc"
