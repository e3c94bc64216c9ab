// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "streamtransport.h"
#include "transportbench.h"

#include <QtCore/qelapsedtimer.h>
#include <QtCore/qtimer.h>
#include <QtTest/qtest.h>

#include <array>

using namespace AsyncMySql::Transport;

/// What transport.h promises, of every kind of transport.
class tst_TransportPromises : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();

    void emitsNothingFromInsideItsFunctions_data() { addKinds(); }
    void emitsNothingFromInsideItsFunctions();
    void bytesOfAPeerThatClosesCanStillBeRead_data() { addKinds(); }
    void bytesOfAPeerThatClosesCanStillBeRead();
    void bytesThatWereHeldBackCanStillBeRead_data();
    void bytesThatWereHeldBackCanStillBeRead();
    void sendsEverythingBeforeItCloses_data() { addKinds(); }
    void sendsEverythingBeforeItCloses();
    void abortIsSilent_data() { addKinds(); }
    void abortIsSilent();
    void slotsMayEndIt_data();
    void slotsMayEndIt();
    void holdsThePeerBackWhileNobodyReads_data();
    void holdsThePeerBackWhileNobodyReads();
    void writesMuchWhileTheEventLoopRuns_data() { addKinds(); }
    void writesMuchWhileTheEventLoopRuns();

private:
    static void addKinds();

    CertificateFactory m_certificates;
};

namespace {

constexpr std::array<std::pair<const char *, TransportBench::Kind>, 4> kinds{{
    {"tcp", TransportBench::Tcp},
    {"tls", TransportBench::Tls},
    {"local", TransportBench::Local},
    {"device", TransportBench::Device},
}};

} // namespace

Q_DECLARE_METATYPE(TransportBench::Kind)

void tst_TransportPromises::initTestCase()
{
    QVERIFY2(m_certificates.start()
                 && m_certificates.issue(u"server"_s, u"DNS:localhost,IP:127.0.0.1"_s),
             qPrintable(m_certificates.error()));
}

void tst_TransportPromises::addKinds()
{
    QTest::addColumn<TransportBench::Kind>("kind");
    for (const auto &[name, kind] : kinds)
        QTest::newRow(name) << kind;
}

void tst_TransportPromises::emitsNothingFromInsideItsFunctions()
{
    QFETCH(TransportBench::Kind, kind);
    TransportBench bench;
    QVERIFY(bench.start(kind, &m_certificates));
    Recorder recorder(bench.transport.get());

    bench.transport->open();
    QCOMPARE(recorder.events, QStringList());
    QTRY_COMPARE(recorder.events, QStringList({u"opened"_s}));
    recorder.events.clear();
    if (kind == TransportBench::Tls) {
        bench.transport->startTls();
        QCOMPARE(recorder.events, QStringList());
        QTRY_COMPARE(recorder.events, QStringList({u"secured"_s}));
        recorder.events.clear();
    }
    bench.transport->write("ping"_ba);
    QCOMPARE(recorder.events, QStringList());
    QTRY_COMPARE(recorder.events, QStringList({u"allWritten"_s}));
    QCOMPARE(bench.transport->bytesToWrite(), 0);
    recorder.events.clear();

    bench.transport->close();
    QCOMPARE(recorder.events, QStringList());
    QTRY_COMPARE(recorder.events, QStringList({u"closed"_s}));
    QCOMPARE(recorder.error.kind, TransportError::Kind::None);
    QTRY_VERIFY(bench.server() && bench.serverSawTheEnd());
    bench.transport->close();
    bench.transport->abort();
    QCoreApplication::processEvents();
    QCOMPARE(recorder.count(u"closed"_s), 1);
}

