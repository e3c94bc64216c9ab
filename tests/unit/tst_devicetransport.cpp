// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "transportbench.h"

#include <QtCore/qpointer.h>
#include <QtTest/qtest.h>

using namespace AsyncMySql::Transport;
using Kind = TransportError::Kind;

/// One end of a pair of sequential devices, without anything of a socket.
class PairedDevice : public QIODevice
{
public:
    using QIODevice::QIODevice;

    /// What the other end wrote.
    void deliver(const QByteArray &bytes)
    {
        m_incoming += bytes;
        Q_EMIT readyRead();
    }
    void finish() { Q_EMIT readChannelFinished(); }

    bool isSequential() const override { return true; }
    qint64 bytesAvailable() const override
    {
        return m_incoming.size() + QIODevice::bytesAvailable();
    }

    QByteArray written;

protected:
    qint64 readData(char *data, qint64 size) override
    {
        const qsizetype taken = std::min<qint64>(size, m_incoming.size());
        std::copy_n(m_incoming.constData(), taken, data);
        m_incoming.remove(0, taken);
        return taken;
    }
    qint64 writeData(const char *data, qint64 size) override
    {
        written.append(data, size);
        Q_EMIT bytesWritten(size);
        return size;
    }

private:
    QByteArray m_incoming;
};

class tst_DeviceTransport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();

    void readsAndWritesAnyDevice();
    void announcesWhatWasThereBeforeItOpened();
    void theDeviceMayEnd_data();
    void theDeviceMayEnd();
    void refusesADeviceThatIsNotOpen_data();
    void refusesADeviceThatIsNotOpen();
    void takesTheDeviceWithIt();
    void passesOnThatASocketCannotConnect();
    void takesALocalSocketOnItsWay();

private:
    TransportSettings m_settings;
    QPointer<PairedDevice> m_device;
    QIODevice::OpenMode m_mode;
};

void tst_DeviceTransport::init()
{
    m_mode = QIODevice::ReadWrite;
    m_settings.deviceFactory = [this](QObject *parent) {
        m_device = new PairedDevice(parent);
        if (m_mode != QIODevice::NotOpen)
            m_device->open(m_mode);
        return m_device.data();
    };
}

void tst_DeviceTransport::readsAndWritesAnyDevice()
{
    const auto transport = createTransport(m_settings);
    Recorder recorder(transport.get());
    QVERIFY(!m_device);
    transport->open();
    QCOMPARE(recorder.events, QStringList());
    QTRY_COMPARE(recorder.events, QStringList({u"opened"_s}));
    QVERIFY(!transport->isLocal());
    QVERIFY(!transport->canStartTls());

    const QByteArray bytes = patternBytes(1'000'000);
    transport->write(bytes);
    QTRY_COMPARE(recorder.count(u"allWritten"_s), 1);
    QVERIFY(m_device->written == bytes);
    m_device->deliver("answer"_ba);
    QCOMPARE(recorder.count(u"readyRead"_s), 1);
    QCOMPARE(recorder.readAll(), "answer"_ba);
    transport->close();
    QTRY_COMPARE(recorder.count(u"closed"_s), 1);
    QCOMPARE(recorder.error.kind, Kind::None);
}

void tst_DeviceTransport::announcesWhatWasThereBeforeItOpened()
{
    const auto factory = m_settings.deviceFactory;
    m_settings.deviceFactory = [this, factory](QObject *parent) {
        QIODevice *device = factory(parent);
        m_device->deliver("greeting"_ba);
        return device;
    };
    const auto transport = createTransport(m_settings);
    Recorder recorder(transport.get());
    transport->open();
    QTRY_COMPARE(recorder.events, QStringList({u"opened"_s, u"readyRead"_s}));
    QCOMPARE(recorder.readAll(), "greeting"_ba);
}

void tst_DeviceTransport::theDeviceMayEnd_data()
{
    QTest::addColumn<QString>("how");
    QTest::addColumn<QByteArray>("left");
    QTest::newRow("nothing more to read") << u"finish"_s << "last words"_ba;
    QTest::newRow("closed") << u"close"_s << "last words"_ba;
    QTest::newRow("deleted") << u"delete"_s << ""_ba;
}

