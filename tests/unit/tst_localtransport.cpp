// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "transportbench.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql::Transport;
using Kind = TransportError::Kind;

class tst_LocalTransport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isLocalAndWithoutTls();
    void tellsThatThereIsNoSocket();
    void tellsThatNobodyListensAnyMore();
};

void tst_LocalTransport::isLocalAndWithoutTls()
{
    TransportBench bench;
    QVERIFY(bench.start(TransportBench::Local, nullptr));
    QVERIFY(bench.connectBoth());
    Recorder recorder(bench.transport.get());
    QVERIFY(bench.transport->isLocal());
    QVERIFY(bench.transport->peerAddress().isNull());
    QCOMPARE(bench.transport->peerName(), bench.settings.localSocketName);
    QVERIFY(!bench.transport->canStartTls());
    bench.transport->startTls();
    QTRY_COMPARE(recorder.events, QStringList({u"closed"_s}));
    QCOMPARE(recorder.error.kind, Kind::TlsFailed);
}

void tst_LocalTransport::tellsThatThereIsNoSocket()
{
    QTemporaryDir folder;
    TransportSettings settings;
    settings.localSocketName = folder.filePath(u"mysqld.sock"_s);
    const auto transport = createTransport(settings);
    Recorder recorder(transport.get());
    transport->open();
    QCOMPARE(recorder.events, QStringList());
    QTRY_COMPARE(recorder.events, QStringList({u"closed"_s}));
    QCOMPARE(recorder.error.kind, Kind::Unreachable);
    QCOMPARE(recorder.error.message,
             u"Cannot connect to %1: the socket does not exist"_s.arg(settings.localSocketName));
}

void tst_LocalTransport::tellsThatNobodyListensAnyMore()
{
#ifdef Q_OS_WIN
    QSKIP("a named pipe goes with its server");
#else
    // A plain file is refused like the socket that a crashed server leaves behind.
    QTemporaryDir folder;
    QFile file(folder.filePath(u"mysqld.sock"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    TransportSettings settings;
    settings.localSocketName = file.fileName();
    const auto transport = createTransport(settings);
    Recorder recorder(transport.get());
    transport->open();
    QTRY_COMPARE(recorder.events, QStringList({u"closed"_s}));
    QCOMPARE(recorder.error.kind, Kind::Refused);
    QCOMPARE(recorder.error.message,
             u"Cannot connect to %1: Connection refused"_s.arg(settings.localSocketName));
#endif
}

QTEST_GUILESS_MAIN(tst_LocalTransport)
#include "tst_localtransport.moc"
