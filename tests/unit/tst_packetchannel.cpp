// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "compressedfeed.h"
#include "memorytransport.h"
#include "packetchannel.h"
#include "packetfeed.h"
#include "packetwriter.h"

#include <QtCore/qlist.h>
#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace AsyncMySql::Tests;
using namespace Qt::StringLiterals;

using Algorithm = Wire::CompressionAlgorithm;
using Input = PacketChannel::Input;
using Kind = PacketChannel::Kind;
using PacketStatus = Wire::PacketReader::Status;

namespace {

/// A channel over a transport that is open.
struct Bench
{
    explicit Bench(const Wire::PacketReader::Limits &limits = {})
        : channel(&transport, limits)
    {
    }

    /// Takes all packets that have arrived, as answers that are awaited.
    void drain()
    {
        for (;;) {
            Wire::Packet packet;
            status = channel.next(&packet);
            if (status == PacketStatus::Ready) {
                inOrder = inOrder && channel.isInOrder(packet);
                channel.acceptPacket(packet);
                payloads.append(packet.payload.toByteArray());
            } else if (status != PacketStatus::NeedMore) {
                return;
            } else if (input = channel.receive(); input != Input::Received) {
                return;
            }
        }
    }

    MemoryTransport transport;
    PacketChannel channel;
    QList<QByteArray> payloads;
    bool inOrder = true;
    PacketStatus status = PacketStatus::NeedMore;
    Input input = Input::None;
};

/// An answer as a server sends it.
struct Answer
{
    QList<QByteArray> payloads;
    QByteArray bytes;
};

Answer answer(const QList<QByteArray> &payloads, quint8 sequence = 1,
              qsizetype framePayload = Wire::MaximumFramePayload)
{
    Answer made{payloads, {}};
    for (const QByteArray &payload : payloads)
        Wire::appendPacket(&made.bytes, payload, &sequence, framePayload);
    return made;
}

/// As servers compress an answer: in frames, the first of which has the number \a sequence.
QByteArray compressed(Algorithm algorithm, QByteArrayView plain, quint8 sequence)
{
    Wire::CompressedWriter writer(algorithm, Wire::DefaultCompressionLevel, 40);
    QByteArray frames;
    writer.append(&frames, plain, &sequence);
    return frames;
}

QByteArray framed(QByteArrayView payload, quint8 sequence)
{
    QByteArray packet;
    Wire::appendPacket(&packet, payload, &sequence);
    return packet;
}

} // namespace

class tst_PacketChannel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sendsOnceWhatIsWrittenWhileItSends();
    void readsAnswersCutAtEveryByte_data();
    void readsAnswersCutAtEveryByte();
    void reassemblesPacketsCutAtEveryByte();
    void readsCompressedAnswersCutAtEveryByte_data();
    void readsCompressedAnswersCutAtEveryByte();
    void refusesBrokenFrames();
    void passesOnWhatTheReaderRefuses();
    void numbersDialogues();
    void numbersEachCommand();
    void noticesPacketsOutOfOrder();
    void noticesFramesOutOfOrder();
    void knowsWhatPrecedesAnAnswer();
    void sendsWhatIsFlushed();
    void compressesWhatIsFlushed();
    void saysWhenItHasEnough();
    void looksForInputAfterASilence();
    void noticesUnreadBytes();
    void noticesTheEnd();
    void forgetsWhatIsAwaited();
};

void tst_PacketChannel::readsAnswersCutAtEveryByte_data()
{
    QTest::addColumn<QList<QByteArray>>("payloads");
    QTest::newRow("OK") << QList<QByteArray>{fromHex("00 00 00 0200 0000")};
    QTest::newRow("error") << QList<QByteArray>{fromHex("ff 1504") + "#28000Access denied"};
    QTest::newRow("empty packet") << QList<QByteArray>{{}};
    QTest::newRow("rows") << QList<QByteArray>{fromHex("02"),
                                               "column a"_ba,
                                               "column b"_ba,
                                               pattern(70),
                                               {},
                                               fromHex("fb fb"),
                                               pattern(300),
                                               fromHex("fe 00 00 0200 0000")};
}

