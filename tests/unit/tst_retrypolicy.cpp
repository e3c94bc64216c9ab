// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "retrydelay.h"

#include <AsyncMySql/retrypolicy.h>

#include <QtTest/qtest.h>

#include <chrono>
#include <cmath>
#include <limits>

using namespace AsyncMySql;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

class tst_RetryPolicy : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void hasTheDocumentedDefaults();
    void delaysDoubleUpToTheMaximum_data();
    void delaysDoubleUpToTheMaximum();
    void chanceShortensDelays();
    void delaysGrowWithinTheirBounds();
    void hugeDelaysDoNotOverflow();
    void settersKeepTheirLimits();
    void recognisesTransientErrors_data();
    void recognisesTransientErrors();
    void emptyListsMatchNothing();
    void copiesAreIndependentAndEqual();
    void recoveryIsPartOfThePolicy();
};

void tst_RetryPolicy::hasTheDocumentedDefaults()
{
    const RetryPolicy policy;
    QCOMPARE(policy.resend(), RetryPolicy::Idempotent);
    QVERIFY(policy.initialDelay() == 100ms);
    QVERIFY(policy.maximumDelay() == 30s);
    QCOMPARE(policy.jitter(), 0.2);
    QCOMPARE(policy.maximumAttempts(), 3);
    QVERIFY(policy.transientErrorNumbers().isEmpty());
    QVERIFY(policy.transientSqlStates().isEmpty());
    QVERIFY(policy.transientErrorTexts().isEmpty());
    QVERIFY(!policy.reconnectOnTransientError());
    QVERIFY(!policy.isRecoveryEnabled());
    QCOMPARE(policy.recoveryErrorNumbers(), (QList<int>{145, 1194, 1195}));
    QVERIFY(!policy.recoveryFunction());
    QCOMPARE(RetryPolicy(RetryPolicy::Always).resend(), RetryPolicy::Always);
}

void tst_RetryPolicy::delaysDoubleUpToTheMaximum_data()
{
    QTest::addColumn<int>("attempt");
    QTest::addColumn<qint64>("milliseconds");

    QTest::newRow("negative") << -1 << qint64(100);
    QTest::newRow("first") << 0 << qint64(100);
    QTest::newRow("second") << 1 << qint64(200);
    QTest::newRow("ninth") << 8 << qint64(25600);
    QTest::newRow("tenth") << 9 << qint64(30000);
    QTest::newRow("very many") << std::numeric_limits<int>::max() << qint64(30000);
}

void tst_RetryPolicy::delaysDoubleUpToTheMaximum()
{
    QFETCH(const int, attempt);
    QTEST(qint64(RetryPolicy().delay(attempt).count()), "milliseconds");
}

void tst_RetryPolicy::chanceShortensDelays()
{
    RetryPolicy policy;
    QVERIFY(policy.delay(0, 1) == 80ms);
    QVERIFY(policy.delay(0, 0.5) == 90ms);
    QVERIFY(policy.delay(0, 7) == 80ms);
    policy.setJitter(0);
    QVERIFY(policy.delay(0, 1) == 100ms);
}

void tst_RetryPolicy::delaysGrowWithinTheirBounds()
{
    const RetryPolicy policy;
    for (int attempt = 0; attempt < 100; ++attempt) {
        const std::chrono::milliseconds longest = policy.delay(attempt);
        QVERIFY(longest <= policy.maximumDelay());
        const std::chrono::milliseconds delay = retryDelay(policy, attempt);
        QVERIFY(delay <= longest);
        QVERIFY(static_cast<double>(delay.count())
                >= static_cast<double>(longest.count()) * (1 - policy.jitter()) - 1);
    }
    QCOMPARE(policy.delay(0), policy.initialDelay());
    QCOMPARE(policy.delay(1), 2 * policy.initialDelay());
    QCOMPARE(policy.delay(99), policy.maximumDelay());
}

void tst_RetryPolicy::hugeDelaysDoNotOverflow()
{
    RetryPolicy policy;
    policy.setInitialDelay(1ms);
    policy.setMaximumDelay(std::chrono::milliseconds::max());
    QVERIFY(policy.delay(200) == std::chrono::milliseconds::max());
    policy.setInitialDelay(0ms);
    QVERIFY(policy.delay(200) == 0ms);
    policy.setInitialDelay(5s);
    policy.setMaximumDelay(1s);
    QVERIFY(policy.delay(0) == 1s);
}

