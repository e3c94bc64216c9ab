// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// Devices whose code uses the connection while they are read.

#include "connectionfixture.h"

#include <AsyncMySql/Connection>
#include <AsyncMySql/ConnectionOptions>
#include <AsyncMySql/Query>

#include <QtCore/qbuffer.h>
#include <QtCore/qcoreapplication.h>
#include <QtCore/qiodevice.h>
#include <QtCore/qpointer.h>
#include <QtTest/qtest.h>

#include <algorithm>
#include <functional>
#include <memory>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr quint8 Prepare = 0x16;
constexpr quint8 SendLongData = 0x18;
constexpr quint8 Reset = 0x1A;

const QString LoadData = u"LOAD DATA LOCAL INFILE 'x' INTO TABLE t"_s;

QByteArray pattern(int size)
{
    QByteArray bytes(size, Qt::Uninitialized);
    quint32 state = 1;
    for (char &byte : bytes) {
        state = state * 1664525U + 1013904223U;
        // A small letter is no command of the protocol.
        byte = char('a' + (state >> 24) % 26);
    }
    return bytes;
}

/// Does something whenever it is read.
class LivelyDevice : public QIODevice
{
public:
    LivelyDevice(const QByteArray &bytes, bool sequential, std::function<void()> action)
        : m_bytes(bytes)
        , m_sequential(sequential)
        , m_action(std::move(action))
    {
        open(ReadOnly | Unbuffered);
    }
    bool isSequential() const override { return m_sequential; }
    qint64 size() const override { return m_sequential ? bytesAvailable() : m_bytes.size(); }