void tst_PacketChannel::readsAnswersCutAtEveryByte()
{
    QFETCH(const QList<QByteArray>, payloads);
    const Answer reply = answer(payloads);
    for (qsizetype cut = 0; cut <= reply.bytes.size(); ++cut) {
        Bench bench;
        bench.channel.write("\x03SELECT", Kind::Command);
        bench.transport.incoming = reply.bytes.first(cut);
        bench.drain();
        QCOMPARE(bench.input, Input::None);
        QCOMPARE(bench.channel.isInAnswer(), !bench.payloads.isEmpty());
        bench.transport.incoming += reply.bytes.sliced(cut);
        bench.drain();
        QCOMPARE(bench.payloads, payloads);
        QVERIFY(bench.inOrder);
        QCOMPARE(bench.channel.expectedNumber(), quint8(1 + payloads.size()));
        QVERIFY(!bench.channel.isReadingPacket());
        bench.channel.finishAnswer();
        QVERIFY(!bench.channel.awaitsAnswer());
    }
}

void tst_PacketChannel::reassemblesPacketsCutAtEveryByte()
{
    const Answer reply = answer({pattern(20), pattern(16, 5), pattern(3)}, 1, 8);
    for (qsizetype cut = 0; cut <= reply.bytes.size(); ++cut) {
        Bench bench(smallLimits());
        bench.channel.write("\x03SELECT", Kind::Command);
        bench.transport.incoming = reply.bytes.first(cut);
        bench.drain();
        bench.transport.incoming += reply.bytes.sliced(cut);
        bench.drain();
        QCOMPARE(bench.payloads, reply.payloads);
        QVERIFY(bench.inOrder);
        // Three frames, three with the empty one at the end, one.
        QCOMPARE(bench.channel.expectedNumber(), quint8(8));
    }
}

void tst_PacketChannel::readsCompressedAnswersCutAtEveryByte_data()
{
    QTest::addColumn<Algorithm>("algorithm");
    if (Wire::isCompressionAvailable(Algorithm::Zlib))
        QTest::newRow("zlib") << Algorithm::Zlib;
    if (Wire::isCompressionAvailable(Algorithm::Zstd))
        QTest::newRow("zstd") << Algorithm::Zstd;
}

void tst_PacketChannel::readsCompressedAnswersCutAtEveryByte()
{
    QFETCH(const Algorithm, algorithm);
    const Answer first = answer({pattern(10), QByteArray(90, 'x'), {}});
    const Answer second = answer({"second"_ba});
    const QByteArray bytes
        = compressed(algorithm, first.bytes, 1) + compressed(algorithm, second.bytes, 1);
    for (qsizetype cut = 0; cut <= bytes.size(); ++cut) {
        Bench bench;
        bench.channel.startCompressing(algorithm, Wire::DefaultCompressionLevel);
        for (int i = 0; i < 2; ++i)
            bench.channel.write("\x03SELECT", Kind::Command);
        QVERIFY(bench.channel.flush(false));
        bench.transport.incoming = bytes.first(cut);
        bench.drain();
        bench.transport.incoming += bytes.sliced(cut);
        bench.drain();
        QCOMPARE(bench.payloads, first.payloads + second.payloads);
        QVERIFY(bench.inOrder);
        bench.channel.finishAnswer();
        QVERIFY(bench.channel.awaitsAnswer());
        bench.channel.finishAnswer();
        QVERIFY(!bench.channel.awaitsAnswer());
        QVERIFY(!bench.channel.hasUnreadBytes());
    }
}

void tst_PacketChannel::refusesBrokenFrames()
{
    if (!Wire::isCompressionAvailable(Algorithm::Zlib))
        QSKIP("Built without zlib.");
    Bench bench;
    bench.channel.startCompressing(Algorithm::Zlib, Wire::DefaultCompressionLevel);
    bench.channel.write("\x03SELECT", Kind::Command);
    QVERIFY(bench.channel.flush(false));
    QVERIFY(bench.channel.errorString().isEmpty());
    bench.transport.incoming = frame("no zlib stream", 100, 1);
    bench.drain();
    QCOMPARE(bench.input, Input::Malformed);
    QVERIFY(!bench.channel.errorString().isEmpty());
}