void tst_RetryPolicy::settersKeepTheirLimits()
{
    RetryPolicy policy;
    policy.setInitialDelay(-1ms);
    policy.setMaximumDelay(-1ms);
    policy.setMaximumAttempts(0);
    policy.setJitter(2);
    QVERIFY(policy.initialDelay() == 0ms);
    QVERIFY(policy.maximumDelay() == 0ms);
    QCOMPARE(policy.maximumAttempts(), 1);
    QCOMPARE(policy.jitter(), 1.0);
    policy.setJitter(-1);
    QCOMPARE(policy.jitter(), 0.0);
    policy.setJitter(std::nan(""));
    QCOMPARE(policy.jitter(), 0.0);
}

void tst_RetryPolicy::recognisesTransientErrors_data()
{
    QTest::addColumn<int>("number");
    QTest::addColumn<QString>("sqlState");
    QTest::addColumn<QString>("message");
    QTest::addColumn<bool>("temporary");

    QTest::newRow("number") << 1213 << u"HY000"_s << u"x"_s << true;
    QTest::newRow("state") << 1 << u"40001"_s << u"x"_s << true;
    QTest::newRow("text") << 1 << u"HY000"_s << u"node is not ready yet"_s << true;
    QTest::newRow("text of other case") << 1 << u"HY000"_s << u"node is Not Ready yet"_s << false;
    QTest::newRow("beginning of a state") << 1 << u"4000"_s << u"x"_s << false;
    QTest::newRow("none of it") << 1064 << u"42000"_s << u"syntax"_s << false;
    QTest::newRow("not of the server") << 0 << u""_s << u"node is not ready yet"_s << false;
}

void tst_RetryPolicy::recognisesTransientErrors()
{
    QFETCH(const int, number);
    QFETCH(const QString, sqlState);
    QFETCH(const QString, message);
    RetryPolicy policy;
    policy.setTransientErrorNumbers({1213});
    policy.setTransientSqlStates({u"40001"_s});
    policy.setTransientErrorTexts({u"not ready"_s});
    Error error(number ? Error::ServerError : Error::ConnectionLost, message);
    if (number)
        error.setServerError(number, sqlState);
    QTEST(policy.isTransient(error), "temporary");
}

void tst_RetryPolicy::emptyListsMatchNothing()
{
    RetryPolicy policy;
    Error error(Error::ServerError, u"x"_s);
    error.setServerError(1213, QString());
    QVERIFY(!policy.isTransient(error));
    policy.setTransientErrorTexts({QString()});
    policy.setTransientSqlStates({QString()});
    QVERIFY(!policy.isTransient(error));
}

void tst_RetryPolicy::copiesAreIndependentAndEqual()
{
    RetryPolicy policy;
    RetryPolicy copy = policy;
    QVERIFY(copy == policy);
    copy.setReconnectOnTransientError(true);
    QVERIFY(copy != policy);
    QVERIFY(!policy.reconnectOnTransientError());
    copy.setReconnectOnTransientError(false);
    QVERIFY(copy == policy);
}

void tst_RetryPolicy::recoveryIsPartOfThePolicy()
{
    RetryPolicy policy;
    policy.setRecoveryEnabled(true);
    QVERIFY(policy != RetryPolicy());
    RetryPolicy other = policy;
    QVERIFY(policy == other);
    other.setRecoveryErrorNumbers({126});
    QVERIFY(policy != other);
    other = policy;
    other.setRecoveryFunction([](const Error &error) { return error.message(); });
    QVERIFY(policy != other);
    QCOMPARE(other.recoveryFunction()(Error(Error::ServerError, u"x"_s)), u"x"_s);
    const RetryPolicy copy = other;
    QVERIFY(copy == other);
    other.setRecoveryFunction({});
    QVERIFY(policy == other);
}

QTEST_APPLESS_MAIN(tst_RetryPolicy)

#include "tst_retrypolicy.moc"
