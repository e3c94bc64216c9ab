// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "asciitext.h"
#include "bytes.h"

#include <QtCore/qbytearray.h>
#include <QtCore/qbytearrayview.h>
#include <QtCore/qstring.h>
#include <QtTest/qtest.h>

using namespace AsyncMySql;

class tst_AsciiText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void textsOfEveryLength();
    void otherBytesAreSeenInEveryPlace();
    void emptyIsNotNull();
};

namespace {

constexpr qsizetype LongestText = 70;

QByteArray ascii(qsizetype size)
{
    QByteArray text(size, Qt::Uninitialized);
    for (qsizetype i = 0; i < size; ++i)
        text[i] = static_cast<char>((i * 37 + size) % 128);
    return text;
}

} // namespace

void tst_AsciiText::textsOfEveryLength()
{
    for (qsizetype size = 0; size <= LongestText; ++size) {
        const QByteArray text = ascii(size);
        Tests::withExactCopy(text, [&](QByteArrayView copy) {
            QString read;
            QVERIFY(Values::fromAscii(copy, &read));
            QCOMPARE(read, QString::fromLatin1(text));
            QCOMPARE(read.size(), size);
        });
    }
}

void tst_AsciiText::otherBytesAreSeenInEveryPlace()
{
    for (qsizetype size = 1; size <= LongestText; ++size) {
        for (qsizetype place = 0; place < size; ++place) {
            QByteArray text = ascii(size);
            text[place] = static_cast<char>(0x80);
            Tests::withExactCopy(text, [](QByteArrayView copy) {
                QString read = QStringLiteral("as before");
                QVERIFY(!Values::fromAscii(copy, &read));
                QCOMPARE(read, QStringLiteral("as before"));
            });
        }
    }
}

void tst_AsciiText::emptyIsNotNull()
{
    QString read;
    QVERIFY(Values::fromAscii(QByteArrayView(""), &read));
    QVERIFY(read.isEmpty());
    QVERIFY(!read.isNull());
}

QTEST_APPLESS_MAIN(tst_AsciiText)

#include "tst_asciitext.moc"
