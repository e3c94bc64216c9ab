// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "parameters.h"
#include "resultbuilder.h"
#include "sessiontimezone.h"
#include "sqlliteral.h"
#include "timespecs.h"

#include <QtCore/qdatetime.h>
#include <QtCore/qtimezone.h>
#include <QtTest/qtest.h>

#include <chrono>
#include <optional>
#include <variant>

using namespace AsyncMySql;
using namespace AsyncMySql::Tests;
using namespace Qt::StringLiterals;
using Values::SessionTimeZone;
using TimePoint = SessionTimeZone::TimePoint;

/// Moments in sessions whose time zone is not UTC.
class tst_SessionTimeZone : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void namesAreFound_data();
    void namesAreFound();
    void momentsComeBack_data();
    void momentsComeBack();
    void clocksAreChanged();
};

namespace {

QDateTime utc(const char *text)
{
    QDateTime moment = QDateTime::fromString(QString::fromLatin1(text), Qt::ISODateWithMs);
    moment = QDateTime(moment.date(), moment.time(), Tests::Utc);
    return moment;
}

TimePoint pointOf(const QDateTime &moment)
{
    return TimePoint(std::chrono::milliseconds(moment.toMSecsSinceEpoch()));
}

} // namespace

void tst_SessionTimeZone::namesAreFound_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<bool>("isFound");
    QTest::newRow("UTC") << "UTC"_ba << false;
    QTest::newRow("+00:00") << "+00:00"_ba << false;
    QTest::newRow("-00:00") << "-00:00"_ba << false;
    QTest::newRow("the server's own") << "SYSTEM"_ba << false;
    QTest::newRow("none") << QByteArray() << false;
    QTest::newRow("unknown") << "Mars/Olympus"_ba << false;
    QTest::newRow("east") << "+02:00"_ba << true;
    QTest::newRow("west") << "-3:30"_ba << true;
    QTest::newRow("region") << "Europe/Berlin"_ba << true;
    QTest::newRow("in other case") << "europe/berlin"_ba << true;
}

void tst_SessionTimeZone::namesAreFound()
{
    QFETCH(QByteArray, name);
    QFETCH(bool, isFound);
    if (name.contains("erlin") && !QTimeZone("Europe/Berlin").isValid())
        QSKIP("This machine has no data of time zones");
    QCOMPARE(SessionTimeZone::find(name) != nullptr, isFound);
}

void tst_SessionTimeZone::momentsComeBack_data()
{
    QTest::addColumn<QByteArray>("zone");
    QTest::addColumn<QDateTime>("moment");
    QTest::addColumn<QByteArray>("digits");
    QTest::newRow("UTC") << "+00:00"_ba << utc("2026-03-29T01:30:00") << "2026-03-29 01:30:00"_ba;
    QTest::newRow("east") << "+02:00"_ba << utc("2026-03-29T01:30:00") << "2026-03-29 03:30:00"_ba;
    QTest::newRow("west") << "-03:30"_ba << utc("2026-03-29T01:30:00.250")
                          << "2026-03-28 22:00:00.250000"_ba;
    if (!QTimeZone("Europe/Berlin").isValid())
        return;
    QTest::newRow("winter") << "Europe/Berlin"_ba << utc("2026-03-29T00:59:59")
                            << "2026-03-29 01:59:59"_ba;
    QTest::newRow("summer") << "Europe/Berlin"_ba << utc("2026-03-29T01:00:00")
                            << "2026-03-29 03:00:00"_ba;
    QTest::newRow("summer's last hour")
        << "Europe/Berlin"_ba << utc("2026-10-25T00:30:00") << "2026-10-25 02:30:00"_ba;
    QTest::newRow("winter's second hour")
        << "Europe/Berlin"_ba << utc("2026-10-25T02:00:00") << "2026-10-25 03:00:00"_ba;
    QTest::newRow("of another zone")
        << "Europe/Berlin"_ba << QDateTime(QDate(2026, 7, 1), QTime(12, 0), QTimeZone(-5 * 3600))
        << "2026-07-01 19:00:00"_ba;
}

void tst_SessionTimeZone::momentsComeBack()
{
    QFETCH(QByteArray, zone);
    QFETCH(QDateTime, moment);
    QFETCH(QByteArray, digits);

    Protocol::SqlDialect dialect;
    dialect.timeZone = SessionTimeZone::find(zone);
    for (const QVariant &value : {QVariant(moment), QVariant::fromValue(pointOf(moment))}) {
        const Protocol::FormattingResult literal = Protocol::sqlLiteral(value, dialect);
        QCOMPARE(std::get<QByteArray>(literal), "TIMESTAMP'" + digits + '\'');
        const auto encoded = Protocol::encodeParameters({value}, dialect, 1000);
        const QByteArray bytes = std::get<Protocol::EncodedParameters>(encoded).values;
        for (const Values::FieldType type :
             {Values::FieldType::DateTime, Values::FieldType::Timestamp}) {
            for (const bool isBinary : {false, true}) {
                ResultBuilder builder(dialect.timeZone);
                Values::ColumnInfo column = columnOf(type);
                column.decimals = 6;
                builder.column(column);
                if (isBinary)
                    builder.binaryRow({bytes});
                else
                    builder.row({digits});
                const Result result = builder.build();
                const Row row = result.first();
                QCOMPARE(row.value(0), QVariant(moment.toUTC()));
                QCOMPARE(row.value<QDateTime>(0), moment.toUTC());
                QVERIFY(row.value<TimePoint>(0) == pointOf(moment));
                // What does not say when is as the server has it.
                QCOMPARE(row.text(0).left(19), QString::fromLatin1(digits).left(19));
                QCOMPARE(row.value<QDate>(0).toString(Qt::ISODate),
                         QString::fromLatin1(digits).left(10));
            }
        }
    }
}

void tst_SessionTimeZone::clocksAreChanged()
{
    const auto zone = SessionTimeZone::find("Europe/Berlin");
    if (!zone)
        QSKIP("This machine has no data of time zones");
    // Left out by the clocks.
    ResultBuilder builder(zone);
    builder.column(columnOf(Values::FieldType::DateTime)).row({"2026-03-29 02:30:00"});
    const Row row = builder.build().first();
    QVERIFY(!row.isNull(0));
    QVERIFY(!row.value<QDateTime>(0).isValid());
    QVERIFY(!row.value<std::optional<TimePoint>>(0));
    QCOMPARE(row.text(0), u"2026-03-29 02:30:00"_s);
    // Shown a second time: it would be read as the first one.
    Protocol::SqlDialect dialect;
    dialect.timeZone = zone;
    const QVariant second = utc("2026-10-25T01:30:00");
    QVERIFY(
        std::holds_alternative<Protocol::FormattingError>(Protocol::sqlLiteral(second, dialect)));
    QVERIFY(std::holds_alternative<Protocol::FormattingError>(
        Protocol::encodeParameters({second}, dialect, 1000)));
}

QTEST_APPLESS_MAIN(tst_SessionTimeZone)
#include "tst_sessiontimezone.moc"