void tst_PacketChannel::passesOnWhatTheReaderRefuses()
{
    Wire::PacketReader::Limits limits = smallLimits();
    limits.maximumPayload = 20;
    Bench large(limits);
    large.channel.write("\x03SELECT", Kind::Command);
    large.transport.incoming = answer({pattern(30)}, 1, 8).bytes;
    large.drain();
    QCOMPARE(large.status, PacketStatus::TooLarge);

    Bench malformed(smallLimits());
    malformed.channel.write("\x03SELECT", Kind::Command);
    malformed.transport.incoming = framed(pattern(8), 1) + framed(pattern(2), 7);
    malformed.drain();
    QCOMPARE(malformed.status, PacketStatus::Malformed);
}

void tst_PacketChannel::numbersDialogues()
{
    Bench bench;
    bench.channel.expectGreeting();
    bench.transport.incoming = framed("greeting", 0);
    bench.drain();
    bench.channel.write("response", Kind::Continuation);
    bench.channel.write("and more", Kind::Continuation);
    QVERIFY(bench.channel.flush(false));
    QCOMPARE(bench.transport.written, framed("response", 1) + framed("and more", 2));
    bench.transport.incoming = framed("ok", 3);
    bench.drain();
    QVERIFY(bench.inOrder);
    QCOMPARE(bench.payloads, QList<QByteArray>({"greeting", "ok"}));
    bench.channel.finishAnswer();
    QVERIFY(!bench.channel.awaitsAnswer());
}

void tst_PacketChannel::numbersEachCommand()
{
    Bench bench;
    bench.channel.write("first", Kind::Command);
    bench.channel.write("silent", Kind::SilentCommand);
    bench.channel.write("second", Kind::Command);
    QVERIFY(bench.channel.flush(false));
    QCOMPARE(bench.transport.written,
             framed("first", 0) + framed("silent", 0) + framed("second", 0));

    // The first answer becomes a dialogue.
    bench.transport.incoming = framed("file?", 1);
    bench.drain();
    bench.transport.written.clear();
    bench.channel.write("bytes of it", Kind::Continuation);
    QVERIFY(bench.channel.flush(false));
    QCOMPARE(bench.transport.written, framed("bytes of it", 2));
    bench.transport.incoming = framed("ok", 3);
    bench.drain();
    QVERIFY(bench.channel.isInAnswer());
    bench.channel.finishAnswer();
    QVERIFY(!bench.channel.isInAnswer());
    QCOMPARE(bench.channel.expectedNumber(), quint8(1));
    bench.transport.incoming = framed("ok", 1);
    bench.drain();
    QVERIFY(bench.inOrder);
    bench.channel.finishAnswer();
    QVERIFY(!bench.channel.awaitsAnswer());
}

void tst_PacketChannel::noticesPacketsOutOfOrder()
{
    for (const int number : {0, 2, 255}) {
        Bench bench;
        bench.channel.write("command", Kind::Command);
        bench.transport.incoming = framed("answer", static_cast<quint8>(number));
        bench.drain();
        QVERIFY(!bench.inOrder);
    }
}

void tst_PacketChannel::noticesFramesOutOfOrder()
{
    if (!Wire::isCompressionAvailable(Algorithm::Zlib))
        QSKIP("Built without zlib.");
    for (const int number : {0, 1, 3}) {
        Bench bench;
        bench.channel.startCompressing(Algorithm::Zlib, Wire::DefaultCompressionLevel);
        for (int i = 0; i < 2; ++i)
            bench.channel.write("command", Kind::Command);
        QVERIFY(bench.channel.flush(false));
        // The numbers of the packets themselves do not matter.
        bench.transport.incoming = compressed(Algorithm::Zlib, framed("first", 9), 1);
        bench.drain();
        bench.channel.finishAnswer();
        QVERIFY(bench.inOrder);
        bench.transport.incoming
            = compressed(Algorithm::Zlib, framed("second", 9), static_cast<quint8>(number));
        bench.drain();
        QCOMPARE(bench.payloads, QList<QByteArray>({"first", "second"}));
        QCOMPARE(bench.inOrder, number == 1);
    }
}

