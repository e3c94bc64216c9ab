// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "servers.h"

#include <QtCore/qprocess.h>
#include <QtTest/qtest.h>

using namespace Servers;
using namespace Qt::StringLiterals;

namespace {

/// LeakSanitizer fails a process for what it leaves in memory, and what open databases leave there
/// at an exit(), QtSql's own list of them included, is what is tested here.
QProcessEnvironment withoutLeakDetection()
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    const QString name = u"ASAN_OPTIONS"_s;
    QStringList options = environment.value(name).split(u':', Qt::SkipEmptyParts);
    options.append(u"detect_leaks=0"_s); // the last one counts
    environment.insert(name, options.join(u':'));
    return environment;
}

} // namespace

/// Processes that end with open databases: none of them hangs.
class tst_SqlExit_Servers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void ends_data();
    void ends();
};

void tst_SqlExit_Servers::ends_data()
{
    QTest::addColumn<Server>("server");
    QTest::addColumn<QString>("mode");
    QTest::addColumn<QStringList>("lines");
    const QString answered = u"answered"_s;
    const QString afterwards = NEEDS_APPLICATION ? u"not answered"_s : answered;
    const QString missing
        = u"not opened: A database can be opened only while there is a QCoreApplication"_s;
    for (const Server &server : serversFor(any)) {
        const auto row = [&](const char *mode, const QStringList &lines) {
            QTest::newRow(qPrintable(u"%1, %2"_s.arg(server.name, QLatin1StringView(mode))))
                << server << QString::fromLatin1(mode) << lines;
        };
        row("without-application", {NEEDS_APPLICATION ? missing : answered});
        row("return", {answered});
        row("exit", {answered});
        row("after-application", {answered, afterwards});
        row("second-application", {answered, afterwards, answered});
        row("global", {answered, u"not answered"_s});
        row("exit-while-busy", {answered, u"busy"_s});
        if (server.isMySql)
            row("exit-in-stream", {answered, u"a row"_s});
    }
}

void tst_SqlExit_Servers::ends()
{
    QFETCH(Server, server);
    QFETCH(QString, mode);
    QFETCH(QStringList, lines);
    QProcess process;
    process.setProcessEnvironment(withoutLeakDetection());
    process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    process.start(QStringLiteral(SQLEXIT),
                  {mode, server.host, QString::number(server.port), server.user, server.password});
    QVERIFY2(process.waitForFinished(20000), qPrintable(process.errorString()));
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 0);
    const QString output = QString::fromLocal8Bit(process.readAllStandardOutput());
    QCOMPARE(output.split(u'\n', Qt::SkipEmptyParts), lines);
}

QTEST_GUILESS_MAIN(tst_SqlExit_Servers)

#include "tst_sqlexit_servers.moc"
