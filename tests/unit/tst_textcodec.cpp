// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "parameters.h"
#include "textcodec.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql::Protocol;
using namespace Qt::StringLiterals;

class tst_TextCodec : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void latin1IsWindows1252();
    void everyByteComesBack_data();
    void everyByteComesBack();
    void encodesOrRefuses_data();
    void encodesOrRefuses();
    void knowsCollations();
    void encodesParameters();
    void decodesManyBytesACharacter();
};

void tst_TextCodec::latin1IsWindows1252()
{
    const auto codec = TextCodec::find("latin1");
    QVERIFY(codec);
    QCOMPARE(codec->toUtf8("\xE9\x80 a\x81"), QByteArray("\xC3\xA9\xE2\x82\xAC a\xC2\x81"));
    QCOMPARE(codec->fromUtf8("\xE2\x82\xAC\xC3\xA9").value_or(""), QByteArray("\x80\xE9"));
    QVERIFY(!codec->fromUtf8("\xCE\xB1"));
    QVERIFY(!codec->fromUtf8("\xF0\x9F\x98\x80"));
}

void tst_TextCodec::everyByteComesBack_data()
{
    QTest::addColumn<QByteArray>("characterSet");
    for (const char *name :
         {"latin1", "latin2", "latin5", "latin7", "cp1250", "cp1251", "cp1256", "cp1257", "cp850",
          "cp852", "cp866", "greek", "hebrew", "koi8r", "koi8u", "macce", "macroman"})
        QTest::newRow(name) << QByteArray(name);
}

void tst_TextCodec::everyByteComesBack()
{
    QFETCH(QByteArray, characterSet);
    const auto codec = TextCodec::find(characterSet);
    if (!codec)
        QSKIP("This Qt has no codec for it");
    for (int byte = 1; byte < 256; ++byte) {
        const QByteArray text(1, static_cast<char>(byte));
        const QByteArray utf8 = codec->toUtf8(text);
        if (utf8 != QString(QChar::ReplacementCharacter).toUtf8())
            QCOMPARE(codec->fromUtf8(utf8).value_or(""), text);
    }
}

void tst_TextCodec::encodesOrRefuses_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QByteArray>("characterSet");
    QTest::addColumn<QByteArray>("encoded"); // empty: refused
    const auto add = [](const char *tag, const QString &text, const char *characterSet,
                        const QByteArray &encoded) {
        QTest::newRow(tag) << text << QByteArray(characterSet) << encoded;
    };
    add("utf8mb4", u"aé😀"_s, "utf8mb4", "a\xC3\xA9\xF0\x9F\x98\x80");
    add("utf8mb3", u"aé€"_s, "utf8mb3", "a\xC3\xA9\xE2\x82\xAC");
    add("utf8mb3 without the character", u"a😀b"_s, "utf8mb3", {});
    add("utf8 without the character", u"a😀b"_s, "utf8", {});
    add("latin1", u"aé€"_s, "latin1", "a\xE9\x80");
    add("latin1 without the character", u"α"_s, "latin1", {});
    add("ascii", u"abc"_s, "ascii", "abc");
    add("ascii without the character", u"é"_s, "ascii", {});
    add("gbk", u"abc"_s, "gbk", "abc");
    add("gbk, beyond ASCII", u"丿"_s, "gbk", {});
    add("binary", u"é"_s, "binary", {});
    add("a set of the future", u"é"_s, "nosuch", {});
}

void tst_TextCodec::encodesOrRefuses()
{
    QFETCH(QString, text);
    QFETCH(QByteArray, characterSet);
    QFETCH(QByteArray, encoded);
    QByteArray bytes = text.toUtf8();
    const auto error = encodeText(&bytes, characterSet);
    QCOMPARE(error.has_value(), encoded.isEmpty());
    if (error)
        QVERIFY2(error->message.contains(QString::fromLatin1(characterSet))
                     || error->message.contains(u"utf8mb3"),
                 qPrintable(error->message));
    else
        QCOMPARE(bytes, encoded);
}

void tst_TextCodec::knowsCollations()
{
    QCOMPARE(characterSetOfCollation(8), QByteArrayView("latin1"));
    QCOMPARE(characterSetOfCollation(8 + 1024), QByteArrayView("latin1"));
    QCOMPARE(characterSetOfCollation(28), QByteArrayView("gbk"));
    QCOMPARE(characterSetOfCollation(99), QByteArrayView("cp1250"));
    QCOMPARE(characterSetOfCollation(249), QByteArrayView("gb18030"));
    for (const int id : {0, 33, 45, 46, 63, 83, 192, 224, 255, 309, 2304, 65535})
        QCOMPARE(characterSetOfCollation(static_cast<quint16>(id)), QByteArrayView(""));
}

void tst_TextCodec::encodesParameters()
{
    SqlDialect dialect;
    dialect.characterSet = "latin1";
    const ParameterEncoding good = encodeParameters({u"é"_s, QByteArray("\xC3\xA9")}, dialect, 100);
    QVERIFY(std::holds_alternative<EncodedParameters>(good));
    QCOMPARE(std::get<EncodedParameters>(good).values, QByteArray("\x01\xE9\x02\xC3\xA9"));
    const ParameterEncoding bad = encodeParameters({u"α"_s}, dialect, 100);
    QVERIFY(std::holds_alternative<FormattingError>(bad));
    dialect.characterSet = "utf8mb3";
    QVERIFY(std::holds_alternative<FormattingError>(encodeParameters({u"😀"_s}, dialect, 100)));
}

void tst_TextCodec::decodesManyBytesACharacter()
{
    const auto codec = TextCodec::find("gbk");
    if (!codec)
        QSKIP("This Qt has no codec for it");
    QCOMPARE(codec->toUtf8("\xD8\xBC"), u"丶"_s.toUtf8());
    QVERIFY(!codec->fromUtf8("abc"));
}

QTEST_APPLESS_MAIN(tst_TextCodec)

#include "tst_textcodec.moc"
