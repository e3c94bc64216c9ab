// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include <AsyncMySql/error.h>

#include <QtCore/qmetaobject.h>
#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Qt::StringLiterals;

class tst_Error : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void defaultIsNoError();
    void holdsWhatItWasGiven();
    void categoryFollowsFromTheCode_data();
    void categoryFollowsFromTheCode();
    void longStatementsAreCut_data();
    void longStatementsAreCut();
    void equalWhenEverythingIs();
    void copiesDoNotChangeTogether();
    void debugOutputKeepsTheStatementToItself();
    void propertiesAreReadable();
};

void tst_Error::defaultIsNoError()
{
    const Error error;
    QVERIFY(!error.isError());
    QVERIFY(!error);
    QCOMPARE(error.code(), Error::NoError);
    QCOMPARE(error.category(), Error::Category::None);
    QCOMPARE(error.serverErrorNumber(), 0);
    QVERIFY(error.message().isEmpty());
    QVERIFY(error.sqlState().isEmpty());
    QVERIFY(error.statement().isEmpty());
    QCOMPARE(error.execution(), Error::Execution::NotSent);
}

void tst_Error::holdsWhatItWasGiven()
{
    Error error(Error::ServerError, u"Duplicate entry"_s);
    error.setServerError(1062, u"23000"_s);
    error.setStatement(u"INSERT INTO t VALUES (1)"_s);
    error.setExecution(Error::Execution::Rejected);
    QVERIFY(error);
    QCOMPARE(error.code(), Error::ServerError);
    QCOMPARE(error.serverErrorNumber(), 1062);
    QCOMPARE(error.sqlState(), u"23000"_s);
    QCOMPARE(error.message(), u"Duplicate entry"_s);
    QCOMPARE(error.statement(), u"INSERT INTO t VALUES (1)"_s);
    QCOMPARE(error.execution(), Error::Execution::Rejected);
    error.setMessage(u"other"_s);
    QCOMPARE(error.message(), u"other"_s);
}

void tst_Error::categoryFollowsFromTheCode_data()
{
    QTest::addColumn<Error::Code>("code");
    QTest::addColumn<Error::Category>("category");
    using Category = Error::Category;
    const std::pair<Error::Code, Category> rows[] = {
        {Error::NoError, Category::None},
        {Error::ConnectionRefused, Category::Connection},
        {Error::ServerUnavailable, Category::Connection},
        {Error::TlsNotOffered, Category::Security},
        {Error::ServerNotVerified, Category::Security},
        {Error::AccessDenied, Category::Authentication},
        {Error::AuthenticationFailed, Category::Authentication},
        {Error::PasswordExpired, Category::Authentication},
        {Error::ProtocolError, Category::Protocol},
        {Error::LocalInfileRefused, Category::Protocol},
        {Error::Cancelled, Category::Job},
        {Error::InvalidParameter, Category::Job},
        {Error::ServerError, Category::Server},
        {Error::ConversionFailed, Category::Value},
        {Error::NoSuchColumn, Category::Value},
    };
    for (const auto &[code, category] : rows)
        QTest::addRow("%d", code) << code << category;
}

void tst_Error::categoryFollowsFromTheCode()
{
    QFETCH(const Error::Code, code);
    QTEST(Error(code, QString()).category(), "category");
}

void tst_Error::longStatementsAreCut_data()
{
    QTest::addColumn<QString>("sql");
    QTest::addColumn<QString>("kept");
    const QString longest(200, u'x');
    const QString ellipsis(u"\u2026"_s);
    QTest::newRow("empty") << QString() << QString();
    QTest::newRow("as long as may be") << longest << longest;
    QTest::newRow("one longer") << longest + u'y' << QString(199, u'x') + ellipsis;
    QTest::newRow("no half character")
        << QString(198, u'x') + u"\U0001F42C and more"_s << QString(198, u'x') + ellipsis;
}

void tst_Error::longStatementsAreCut()
{
    QFETCH(const QString, sql);
    Error error(Error::ServerError, QString());
    error.setStatement(sql);
    QTEST(error.statement(), "kept");
}

void tst_Error::equalWhenEverythingIs()
{
    const auto make = [] {
        Error error(Error::ServerError, u"m"_s);
        error.setServerError(1, u"HY000"_s);
        error.setStatement(u"s"_s);
        error.setExecution(Error::Execution::Unknown);
        return error;
    };
    QCOMPARE(make(), make());
    QCOMPARE(Error(), Error(Error::NoError, QString()));
    QVERIFY(make() != Error());

    Error other = make();
    other.setMessage(u"n"_s);
    QVERIFY(other != make());
    other = make();
    other.setServerError(2, u"HY000"_s);
    QVERIFY(other != make());
    other = make();
    other.setServerError(1, u"HY001"_s);
    QVERIFY(other != make());
    other = make();
    other.setStatement(u"t"_s);
    QVERIFY(other != make());
    other = make();
    other.setExecution(Error::Execution::NotSent);
    QVERIFY(other != make());
}

void tst_Error::copiesDoNotChangeTogether()
{
    const Error original(Error::Cancelled, u"one"_s);
    Error copy = original;
    copy.setMessage(u"two"_s);
    QCOMPARE(original.message(), u"one"_s);
    QCOMPARE(copy.message(), u"two"_s);
    QCOMPARE(copy.code(), Error::Cancelled);
}

void tst_Error::debugOutputKeepsTheStatementToItself()
{
    Error error(Error::ServerError, u"No such table"_s);
    error.setServerError(1146, u"42S02"_s);
    error.setStatement(u"SELECT secret"_s);
    error.setExecution(Error::Execution::Rejected);
    QString text;
    QDebug(&text) << error;
    QCOMPARE(text.trimmed(),
             uR"(AsyncMySql::Error(ServerError 1146 (42S02), "No such table", Rejected))"_s);
    text.clear();
    QDebug(&text) << Error();
    QCOMPARE(text.trimmed(), u"AsyncMySql::Error()"_s);
}

void tst_Error::propertiesAreReadable()
{
    const Error error(Error::QueryTimeout, u"too slow"_s);
    const QMetaObject &meta = Error::staticMetaObject;
    const auto read = [&](const char *name) {
        return meta.property(meta.indexOfProperty(name)).readOnGadget(&error);
    };
    QCOMPARE(read("message").toString(), u"too slow"_s);
    QCOMPARE(read("code").toInt(), int(Error::QueryTimeout));
    QCOMPARE(read("category").toInt(), int(Error::Category::Job));
}

QTEST_APPLESS_MAIN(tst_Error)
#include "tst_error.moc"