void tst_DeviceTransport::theDeviceMayEnd()
{
    QFETCH(QString, how);
    QFETCH(QByteArray, left);
    const auto transport = createTransport(m_settings);
    Recorder recorder(transport.get());
    transport->open();
    QTRY_COMPARE(recorder.count(u"opened"_s), 1);
    m_device->deliver("last words"_ba);
    if (how == u"finish"_s)
        m_device->finish();
    else if (how == u"close"_s)
        m_device->close();
    else
        delete m_device.data();
    QTRY_COMPARE(recorder.count(u"closed"_s), 1);
    QCOMPARE(recorder.error.kind, Kind::Closed);
    QCOMPARE(recorder.readAll(), left);
    transport->write("too late"_ba);
    transport->abort();
    QCoreApplication::processEvents();
    QCOMPARE(recorder.events.last(), u"closed"_s);
}

void tst_DeviceTransport::refusesADeviceThatIsNotOpen_data()
{
    QTest::addColumn<bool>("exists");
    QTest::addColumn<QIODevice::OpenMode>("mode");
    QTest::newRow("none") << false << QIODevice::OpenMode(QIODevice::NotOpen);
    QTest::newRow("not open") << true << QIODevice::OpenMode(QIODevice::NotOpen);
    QTest::newRow("read-only") << true << QIODevice::OpenMode(QIODevice::ReadOnly);
}

void tst_DeviceTransport::refusesADeviceThatIsNotOpen()
{
    QFETCH(bool, exists);
    QFETCH(QIODevice::OpenMode, mode);
    m_mode = mode;
    if (!exists)
        m_settings.deviceFactory = [](QObject *) { return nullptr; };
    const auto transport = createTransport(m_settings);
    Recorder recorder(transport.get());
    transport->open();
    QCOMPARE(recorder.events, QStringList());
    QTRY_COMPARE(recorder.events, QStringList({u"closed"_s}));
    QCOMPARE(recorder.error.kind, Kind::Other);
    QVERIFY(!recorder.error.message.isEmpty());
}

void tst_DeviceTransport::takesTheDeviceWithIt()
{
    auto transport = createTransport(m_settings);
    transport->open();
    QVERIFY(m_device);
    transport.reset();
    QVERIFY(!m_device);
}

void tst_DeviceTransport::passesOnThatASocketCannotConnect()
{
    QTcpServer server;
    QVERIFY(server.listen(QHostAddress::LocalHost));
    const quint16 port = server.serverPort();
    server.close();
    m_settings.deviceFactory = [port](QObject *parent) {
        auto *socket = new QTcpSocket(parent);
        socket->connectToHost(QHostAddress(QHostAddress::LocalHost), port);
        return socket;
    };
    const auto transport = createTransport(m_settings);
    Recorder recorder(transport.get());
    transport->open();
    QTRY_COMPARE(recorder.events, QStringList({u"closed"_s}));
    QCOMPARE(recorder.error.kind, Kind::Refused);
}

void tst_DeviceTransport::takesALocalSocketOnItsWay()
{
    TransportBench bench;
    QVERIFY(bench.start(TransportBench::Local, nullptr));
    bench.settings.deviceFactory = [name = bench.settings.localSocketName](QObject *parent) {
        auto *socket = new QLocalSocket(parent);
        socket->connectToServer(name);
        return socket;
    };
    bench.transport = createTransport(bench.settings);
    QVERIFY(bench.connectBoth());
    Recorder recorder(bench.transport.get());
    bench.server()->write("greeting"_ba);
    QTRY_COMPARE(bench.transport->bytesAvailable(), 8);
    bench.closeServerEnd();
    QTRY_COMPARE(recorder.count(u"closed"_s), 1);
    QCOMPARE(recorder.error.kind, Kind::Closed);
    QCOMPARE(recorder.readAll(), "greeting"_ba);
}

QTEST_GUILESS_MAIN(tst_DeviceTransport)
#include "tst_devicetransport.moc"