void tst_TransportPromises::bytesOfAPeerThatClosesCanStillBeRead()
{
    QFETCH(TransportBench::Kind, kind);
    TransportBench bench;
    QVERIFY(bench.start(kind, &m_certificates));
    QVERIFY(bench.connectBoth());
    Recorder recorder(bench.transport.get());
    const bool mustRead = kind == TransportBench::Tcp;
    QByteArray received;
    if (mustRead) {
        // Without a buffer of its own a transport notices the end by reading.
        connect(TransportSignals::of(bench.transport.get()), &TransportSignals::readyRead, this,
                [&] { received += recorder.readAll(); });
    }

    const QByteArray farewell = patternBytes(50'000);
    bench.server()->write(farewell);
    bench.closeServerEnd();
    QTRY_COMPARE(recorder.count(u"closed"_s), 1);
    QCOMPARE(recorder.error.kind, TransportError::Kind::Closed);
    QVERIFY(recorder.count(u"readyRead"_s) > 0);
    QCOMPARE(recorder.events.last(), u"closed"_s);
    if (!mustRead)
        QCOMPARE(bench.transport->bytesAvailable(), farewell.size());
    received += recorder.readAll();
    QCOMPARE(received, farewell);
    char byte = 0;
    QCOMPARE(bench.transport->read(&byte, 1), -1);
}

void tst_TransportPromises::bytesThatWereHeldBackCanStillBeRead_data()
{
    QTest::addColumn<TransportBench::Kind>("kind");
    QTest::addColumn<int>("size");
    QTest::addColumn<int>("readSize");
    for (const auto &[name, kind] : kinds) {
        for (const int size : {70'000, 140'000, 300'000, 3'000'000}) {
            for (const int readSize : {1'000, 16'384, 100'000})
                QTest::addRow("%s, %d bytes, %d at a time", name, size, readSize)
                    << kind << size << readSize;
        }
    }
}

/// The peer closes behind more than Qt's buffers hold, while nobody reads.
void tst_TransportPromises::bytesThatWereHeldBackCanStillBeRead()
{
    QFETCH(TransportBench::Kind, kind);
    QFETCH(int, size);
    QFETCH(int, readSize);
    TransportBench bench;
    QVERIFY(bench.start(kind, &m_certificates));
    QVERIFY(bench.connectBoth());
    Recorder recorder(bench.transport.get());

    const QByteArray sent = patternBytes(size);
    bench.server()->write(sent);
    bench.closeServerEnd();
    // What the operating system has no room for follows when something was read.
    QTRY_VERIFY(recorder.count(u"readyRead"_s) > 0);
    QElapsedTimer timer;
    timer.start();
    QVERIFY(QTest::qWaitFor([&] { return timer.elapsed() > 50; }));

    QByteArray received;
    QByteArray piece(readSize, Qt::Uninitialized);
    qint64 count = 0;
    QTimer reader;
    connect(&reader, &QTimer::timeout, this, [&] {
        count = bench.transport->read(piece.data(), piece.size());
        if (count > 0)
            received.append(piece.constData(), count);
        else if (count < 0)
            reader.stop();
    });
    reader.start(0);
    QTRY_VERIFY_WITH_TIMEOUT(!reader.isActive(), 60'000);
    QTRY_COMPARE(recorder.count(u"closed"_s), 1);
    QCOMPARE(received.size(), sent.size());
    QVERIFY(received == sent);
}

void tst_TransportPromises::sendsEverythingBeforeItCloses()
{
    QFETCH(TransportBench::Kind, kind);
    TransportBench bench;
    QVERIFY(bench.start(kind, &m_certificates));
    QVERIFY(bench.connectBoth());
    Recorder recorder(bench.transport.get());

    const QByteArray bytes = patternBytes(10'000'000);
    QByteArray received;
    QObject::connect(bench.server(), &QIODevice::readyRead, &recorder,
                     [&] { received += bench.server()->readAll(); });
    bench.transport->write(bytes);
    bench.transport->close();
    bench.transport->write("ignored after close()"_ba);
    QTRY_COMPARE(recorder.count(u"closed"_s), 1);
    QCOMPARE(recorder.error.kind, TransportError::Kind::None);
    QTRY_COMPARE(received.size(), bytes.size());
    QVERIFY(received == bytes);
}

void tst_TransportPromises::abortIsSilent()
{
    QFETCH(TransportBench::Kind, kind);
    TransportBench bench;
    QVERIFY(bench.start(kind, &m_certificates));
    QVERIFY(bench.connectBoth());
    Recorder recorder(bench.transport.get());

    bench.transport->write("ping"_ba);
    bench.transport->abort();
    QTRY_VERIFY(bench.serverSawTheEnd());
    QCoreApplication::processEvents();
    QCOMPARE(recorder.events, QStringList());
    QCOMPARE(bench.transport->bytesAvailable(), 0);
}

void tst_TransportPromises::slotsMayEndIt_data()
{
    QTest::addColumn<TransportBench::Kind>("kind");
    QTest::addColumn<QString>("event");
    QTest::addColumn<QString>("action");
    for (const auto &[name, kind] : kinds) {
        for (const QString &event :
             {u"opened"_s, u"secured"_s, u"readyRead"_s, u"allWritten"_s, u"closed"_s}) {
            if (event == u"secured"_s && kind != TransportBench::Tls)
                continue;
            for (const QString &action : {u"delete"_s, u"abort"_s, u"close"_s}) {
                QTest::addRow("%s: %s in %s", name, qPrintable(action), qPrintable(event))
                    << kind << event << action;
            }
        }
    }
}

void tst_TransportPromises::slotsMayEndIt()
{
    QFETCH(TransportBench::Kind, kind);
    QFETCH(QString, event);
    QFETCH(QString, action);
    TransportBench bench;
    QVERIFY(bench.start(kind, &m_certificates));
    Transport *transport = bench.transport.get();
    bool done = false;
    QStringList afterwards;
    const auto onEvent = [&](const QString &name) {
        if (done) {
            afterwards.append(name);
            return;
        }
        if (name == u"opened"_s && kind == TransportBench::Tls && event != name) {
            transport->startTls();
        } else if (name == event) {
            done = true;
            if (action == u"delete"_s)
                bench.transport.reset();
            else if (action == u"abort"_s)
                transport->abort();
            else
                transport->close();
        }
    };
    QObject context;
    QObject::connect(TransportSignals::of(transport), &TransportSignals::opened, &context,
                     [&] { onEvent(u"opened"_s); });
    QObject::connect(TransportSignals::of(transport), &TransportSignals::secured, &context,
                     [&] { onEvent(u"secured"_s); });
    QObject::connect(TransportSignals::of(transport), &TransportSignals::readyRead, &context,
                     [&] { onEvent(u"readyRead"_s); });
    QObject::connect(TransportSignals::of(transport), &TransportSignals::allWritten, &context,
                     [&] { onEvent(u"allWritten"_s); });
    QObject::connect(TransportSignals::of(transport), &TransportSignals::closed, &context,
                     [&] { onEvent(u"closed"_s); });

    if (kind == TransportBench::Tls)
        QObject::connect(TransportSignals::of(transport), &TransportSignals::secured, &context,
                         [&] {
                             if (event != u"secured"_s)
                                 transport->write("ping"_ba);
                         });
    else
        transport->write("written before it is open"_ba);
    transport->open();
    QTRY_VERIFY(bench.server());
    bench.server()->write(patternBytes(200'000));
    if (event == u"closed"_s) {
        // Draining, so that the end comes in sight.
        QObject::connect(TransportSignals::of(transport), &TransportSignals::readyRead, &context,
                         [&] {
                             std::array<char, 16 * 1024> piece;
                             while (transport->read(piece.data(), piece.size()) > 0) {
                             }
                         });
        if (kind == TransportBench::Tls)
            QTRY_VERIFY(bench.tcpServer.sockets.last()->isEncrypted());
        bench.closeServerEnd();
    }
    QTRY_VERIFY(done);
    if (kind == TransportBench::Device || kind == TransportBench::Tcp || action != u"close"_s)
        QTRY_VERIFY(bench.serverSawTheEnd());
    QCoreApplication::processEvents();
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    if (action != u"close"_s || event == u"closed"_s)
        QCOMPARE(afterwards, QStringList());
    else
        QTRY_COMPARE(afterwards.count(u"closed"_s), 1);
}

void tst_TransportPromises::holdsThePeerBackWhileNobodyReads_data()
{
    QTest::addColumn<TransportBench::Kind>("kind");
    QTest::addColumn<bool>("inTheSlot");
    QTest::addColumn<int>("readSize");
    for (const auto &[name, kind] : kinds) {
        QTest::addRow("%s, drained in the slot", name) << kind << true << 100'000;
        QTest::addRow("%s, drained in the slot by small reads", name) << kind << true << 1'000;
        QTest::addRow("%s, drained later", name) << kind << false << 100'000;
        QTest::addRow("%s, drained later by odd reads", name) << kind << false << 4'099;
    }
}

void tst_TransportPromises::holdsThePeerBackWhileNobodyReads()
{
    QFETCH(TransportBench::Kind, kind);
    QFETCH(bool, inTheSlot);
    QFETCH(int, readSize);
    TransportBench bench;
    QVERIFY(bench.start(kind, &m_certificates));
    QVERIFY(bench.connectBoth());

    const QByteArray sent = patternBytes(50'000'000);
    bench.server()->write(sent);
    const auto left = [&] {
        auto *socket = qobject_cast<QSslSocket *>(bench.server());
        return socket && socket->isEncrypted() ? socket->encryptedBytesToWrite()
                                               : bench.server()->bytesToWrite();
    };
    // Until the buffers of the operating system are full and nothing moves for a while.
    qint64 last = -1;
    while (last != left() || left() == sent.size()) {
        last = left();
        QElapsedTimer timer;
        timer.start();
        QVERIFY(QTest::qWaitFor([&] { return timer.elapsed() > 50; }));
    }
    QVERIFY(left() > sent.size() / 2);
    // Decrypted, QSslSocket holds somewhat more than it was told.
    QVERIFY(bench.transport->bytesAvailable() > 0);
    QVERIFY(bench.transport->bytesAvailable() <= 2 * StreamTransport::ReadBufferSize);

    QByteArray received;
    received.reserve(sent.size());
    QByteArray piece(readSize, Qt::Uninitialized);
    // One piece, and whether there was one.
    const auto readPiece = [&] {
        const qint64 size = bench.transport->read(piece.data(), piece.size());
        if (size > 0)
            received.append(piece.constData(), size);
        return size > 0;
    };
    QTimer later;
    QObject::connect(&later, &QTimer::timeout, &later, [&] {
        if (!readPiece())
            later.stop();
    });
    QObject::connect(TransportSignals::of(bench.transport.get()), &TransportSignals::readyRead,
                     &later, [&] {
                         if (!inTheSlot) {
                             later.start(0);
                             return;
                         }
                         while (readPiece())
                             continue;
                     });
    if (inTheSlot) {
        while (readPiece())
            continue;
    } else {
        later.start(0);
    }
    QTRY_COMPARE_WITH_TIMEOUT(received.size(), sent.size(), 60'000);
    QVERIFY(received == sent);
}

void tst_TransportPromises::writesMuchWhileTheEventLoopRuns()
{
    QFETCH(TransportBench::Kind, kind);
    TransportBench bench;
    QVERIFY(bench.start(kind, &m_certificates));
    QVERIFY(bench.connectBoth());
    Recorder recorder(bench.transport.get());

    const QByteArray bytes = patternBytes(100'000'000);
    // The server echoes, so that reading and writing go on at the same time.
    qint64 arrived = 0;
    qint64 returned = 0;
    bool same = true;
    int turns = 0;
    QTimer everyTurn;
    QObject::connect(&everyTurn, &QTimer::timeout, &everyTurn, [&] { ++turns; });
    everyTurn.start(0);
    QObject::connect(bench.server(), &QIODevice::readyRead, &recorder, [&] {
        const QByteArray piece = bench.server()->readAll();
        arrived += piece.size();
        bench.server()->write(piece);
    });
    QObject::connect(
        TransportSignals::of(bench.transport.get()), &TransportSignals::readyRead, &recorder, [&] {
            const QByteArray piece = recorder.readAll();
            same = same && QByteArrayView(bytes).sliced(returned, piece.size()) == piece;
            returned += piece.size();
        });

    QElapsedTimer timer;
    timer.start();
    bench.transport->write(bytes);
    const qint64 inTheCall = timer.elapsed();
    QVERIFY(bench.transport->bytesToWrite() > 90'000'000);
    QTRY_COMPARE_WITH_TIMEOUT(returned, bytes.size(), 100'000);
    QVERIFY(same);
    QCOMPARE(arrived, bytes.size());
    QCOMPARE(bench.transport->bytesToWrite(), 0);
    QCOMPARE(recorder.count(u"allWritten"_s), 1);
    QCOMPARE(recorder.count(u"closed"_s), 0);
    // No more than a piece at a time: the event loop turned at least once for each.
    QVERIFY2(turns > 500, qPrintable(QString::number(turns)));
    QVERIFY2(inTheCall < 100, qPrintable(QString::number(inTheCall)));
}

QTEST_GUILESS_MAIN(tst_TransportPromises)
#include "tst_transportpromises.moc"
