// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "bytes.h"
#include "parameters.h"
#include "refusedvalues.h"
#include "timespecs.h"

#include <QtCore/qjsonarray.h>
#include <QtCore/qjsondocument.h>
#include <QtCore/qjsonobject.h>
#include <QtCore/qtimezone.h>
#include <QtCore/qurl.h>
#include <QtCore/quuid.h>
#include <QtTest/qtest.h>

#include <chrono>
#include <limits>

using namespace AsyncMySql::Protocol;
using namespace Qt::StringLiterals;
using AsyncMySql::Tests::fromHex;

namespace {

constexpr qsizetype NoLimit = std::numeric_limits<qsizetype>::max();

EncodedParameters encodedOrEmpty(const QVariantList &values, qsizetype longSize = NoLimit)
{
    ParameterEncoding encoding = encodeParameters(values, {}, longSize);
    auto *encoded = std::get_if<EncodedParameters>(&encoding);
    return encoded ? *encoded : EncodedParameters();
}

bool isRefused(const QVariant &value, const SqlDialect &dialect)
{
    return std::holds_alternative<FormattingError>(encodeParameters({value}, dialect, NoLimit));
}

} // namespace

class tst_Parameters : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void encodesValues_data();
    void encodesValues();
    void typesDependOnTheTypeAlone_data();
    void typesDependOnTheTypeAlone();
    void marksNulls_data();
    void marksNulls();
    void putsValuesInOrder();
    void longValuesStayApart();
    void sourcesStayApart();
    void refusesWhatHasNoForm_data();
    void refusesWhatHasNoForm();
    void namesTheRefusedParameter();
    void textFollowsTheCharacterSet_data();
    void textFollowsTheCharacterSet();
    void encodesAttributes();
    void refusesAttributes_data();
    void refusesAttributes();
};