void tst_PacketChannel::knowsWhatPrecedesAnAnswer()
{
    Bench bench;
    bench.channel.write("command", Kind::Command);
    Wire::Packet packet;
    bench.transport.incoming = framed("shutting down", 0);
    QCOMPARE(bench.channel.receive(), Input::Received);
    QCOMPARE(bench.channel.next(&packet), PacketStatus::Ready);
    QVERIFY(bench.channel.precedesAnswer(packet));

    bench.transport.incoming = framed("first", 1) + framed("again", 0) + framed("later", 3);
    bench.drain();
    QVERIFY(bench.channel.isInAnswer());
    QVERIFY(!bench.channel.precedesAnswer(packet));

    // A number that is merely wrong does not say that the command was not read.
    Bench later;
    later.channel.write("command", Kind::Command);
    later.transport.incoming = framed("later", 2);
    QCOMPARE(later.channel.receive(), Input::Received);
    QCOMPARE(later.channel.next(&packet), PacketStatus::Ready);
    QVERIFY(!later.channel.precedesAnswer(packet));

    if (!Wire::isCompressionAvailable(Algorithm::Zlib))
        return;
    for (const int number : {0, 1, 2}) {
        Bench inflated;
        inflated.channel.startCompressing(Algorithm::Zlib, Wire::DefaultCompressionLevel);
        inflated.channel.write("command", Kind::Command);
        QVERIFY(inflated.channel.flush(false));
        inflated.transport.incoming
            = compressed(Algorithm::Zlib, framed("bye", 0), static_cast<quint8>(number));
        QCOMPARE(inflated.channel.receive(), Input::Received);
        QCOMPARE(inflated.channel.next(&packet), PacketStatus::Ready);
        QCOMPARE(inflated.channel.precedesAnswer(packet), number == 0);
    }
}

void tst_PacketChannel::sendsWhatIsFlushed()
{
    Bench bench;
    bench.channel.write("command", Kind::Command);
    QVERIFY(bench.transport.written.isEmpty());
    QVERIFY(bench.channel.flush(false));
    QCOMPARE(bench.transport.written, framed("command", 0));
    QVERIFY(!bench.transport.announcesWritten);
    // Nothing is left: the transport is not called.
    QVERIFY(bench.channel.flush(true));
    QVERIFY(!bench.transport.announcesWritten);
    bench.channel.write("more", Kind::Command);
    QVERIFY(bench.channel.flush(true));
    QVERIFY(bench.transport.announcesWritten);
}

void tst_PacketChannel::compressesWhatIsFlushed()
{
    if (!Wire::isCompressionAvailable(Algorithm::Zlib))
        QSKIP("Built without zlib.");
    Bench bench;
    bench.channel.startCompressing(Algorithm::Zlib, Wire::DefaultCompressionLevel);
    const QByteArray large = noise(8 * 1024 * 1024);
    bench.channel.write(large, Kind::Command);
    QVERIFY(bench.transport.written.isEmpty());
    QVERIFY(bench.channel.isOutputFull());
    QVERIFY(!bench.channel.isFlushDue());
    // More than one turn allows: the rest is left to the next ones.
    QVERIFY(!bench.channel.flush(false));
    QVERIFY(!bench.transport.written.isEmpty());
    QVERIFY(bench.transport.written.size() < large.size());
    while (!bench.channel.flush(false)) {
    }
    const Received received = receive(Algorithm::Zlib, bench.transport.written);
    QVERIFY(received.plain == framed(large, 0));
    QVERIFY(!bench.channel.isOutputFull());
}

