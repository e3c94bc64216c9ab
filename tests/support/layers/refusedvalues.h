// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "bytesource.h"
#include "timespecs.h"

#include <QtCore/qbytearraylist.h>
#include <QtCore/qdatetime.h>
#include <QtCore/qjsonarray.h>
#include <QtCore/qjsondocument.h>
#include <QtCore/qjsonobject.h>
#include <QtCore/qjsonvalue.h>
#include <QtCore/qsize.h>
#include <QtCore/qstringlist.h>
#include <QtCore/qvariant.h>
#include <QtTest/qtest.h>

#include <chrono>
#include <limits>
#include <vector>

namespace AsyncMySql::Tests {

class EmptySource : public Protocol::ByteSource
{
public:
    Status read(qsizetype, QByteArray *) override { return Status::End; }
    QString errorString() const override { return {}; }
};

/// The values that can be sent in no way, with a word of what is said about them.
inline void addRefusedValues()
{
    using namespace Qt::StringLiterals;
    using namespace std::chrono;

    QTest::addColumn<QVariant>("value");
    QTest::addColumn<QString>("message");

    constexpr double Infinity = std::numeric_limits<double>::infinity();
    constexpr double NaN = std::numeric_limits<double>::quiet_NaN();

    QTest::newRow("NaN") << QVariant(NaN) << u"NaN"_s;
    QTest::newRow("infinity") << QVariant(-Infinity) << u"infinity"_s;
    QTest::newRow("float infinity") << QVariant(float(Infinity)) << u"infinity"_s;
    QTest::newRow("lone high surrogate") << QVariant(QString(QChar(0xD800))) << u"surrogate"_s;
    QTest::newRow("lone low surrogate")
        << QVariant(u"a"_s + QChar(0xDC00) + u'b') << u"surrogate"_s;
    QTest::newRow("surrogate character") << QVariant(QChar(0xD83D)) << u"surrogate"_s;
    QTest::newRow("invalid date") << QVariant(QDate(2023, 2, 29)) << u"invalid"_s;
    QTest::newRow("invalid time") << QVariant(QTime(24, 0)) << u"invalid"_s;
    QTest::newRow("invalid date and time") << QVariant(QDateTime()) << u"invalid"_s;
    QTest::newRow("year of five digits") << QVariant(QDate(10000, 1, 1)) << u"year"_s;
    QTest::newRow("year before Christ") << QVariant(QDate(-1, 1, 1)) << u"year"_s;
    QTest::newRow("year of five digits in UTC")
        << QVariant(Tests::withOffset(QDate(9999, 12, 31), QTime(23, 0), -7200)) << u"year"_s;
    QTest::newRow("long duration") << QVariant::fromValue(hours(839)) << u"838:59:59"_s;
    QTest::newRow("longest duration") << QVariant::fromValue(hours::min()) << u"838:59:59"_s;
    QTest::newRow("nanosecond") << QVariant::fromValue(nanoseconds(1)) << u"microsecond"_s;
    QTest::newRow("vector with NaN") << QVariant::fromValue(QList<float>{float(NaN)}) << u"NaN"_s;
    QTest::newRow("undefined JSON")
        << QVariant::fromValue(QJsonValue(QJsonValue::Undefined)) << u"undefined"_s;
    QTest::newRow("JSON NaN") << QVariant::fromValue(QJsonValue(NaN)) << u"NaN"_s;
    QTest::newRow("JSON infinity in an object")
        << QVariant::fromValue(QJsonObject{{u"a"_s, QJsonArray{1, Infinity}}}) << u"infinity"_s;
    QTest::newRow("JSON NaN in an array") << QVariant::fromValue(QJsonArray{NaN}) << u"NaN"_s;
    QTest::newRow("JSON infinity in a document")
        << QVariant::fromValue(QJsonDocument(QJsonObject{{u"a"_s, -Infinity}})) << u"infinity"_s;
    QTest::newRow("list") << QVariant(QVariantList{1, 2}) << u"IN (?, ?)"_s;
    QTest::newRow("empty list") << QVariant(QVariantList()) << u"QJsonArray"_s;
    QTest::newRow("list of texts") << QVariant(QStringList{u"a"_s}) << u"JSON.stringify()"_s;
    QTest::newRow("list of bytes") << QVariant::fromValue(QByteArrayList{"a"}) << u"SET"_s;
    QTest::newRow("vector of integers")
        << QVariant::fromValue(std::vector<int>{1, 2}) << u"IN (?, ?)"_s;
    QTest::newRow("map") << QVariant(QVariantMap{{u"a"_s, 1}}) << u"QVariantMap"_s;
    QTest::newRow("list of integers") << QVariant::fromValue(QList<int>{1}) << u"QList<int>"_s;
    QTest::newRow("other type") << QVariant(QSize(1, 2)) << u"QSize"_s;
}

} // namespace AsyncMySql::Tests