void tst_Parameters::encodesValues_data()
{
    QTest::addColumn<QVariant>("value");
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QByteArray>("bytes");

    const auto row
        = [](const char *name, const QVariant &value, const char *type, const char *bytes) {
              QTest::newRow(name) << value << fromHex(type) << fromHex(bytes);
          };
    using namespace std::chrono;

    row("true", true, "01 00", "01");
    row("false", false, "01 00", "00");
    row("char", QVariant::fromValue(char(5)), "01 00", "05");
    row("signed char", QVariant::fromValue<signed char>(-128), "01 00", "80");
    row("unsigned char", QVariant::fromValue<unsigned char>(255), "01 80", "ff");
    row("short", QVariant::fromValue<short>(-2), "02 00", "feff");
    row("unsigned short", QVariant::fromValue<ushort>(65535), "02 80", "ffff");
    row("int", std::numeric_limits<int>::min(), "03 00", "00000080");
    row("small int", 1, "03 00", "01000000");
    row("unsigned int", std::numeric_limits<uint>::max(), "03 80", "ffffffff");
    row("smallest 64-bit", std::numeric_limits<qlonglong>::min(), "08 00", "0000000000000080");
    row("largest 64-bit", std::numeric_limits<qulonglong>::max(), "08 80", "ffffffffffffffff");
    row("float", 1.5F, "04 00", "0000c03f");
    row("double", -2.5, "05 00", "00000000000004c0");
    row("text", u"aä"_s, "fd 00", "03 61 c3a4");
    row("empty text", u""_s, "fd 00", "00");
    row("text with a NUL", u"a"_s + QChar(QChar::Null), "fd 00", "02 61 00");
    row("beyond the BMP", u"\U0001F600"_s, "fd 00", "04 f09f9880");
    row("character", QChar(u'b'), "fd 00", "01 62");
    row("URL", QUrl(u"a b"_s), "fd 00", "05 61 253230 62");
    row("bytes", QByteArray("\0\xFF", 2), "fc 00", "02 00ff");
    row("empty bytes", QByteArray(""), "fc 00", "00");
    row("date", QDate(2024, 2, 29), "0a 00", "04 # length\n e807 02 1d");
    row("first date", QDate(1, 1, 1), "0a 00", "04 0100 01 01");
    row("last date", QDate(9999, 12, 31), "0a 00", "04 0f27 0c 1f");
    row("time", QTime(1, 2, 3), "0b 00",
        "08 # length\n 00 # positive\n 00000000 # days\n 01 02 03");
    row("time with milliseconds", QTime(23, 59, 59, 7), "0b 00",
        "0c 00 00000000 17 3b 3b 581b0000 # 7000");
    row("midnight", QTime(0, 0), "0b 00", "00");
    row("hours", QVariant::fromValue(hours(-838)), "0b 00",
        "08 01 # negative\n 22000000 # 34 days\n 16 00 00");
    row("whole days", QVariant::fromValue(hours(48)), "0b 00", "08 00 02000000 00 00 00");
    row("longest time", QVariant::fromValue(microseconds(-3020399999999)), "0b 00",
        "0c 01 22000000 16 3b 3b 3f420f00 # 999999");
    row("minutes", QVariant::fromValue(minutes(90)), "0b 00", "08 00 00000000 01 1e 00");
    row("seconds", QVariant::fromValue(seconds(-1)), "0b 00", "08 01 00000000 00 00 01");
    row("milliseconds", QVariant::fromValue(milliseconds(1)), "0b 00",
        "0c 00 00000000 00 00 00 e8030000");
    row("nanoseconds", QVariant::fromValue(nanoseconds(1000)), "0b 00",
        "0c 00 00000000 00 00 00 01000000");
    row("date and time", QDateTime(QDate(2024, 7, 1), QTime(12, 30, 1), AsyncMySql::Tests::Utc),
        "0c 00", "07 # length\n e807 07 01 0c 1e 01");
    row("date and time with milliseconds",
        QDateTime(QDate(2024, 7, 1), QTime(0, 0, 0, 50), AsyncMySql::Tests::Utc), "0c 00",
        "0b e807 07 01 00 00 00 50c30000 # 50000");
    row("offset from UTC", AsyncMySql::Tests::withOffset(QDate(2024, 7, 1), QTime(0, 30), 3600),
        "0c 00", "07 e807 06 1e 17 1e 00");
    row("zone", QDateTime(QDate(2024, 7, 1), QTime(12, 0), QTimeZone(-3600)), "0c 00",
        "07 e807 07 01 0d 00 00");
    row("time point", QVariant::fromValue(sys_time<microseconds>(microseconds(-1))), "0c 00",
        "0b b107 0c 1f 17 3b 3b 3f420f00");
    row("JSON", QJsonObject{{u"a"_s, 1}}, "fd 00", "07 7b2261223a317d");
    row("JSON array", QJsonArray{1}, "fd 00", "03 5b315d");
    row("JSON string", QJsonValue(u"x"_s), "fd 00", "03 227822");
    row("null JSON document", QVariant::fromValue(QJsonDocument()), "fd 00", "04 6e756c6c");
    row("UUID", QUuid(u"{6ba7b810-9dad-11d1-80b4-00c04fd430c8}"_s), "fd 00",
        "24 36626137623831302d396461642d313164312d383062342d303063303466643433306338");
    row("VECTOR", QVariant::fromValue(QList<float>{1.0F, -2.5F}), "fc 00", "08 0000803f 000020c0");
    row("251 bytes", QByteArray(251, 'a'), "fc 00",
        ("fc fb00" + QByteArray(251, 'a').toHex()).constData());
}

void tst_Parameters::encodesValues()
{
    QFETCH(const QVariant, value);
    const EncodedParameters encoded = encodedOrEmpty({value});
    QCOMPARE(encoded.count, 1);
    QCOMPARE(encoded.nullBitmap, fromHex("00"));
    QTEST(encoded.types, "type");
    QTEST(encoded.values, "bytes");
    QVERIFY(encoded.longParameters.empty());
}

