// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "outgoingbytes.h"
#include "socketinput.h"
#include "socketreader.h"
#include "transport.h"

#include <QtCore/qpointer.h>

#include <memory>

QT_BEGIN_NAMESPACE
class QIODevice;
QT_END_NAMESPACE

namespace AsyncMySql::Transport {

/// What all transports share: reading and writing a QIODevice, and when the listener is called.
///
/// A device can emit at any time, also from inside calls made to it, and may not be deleted
/// while it does. So subclasses run everything that a device's signal leads to in fromDevice(), and
/// every call into the device that may emit in a CallGuard; what happens inside such a call is
/// announced from the event loop, in order.
class StreamTransport : public Transport, private SocketReader::Listener
{
    Q_OBJECT

public:
    /// What may lie unread in Qt's buffers, where there are some. Once full, Qt stops reading and
    /// the peer has to wait; so much is there to be read in one go when the reader comes, and a
    /// hundred connections with readers that do not come cost a few megabytes.
    static constexpr qint64 ReadBufferSize = 64 * 1024;

    explicit StreamTransport(QObject *parent = nullptr);
    ~StreamTransport() override;

    void startTls() override;
    qint64 bytesAvailable() const final;
    qint64 read(char *data, qint64 size) final;
    bool maySlotsRunEventLoops() const final { return m_deviceSignals == 0; }
    void write(const QByteArray &bytes) final;
    void setAnnouncesWritten(bool announce) final { m_announcesWritten = announce; }
    qint64 bytesToWrite() const final;
    void close() final;
    void abort() final;

protected:
    enum Event : unsigned {
        Opened = 0x01,
        Secured = 0x02,
        ReadyRead = 0x04,
        AllWritten = 0x08,
        Closed = 0x10,
    };

    /// While it exists nothing is reported: announcements wait for the event loop.
    class CallGuard
    {
    public:
        explicit CallGuard(StreamTransport *transport)
            : m_transport(transport)
        {
            ++m_transport->m_calls;
        }
        ~CallGuard() { --m_transport->m_calls; }
        Q_DISABLE_COPY_MOVE(CallGuard)

    private:
        StreamTransport *m_transport;
    };

    /// Runs \a handler, which answers a signal of the device; the transport may be gone after it.
    template <typename Handler>
    void fromDevice(Handler handler)
    {
        const QPointer<StreamTransport> alive(this);
        ++m_deviceSignals;
        handler();
        if (alive)
            --m_deviceSignals;
    }

    /// Whether the device has a buffer of its own, or hands reads and writes on to the operating
    /// system (QIODevice::Unbuffered). Then the end shows only when reading: readFailed().
    enum class Buffering { Buffered, Direct };

    /// Takes the device and connects what every QIODevice has.
    void setDevice(QIODevice *device, Buffering buffering = Buffering::Buffered);
    QIODevice *device() const { return m_device; }
    /// The device went away by itself.
    void forgetDevice();

    void announce(Event event);
    void announceLater(Event event);
    /// The end: what can still be read is kept, and closed() is announced. Only the first counts,
    /// and after close() it is no error.
    void end(const TransportError &error);
    bool hasEnded() const { return m_ended; }
    bool isOpen() const { return m_open; }
    bool isClosing() const { return m_closing; }

    void deviceOpened();
    void deviceWrote();

    /// Whether bytes may be handed to the device now.
    virtual bool mayWrite() const;
    /// Of the device's own buffers.
    virtual qint64 deviceBytesToWrite() const;
    virtual void flushDevice() = 0;
    /// Of the socket, as long as what arrives there is what read() returns; else -1.
    virtual qintptr plainDescriptor() const { return -1; }
    /// Reading from a device without a buffer has failed; the subclass calls end(). If \a reason is
    /// empty, the device knows it.
    virtual void readFailed(const QString &reason);
    /// Closes once the device's own buffers are sent; the subclass is notified and calls end().
    virtual void closeDevice() = 0;

private:
    void socketReadable() override;
    void listenToDevice();
    void listenForWrites();
    qint64 readDirectly(char *data, qint64 size);
    void schedule();
    void deliver();
    void emitEvent(Event event);
    void feed();
    void finishClosing();
    void silenceDevice();
    void releaseDevice();

    QPointer<QIODevice> m_device;
    Buffering m_buffering = Buffering::Buffered;
    bool m_listens = false;
    /// Of a device without a buffer only once it has not taken all: it emits with every write.
    bool m_listensForWrites = false;
    /// Of a device without a buffer: nothing is there before the next readyRead.
    bool m_drained = false;
    OutgoingBytes m_outgoing;
    /// Reads in place of a device without a buffer; null where the device has to do it itself.
    std::unique_ptr<SocketReader> m_reader;
    /// While there is much to send, at which the peer may take offence.
    SocketCopy m_copy;
    /// What could still be read when the device failed, and how much of it was.
    QByteArray m_leftOver;
    qsizetype m_leftOverOffset = 0;
    TransportError m_error;
    unsigned m_pendingEvents = 0;
    int m_calls = 0;
    int m_deviceSignals = 0;
    bool m_deliveryScheduled = false;
    bool m_feedScheduled = false;
    bool m_feeding = false;
    bool m_announcesWritten = true;
    bool m_announceWritten = false;
    bool m_open = false;
    bool m_closing = false;
    bool m_ended = false;
};

} // namespace AsyncMySql::Transport