    int reads = 0;

protected:
    qint64 readData(char *data, qint64 maximum) override
    {
        ++reads;
        const qint64 count = std::min({maximum, m_bytes.size() - m_done, qint64(100'000)});
        std::copy_n(m_bytes.cbegin() + m_done, count, data);
        m_done += count;
        const bool atEnd = m_done == m_bytes.size();
        m_action();
        if (m_sequential && atEnd && count == 0)
            Q_EMIT readChannelFinished();
        return count;
    }
    qint64 writeData(const char *, qint64) override { return -1; }

private:
    QByteArray m_bytes;
    qint64 m_done = 0;
    bool m_sequential;
    std::function<void()> m_action;
};

/// Takes the bytes of devices, as parameters and as files.
class DeviceServer : public FakeServer
{
public:
    DeviceServer()
    {
        onCommand(Prepare, [](FakeConnection &c) {
            // Number 1, no columns, one parameter.
            c.send(QByteArray::fromHex("00 01000000 0000 0100 00 0000"));
            c.send(columnPayload({"?"}, c.capabilities()));
            c.done();
        });
        onCommand(SendLongData, [](FakeConnection &c) { c.done(); });
        onCommand(Reset, [](FakeConnection &c) { c.ok(); });
        on(LoadData.toUtf8(), [](FakeConnection &c) { c.send("\xFBx"_ba); });
        // The pieces of a file look like commands, whose codes are their first bytes.
        for (char code = 'a'; code <= 'z'; ++code)
            onCommand(quint8(code), [this, code](FakeConnection &) {
                m_file += code + commands().constLast().argument;
            });
        onCommand(0, [](FakeConnection &c) { c.ok(); });
    }

    QByteArray received() const
    {
        QByteArray bytes = m_file;
        for (const RecordedCommand &command : commands()) {
            // Behind the number of the statement and that of the parameter.
            if (command.code == SendLongData)
                bytes += command.argument.mid(6);
        }
        return bytes;
    }

private:
    QByteArray m_file;
};

} // namespace

class tst_Devices : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void deviceMayDoAnything_data();
    void deviceMayDoAnything();
    void everyAttemptSendsTheWholeDevice_data();
    void everyAttemptSendsTheWholeDevice();
};

void tst_Devices::deviceMayDoAnything_data()
{
    QTest::addColumn<bool>("isFile");
    QTest::addColumn<bool>("sequential");
    QTest::addColumn<QString>("action");
    for (const bool isFile : {false, true}) {
        for (const bool sequential : {false, true}) {
            for (const char *action :
                 {"nothing", "readyRead", "readyRead, many", "execute", "event loop",
                  "setBufferLimit", "cancel", "delete query", "abort", "delete connection"}) {
                QTest::addRow("%s, %s, %s", isFile ? "file" : "parameter",
                              sequential ? "sequential" : "random access", action)
                    << isFile << sequential << QString::fromLatin1(action);
            }
        }
    }
}

void tst_Devices::deviceMayDoAnything()
{
    QFETCH(const bool, isFile);
    QFETCH(const bool, sequential);
    QFETCH(const QString, action);
    DeviceServer server;
    ConnectionOptions options = optionsFor(server);
    options.setLocalInfileAllowed(true);
    options.setCancelGracePeriod(100ms);
    options.setAutoPrepareEnabled(true);
    QPointer<Connection> connection = new Connection(options);
    const QByteArray bytes = pattern(1'500'000);
    QPointer<Query> query;
    OutcomePointer inner;
    LivelyDevice *self = nullptr;
    LivelyDevice device(bytes, sequential, [&] {
        if (action == u"readyRead") {
            Q_EMIT self->readyRead();
        } else if (action == u"readyRead, many") {
            for (int i = 0; i < 3; ++i)
                Q_EMIT self->readyRead();
        } else if (action == u"execute") {
            if (!inner)
                inner = watch(connection->execute(u"INSERT inner"_s));
        } else if (action == u"event loop") {
            QCoreApplication::processEvents();
        } else if (action == u"setBufferLimit") {
            query->setBufferLimit(1000 + self->reads);
        } else if (self->reads == 3) {
            if (action == u"cancel")
                query->cancel();
            else if (action == u"delete query")
                delete query;
            else if (action == u"abort")
                connection->abort();
            else if (action == u"delete connection")
                delete connection;
        }
    });
    self = &device;
    query = isFile
                ? connection->execute(LoadData)
                : connection->execute(u"INSERT (?)"_s, {QVariant::fromValue<QIODevice *>(&device)});
    if (isFile)
        query->setLocalInfile(&device);
    const OutcomePointer outcome = watch(query);
    const bool ends = action == u"cancel" || action == u"abort" || action == u"delete connection";
    if (action == u"delete query") {
        QTRY_VERIFY(query.isNull());
        QCOMPARE(outcome->finished, 0);
    } else {
        QTRY_COMPARE_WITH_TIMEOUT(outcome->finished, 1, 20'000);
    }
    if (ends) {
        QCOMPARE(outcome->error.code(),
                 action == u"cancel" ? Error::Cancelled : Error::ConnectionClosed);
    } else if (action != u"delete query") {
        QVERIFY2(outcome->succeeded(), describe(outcome).constData());
        QVERIFY(server.received() == bytes);
    }
    if (inner)
        VERIFY_SUCCEEDS(inner);
    if (connection)
        VERIFY_SUCCEEDS(watch(connection->execute(u"INSERT next"_s)));
    delete connection;
}

void tst_Devices::everyAttemptSendsTheWholeDevice_data()
{
    QTest::addColumn<bool>("sequential");
    QTest::addColumn<bool>("hasAnswered");
    QTest::addColumn<qint64>("start");
    for (const bool sequential : {false, true}) {
        // An attempt does not count where the session had answered before it was lost.
        for (const bool hasAnswered : {false, true}) {
            QTest::addRow("%s, %s", sequential ? "sequential" : "random access",
                          hasAnswered ? "session that answered" : "new session")
                << sequential << hasAnswered << qint64(0);
        }
    }
    QTest::newRow("not from its beginning") << false << true << qint64(1000);
}

void tst_Devices::everyAttemptSendsTheWholeDevice()
{
    QFETCH(const bool, sequential);
    QFETCH(const bool, hasAnswered);
    QFETCH(const qint64, start);
    constexpr quint8 execute = 0x17;
    DeviceServer server;
    int pieces = 0;
    server.onCommand(SendLongData, [&](FakeConnection &c) {
        if (++pieces == 2)
            c.cut();
        else
            c.done();
    });
    ConnectionOptions options = optionsFor(server);
    options.setAutoPrepareEnabled(true);
    Connection connection(options);
    // More than the system takes before it is read: the execution is not sent.
    const QByteArray bytes = pattern(sequential ? 1'500'000 : 15'000'000);
    LivelyDevice stream(bytes, true, [] {});
    QBuffer buffer;
    buffer.setData(bytes);
    QVERIFY(buffer.open(QIODevice::ReadOnly) && buffer.seek(start));
    QIODevice *device = &buffer;
    if (sequential)
        device = &stream;
    if (hasAnswered)
        VERIFY_SUCCEEDS(watch(connection.execute(u"SELECT 1"_s)));
    const OutcomePointer outcome
        = watch(connection.execute(u"INSERT (?)"_s, {QVariant::fromValue(device)}));
    QTRY_COMPARE_WITH_TIMEOUT(outcome->finished, 1, 20'000);
    QByteArray sent;
    int executions = 0;
    for (const RecordedCommand &command : server.commands()) {
        if (command.connection == server.connectionCount() && command.code == SendLongData)
            sent += command.argument.mid(6);
        executions += command.code == execute ? 1 : 0;
    }
    if (sequential) {
        // What was read of it is gone.
        QCOMPARE(outcome->error.code(), Error::DeviceFailed);
        QCOMPARE(executions, 0);
    } else {
        QVERIFY2(outcome->succeeded(), describe(outcome).constData());
        QCOMPARE(executions, 1);
        QVERIFY(sent == bytes.sliced(start));
    }
}

QTEST_GUILESS_MAIN(tst_Devices)

#include "tst_devices.moc"