void tst_PacketChannel::saysWhenItHasEnough()
{
    Bench bench;
    bench.channel.write(pattern(1000), Kind::Command);
    QVERIFY(!bench.channel.isFlushDue());
    QVERIFY(!bench.channel.isOutputFull());
    bench.channel.write(pattern(256 * 1024), Kind::SilentCommand);
    QVERIFY(bench.channel.isFlushDue());
    QVERIFY(bench.channel.isOutputFull());
    QVERIFY(bench.channel.flush(false));
    QVERIFY(!bench.channel.isFlushDue());
    QVERIFY(!bench.channel.isOutputFull());
    bench.transport.unsent = 256 * 1024;
    QVERIFY(bench.channel.isOutputFull());
}

void tst_PacketChannel::looksForInputAfterASilence()
{
    Bench bench;
    bench.transport.findsInput = true;
    bench.channel.write("command", Kind::Command);
    bench.transport.incoming = framed("ok", 1);
    bench.drain();
    bench.channel.finishAnswer();
    // The event loop has just been there.
    QVERIFY(!bench.channel.looksForInput());
    QCOMPARE(bench.transport.looks, 0);
    QVERIFY(QTest::qWaitFor([&] { return bench.channel.looksForInput(); }));
    QCOMPARE(bench.transport.looks, 1);
    bench.transport.findsInput = false;
    QVERIFY(!bench.channel.looksForInput());
}

void tst_PacketChannel::noticesUnreadBytes()
{
    Bench bench;
    bench.channel.write("command", Kind::Command);
    QVERIFY(!bench.channel.hasUnreadBytes());
    const QByteArray packet = framed("ok", 1);
    bench.transport.incoming = packet.first(3);
    QVERIFY(bench.channel.hasUnreadBytes());
    QVERIFY(!bench.channel.isReadingPacket());
    bench.drain();
    QVERIFY(bench.channel.hasUnreadBytes());
    QVERIFY(bench.channel.isReadingPacket());
    bench.transport.incoming = packet.sliced(3);
    bench.drain();
    QVERIFY(!bench.channel.hasUnreadBytes());
}

void tst_PacketChannel::noticesTheEnd()
{
    Bench bench;
    bench.channel.write("command", Kind::Command);
    bench.transport.isBroken = true;
    bench.transport.incoming = framed("ok", 1);
    bench.drain();
    QCOMPARE(bench.payloads, QList<QByteArray>{"ok"});
    QCOMPARE(bench.input, Input::None);
    QVERIFY(bench.channel.isClosed());

    Bench told;
    QVERIFY(!told.channel.isClosed());
    told.channel.setClosed();
    QVERIFY(told.channel.isClosed());
}

void tst_PacketChannel::forgetsWhatIsAwaited()
{
    Bench bench;
    bench.channel.write("command", Kind::Command);
    bench.channel.clear();
    QVERIFY(!bench.channel.awaitsAnswer());
    QVERIFY(bench.channel.flush(false));
    QVERIFY(bench.transport.written.isEmpty());
}

void tst_PacketChannel::sendsOnceWhatIsWrittenWhileItSends()
{
    Bench bench;
    bench.transport.whileWriting = [&bench] {
        bench.channel.write("second", PacketChannel::Kind::Command);
        QVERIFY(bench.channel.flush(false));
    };
    bench.channel.write("first", PacketChannel::Kind::Command);
    QVERIFY(bench.channel.flush(false));
    QCOMPARE(bench.transport.written.count("first"), 1);
    QCOMPARE(bench.transport.written.count("second"), 1);
    bench.transport.whileWriting
        = [&bench] { bench.channel.write("fourth", PacketChannel::Kind::Command); };
    bench.channel.write("third", PacketChannel::Kind::Command);
    QVERIFY(bench.channel.flush(false));
    QVERIFY(bench.channel.flush(false));
    QCOMPARE(bench.transport.written.count("third"), 1);
    QCOMPARE(bench.transport.written.count("fourth"), 1);
}

QTEST_GUILESS_MAIN(tst_PacketChannel)
#include "tst_packetchannel.moc"