void tst_Parameters::typesDependOnTheTypeAlone_data()
{
    QTest::addColumn<QVariantList>("values");
    QTest::newRow("integers") << QVariantList{0, -1, std::numeric_limits<int>::max()};
    QTest::newRow("texts") << QVariantList{u""_s, u"a"_s, QString(70'000, u'a')};
    QTest::newRow("times") << QVariantList{QTime(0, 0), QTime(1, 2, 3, 4)};
}

void tst_Parameters::typesDependOnTheTypeAlone()
{
    QFETCH(const QVariantList, values);
    const EncodedParameters encoded = encodedOrEmpty(values, 1000);
    QCOMPARE(encoded.count, values.size());
    for (qsizetype i = 0; i < values.size(); ++i)
        QCOMPARE(encoded.types.mid(2 * i, 2), encoded.types.first(2));
}

void tst_Parameters::marksNulls_data()
{
    QTest::addColumn<QVariantList>("values");
    QTest::addColumn<QByteArray>("bitmap");
    QTest::addColumn<QByteArray>("types");
    QTest::addColumn<QByteArray>("bytes");

    QTest::newRow("none") << QVariantList() << QByteArray() << QByteArray() << QByteArray();
    QTest::newRow("first and third")
        << QVariantList{QVariant(), true, QVariant(QMetaType::fromType<int>())} << fromHex("05")
        << fromHex("0600 0100 0600") << fromHex("01");
    QTest::newRow("null values") << QVariantList{QString(), QByteArray(),
                                                 QVariant::fromValue(ByteSourcePointer())}
                                 << fromHex("07") << fromHex("0600 0600 0600") << QByteArray();
    QTest::newRow("ninth") << (QVariantList(8, true) << QVariant()) << fromHex("00 01")
                           << (fromHex("0100").repeated(8) + fromHex("0600"))
                           << fromHex("01").repeated(8);
}

void tst_Parameters::marksNulls()
{
    QFETCH(const QVariantList, values);
    const EncodedParameters encoded = encodedOrEmpty(values);
    QCOMPARE(encoded.count, values.size());
    QTEST(encoded.nullBitmap, "bitmap");
    QTEST(encoded.types, "types");
    QTEST(encoded.values, "bytes");
}

void tst_Parameters::putsValuesInOrder()
{
    const EncodedParameters encoded = encodedOrEmpty({7, QVariant(), u"a"_s, true});
    QCOMPARE(encoded.count, 4);
    QCOMPARE(encoded.nullBitmap, fromHex("02"));
    QCOMPARE(encoded.types, fromHex("0300 0600 fd00 0100"));
    QCOMPARE(encoded.values, fromHex("07000000 01 61 01"));
}

void tst_Parameters::longValuesStayApart()
{
    const EncodedParameters encoded
        = encodedOrEmpty({u"abc"_s, u"abcd"_s, 1, QByteArray("wxyz")}, 3);
    QCOMPARE(encoded.count, 4);
    QCOMPARE(encoded.nullBitmap, fromHex("00"));
    QCOMPARE(encoded.types, fromHex("fd00 fd00 0300 fc00"));
    QCOMPARE(encoded.values, fromHex("03 616263 01000000"));
    QCOMPARE(encoded.longParameters.size(), size_t(2));
    QCOMPARE(encoded.longParameters[0].index, 1);
    QCOMPARE(encoded.longParameters[0].bytes, QByteArray("abcd"));
    QVERIFY(!encoded.longParameters[0].source);
    QCOMPARE(encoded.longParameters[1].index, 3);
    QCOMPARE(encoded.longParameters[1].bytes, QByteArray("wxyz"));
}

void tst_Parameters::sourcesStayApart()
{
    const ByteSourcePointer source = std::make_shared<AsyncMySql::Tests::EmptySource>();
    const EncodedParameters encoded = encodedOrEmpty({1, QVariant::fromValue(source)});
    QCOMPARE(encoded.count, 2);
    QCOMPARE(encoded.nullBitmap, fromHex("00"));
    QCOMPARE(encoded.types, fromHex("0300 fc00"));
    QCOMPARE(encoded.values, fromHex("01000000"));
    QCOMPARE(encoded.longParameters.size(), size_t(1));
    QCOMPARE(encoded.longParameters[0].index, 1);
    QCOMPARE(encoded.longParameters[0].source, source);
}

void tst_Parameters::refusesWhatHasNoForm_data()
{
    AsyncMySql::Tests::addRefusedValues();
    QTest::newRow("default") << QVariant::fromValue(AsyncMySql::DefaultValue()) << u"batch"_s;
}

void tst_Parameters::refusesWhatHasNoForm()
{
    QFETCH(const QVariant, value);
    QFETCH(const QString, message);
    const ParameterEncoding encoding = encodeParameters({value}, {}, NoLimit);
    QVERIFY(std::holds_alternative<FormattingError>(encoding));
    QVERIFY2(std::get<FormattingError>(encoding).message.contains(message),
             qPrintable(std::get<FormattingError>(encoding).message));
}

void tst_Parameters::namesTheRefusedParameter()
{
    const ParameterEncoding encoding = encodeParameters({1, QVariantMap()}, {}, NoLimit);
    QVERIFY(std::holds_alternative<FormattingError>(encoding));
    QVERIFY(std::get<FormattingError>(encoding).message.startsWith(u"parameter 2: "));
}

void tst_Parameters::textFollowsTheCharacterSet_data()
{
    QTest::addColumn<QByteArray>("characterSet");
    QTest::addColumn<bool>("takesAscii");
    QTest::addColumn<bool>("takesEverything");

    for (const char *name : {"utf8mb4", "utf8mb3", "utf8", "latin1"})
        QTest::newRow(name) << QByteArray(name) << true << true;
    for (const char *name : {"ascii", "binary"})
        QTest::newRow(name) << QByteArray(name) << true << false;
    for (const char *name : {"gbk", "sjis", "swe7", "unknown"})
        QTest::newRow(name) << QByteArray(name) << false << false;
}

void tst_Parameters::textFollowsTheCharacterSet()
{
    QFETCH(const QByteArray, characterSet);
    QFETCH(const bool, takesAscii);
    QFETCH(const bool, takesEverything);
    const SqlDialect dialect{false, false, characterSet};
    QCOMPARE(isRefused(u"a"_s, dialect), !takesAscii);
    QCOMPARE(isRefused(u"ä"_s, dialect), !takesEverything);
    // What is no text is the same in all of them.
    QVERIFY(!isRefused(1, dialect));
    QVERIFY(!isRefused(QByteArray("\xE4"), dialect));
    QVERIFY(!isRefused(QDate(2024, 1, 1), dialect));
}

void tst_Parameters::encodesAttributes()
{
    const auto encoding = encodeQueryAttributes(
        {{u"ä"_s, 1}, {u"n"_s, QVariant()}, {u"traceparent"_s, u"00-1"_s}, {u""_s, true}}, {});
    QVERIFY(std::holds_alternative<QueryAttributes>(encoding));
    const auto &attributes = std::get<QueryAttributes>(encoding);
    QCOMPARE(attributes.names, (QByteArrayList{"", "n", "traceparent", "\xC3\xA4"}));
    QCOMPARE(attributes.parameters.count, 4);
    QCOMPARE(attributes.parameters.nullBitmap, fromHex("02"));
    QCOMPARE(attributes.parameters.types, fromHex("0100 0600 fe00 0300"));
    QCOMPARE(attributes.parameters.values, fromHex("01 04 30302d31 01000000"));
}

void tst_Parameters::refusesAttributes_data()
{
    QTest::addColumn<QVariantMap>("attributes");
    QTest::addColumn<QString>("message");

    QTest::newRow("type") << QVariantMap{{u"a"_s, 1}, {u"b"_s, QVariantList()}}
                          << u"\"b\": a list (QVariantList)"_s;
    QTest::newRow("device")
        << QVariantMap{{u"a"_s, QVariant::fromValue<ByteSourcePointer>(
                                    std::make_shared<AsyncMySql::Tests::EmptySource>())}}
        << u"\"a\": a device"_s;
    QTest::newRow("name") << QVariantMap{{QString(QChar(0xD800)), 1}} << u"surrogate"_s;
}

void tst_Parameters::refusesAttributes()
{
    QFETCH(const QVariantMap, attributes);
    QFETCH(const QString, message);
    const auto encoding = encodeQueryAttributes(attributes, {});
    QVERIFY(std::holds_alternative<FormattingError>(encoding));
    QVERIFY2(std::get<FormattingError>(encoding).message.contains(message),
             qPrintable(std::get<FormattingError>(encoding).message));
}

QTEST_APPLESS_MAIN(tst_Parameters)

#include "tst_parameters.moc"
