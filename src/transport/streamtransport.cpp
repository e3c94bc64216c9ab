// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "streamtransport.h"

#include <QtCore/qiodevice.h>
#include <QtNetwork/qabstractsocket.h>
#include <QtNetwork/qlocalsocket.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace AsyncMySql::Transport {

using namespace Qt::StringLiterals;

namespace {

/// How much is handed to the device at a time. Qt's sockets try to send, and QSslSocket encrypts,
/// everything they hold before they give the event loop back.
constexpr qint64 PieceSize = 128 * 1024;

/// No server refuses less than this for its size by default.
constexpr qint64 LargeOutput = 64 * 1024;

void abortDevice(QIODevice *device)
{
    if (auto *socket = qobject_cast<QAbstractSocket *>(device))
        socket->abort();
    else if (auto *localSocket = qobject_cast<QLocalSocket *>(device))
        localSocket->abort();
    else
        device->close();
}

} // namespace

StreamTransport::StreamTransport(QObject *parent)
    : Transport(parent)
{
}

StreamTransport::~StreamTransport()
{
    releaseDevice();
}

void StreamTransport::releaseDevice()
{
    m_copy.close();
    m_reader.reset();
    if (!m_device)
        return;
    silenceDevice();
    QIODevice *device = m_device;
    m_device.clear();
    if (m_deviceSignals == 0) {
        delete device;
        return;
    }
    // It is emitting the signal whose receiver deletes us, and touches its own members afterwards.
    // It is deleted from the event loop, whatever its parent was.
    device->setParent(nullptr);
    abortDevice(device);
    device->deleteLater();
}

void StreamTransport::setDevice(QIODevice *device, Buffering buffering)
{
    m_device = device;
    m_buffering = buffering;
    m_listens = true;
    if (buffering == Buffering::Direct)
        return;
    listenForWrites();
    listenToDevice();
}

void StreamTransport::listenForWrites()
{
    if (!std::exchange(m_listensForWrites, true))
        connect(m_device, &QIODevice::bytesWritten, this, [this] { deviceWrote(); });
}

void StreamTransport::listenToDevice()
{
    connect(m_device, &QIODevice::readyRead, this,
            [this] { fromDevice([this] { socketReadable(); }); });
}

void StreamTransport::socketReadable()
{
    m_drained = false;
    if (!m_ended)
        announce(ReadyRead);
}

/// Looking through its connections costs as much when there are none left, and more than all else
/// where only this listens.
void StreamTransport::silenceDevice()
{
    if (!std::exchange(m_listens, false))
        return;
    if (m_buffering == Buffering::Direct)
        m_device->blockSignals(true);
    else
        m_device->disconnect(this);
}

void StreamTransport::forgetDevice()
{
    m_device.clear();
}

void StreamTransport::startTls()
{
    end({TransportError::Kind::TlsFailed,
         u"TLS is not possible on the connection to %1"_s.arg(peerName())});
}

qint64 StreamTransport::bytesAvailable() const
{
    if (m_ended)
        return m_leftOver.size() - m_leftOverOffset;
    return m_device && !m_drained ? m_device->bytesAvailable() : 0;
}

qint64 StreamTransport::read(char *data, qint64 size)
{
    if (!m_ended) {
        if (!m_device)
            return -1;
        const CallGuard guard(this);
        if (m_buffering == Buffering::Direct)
            return readDirectly(data, size);
        // A device of the application may block if there are no bytes.
        return m_device->bytesAvailable() > 0 ? m_device->read(data, size) : 0;
    }
    const qsizetype available = m_leftOver.size() - m_leftOverOffset;
    if (available == 0)
        return -1;
    const qsizetype taken = std::min<qint64>(size, available);
    std::memcpy(data, m_leftOver.constData() + m_leftOverOffset, static_cast<size_t>(taken));
    m_leftOverOffset += taken;
    return taken;
}

/// What did not fill the space was all there was: asking again would only cost a system call.
qint64 StreamTransport::readDirectly(char *data, qint64 size)
{
    if (m_drained)
        return 0;
    if (m_reader) {
        if (const std::optional<qint64> count = m_reader->read(data, size)) {
            m_drained = *count < size;
            return *count;
        }
        if (const QString reason = m_reader->errorString(); !reason.isEmpty()) {
            m_drained = true;
            readFailed(reason);
            return -1;
        }
        // That there is no more is known by the device.
    }
    const qint64 count = m_device->read(data, size);
    m_drained = count < size;
    if (count < 0)
        readFailed({});
    return count;
}

void StreamTransport::readFailed(const QString &reason)
{
    end({TransportError::Kind::Closed,
         u"Cannot read from %1: %2"_s.arg(peerName(),
                                          reason.isEmpty() ? m_device->errorString() : reason)});
}

void StreamTransport::write(const QByteArray &bytes)
{
    if (m_ended || m_closing || bytes.isEmpty())
        return;
    m_outgoing.append(bytes);
    m_announceWritten = m_announcesWritten;
    feed();
}

qint64 StreamTransport::bytesToWrite() const
{
    if (m_ended)
        return 0;
    return m_outgoing.size() + (m_device ? deviceBytesToWrite() : 0);
}

qint64 StreamTransport::deviceBytesToWrite() const
{
    return m_device->bytesToWrite();
}

bool StreamTransport::mayWrite() const
{
    return m_open;
}

void StreamTransport::feed()
{
    if (m_feeding || m_ended || !m_device || !mayWrite())
        return;
    m_feeding = true;
    const CallGuard guard(this);
    if (m_outgoing.size() > LargeOutput && !m_copy.isOpen() && !m_reader)
        m_copy.open(plainDescriptor());
    qint64 space = PieceSize - deviceBytesToWrite();
    while (!m_ended && !m_outgoing.isEmpty() && space > 0) {
        const qint64 before = m_outgoing.size();
        if (!m_outgoing.writeNext(m_device, std::min(space, PieceSize))) {
            end({TransportError::Kind::Closed,
                 u"Cannot write to %1: %2"_s.arg(peerName(), m_device->errorString())});
            break;
        }
        if (before == m_outgoing.size())
            break;
        space -= before - m_outgoing.size();
    }
    // Otherwise the first byte would leave one turn of the event loop later.
    if (!m_ended)
        flushDevice();
    m_feeding = false;
    if (m_ended)
        return;

    if (bytesToWrite() == 0) {
        m_copy.close();
        if (m_announceWritten) {
            m_announceWritten = false;
            announce(AllWritten);
        }
        if (m_closing)
            finishClosing();
        return;
    }
    listenForWrites();
    if (!m_outgoing.isEmpty() && deviceBytesToWrite() == 0 && !m_feedScheduled) {
        // Everything went out at once, so no signal will call for more.
        m_feedScheduled = true;
        QMetaObject::invokeMethod(
            this,
            [this] {
                m_feedScheduled = false;
                feed();
            },
            Qt::QueuedConnection);
    }
}

void StreamTransport::deviceWrote()
{
    if (m_feeding)
        return;
    fromDevice([this] { feed(); });
}

void StreamTransport::close()
{
    if (m_ended || m_closing)
        return;
    m_closing = true;
    const CallGuard guard(this);
    if (!m_device || !mayWrite()) {
        // Still on the way, or in the middle of a TLS handshake: there is no session to end in
        // order.
        if (m_device)
            abortDevice(m_device);
        end({});
        return;
    }
    if (bytesToWrite() == 0)
        finishClosing();
}

void StreamTransport::finishClosing()
{
    const CallGuard guard(this);
    closeDevice();
}

void StreamTransport::abort()
{
    const CallGuard guard(this);
    m_ended = true;
    m_pendingEvents = 0;
    m_outgoing.clear();
    m_copy.close();
    m_reader.reset();
    m_leftOver.clear();
    m_leftOverOffset = 0;
    if (!m_device)
        return;
    silenceDevice();
    abortDevice(m_device);
}

void StreamTransport::deviceOpened()
{
    if (m_ended || m_open)
        return;
    m_open = true;
    if (m_buffering == Buffering::Direct) {
        m_reader = SocketReader::create(plainDescriptor(), this);
        if (m_reader)
            m_reader->setParent(this);
        else
            listenToDevice();
    }
    feed();
    announce(Opened);
}

void StreamTransport::end(const TransportError &error)
{
    if (m_ended)
        return;
    if (m_device) {
        silenceDevice();
        // What has arrived may explain the end, and Qt drops it when a write fails.
        if (!m_closing && m_device->isReadable()) {
            const CallGuard guard(this);
            m_leftOver = m_buffering == Buffering::Buffered ? m_device->readAll()
                                                            : m_device->read(ReadBufferSize);
        }
        m_leftOver
            += m_reader ? m_reader->takeInput(ReadBufferSize) : m_copy.takeInput(ReadBufferSize);
        m_copy.close();
        m_reader.reset();
    }
    m_ended = true;
    m_outgoing.clear();
    m_error = m_closing ? TransportError() : error;
    m_pendingEvents &= ~static_cast<unsigned>(AllWritten | Secured);
    announce(Closed);
}

void StreamTransport::announce(Event event)
{
    if (m_calls > 0 || m_pendingEvents != 0)
        announceLater(event);
    else
        emitEvent(event);
}

void StreamTransport::announceLater(Event event)
{
    m_pendingEvents |= event;
    schedule();
}

void StreamTransport::schedule()
{
    if (m_deliveryScheduled)
        return;
    m_deliveryScheduled = true;
    QMetaObject::invokeMethod(
        this, [this] { deliver(); }, Qt::QueuedConnection);
}

void StreamTransport::deliver()
{
    m_deliveryScheduled = false;
    const QPointer<StreamTransport> alive(this);
    for (const Event event : {Opened, Secured, ReadyRead, AllWritten, Closed}) {
        if (!(m_pendingEvents & event))
            continue;
        m_pendingEvents &= ~static_cast<unsigned>(event);
        emitEvent(event);
        if (!alive)
            return;
    }
}

void StreamTransport::emitEvent(Event event)
{
    if (!listener())
        return;
    switch (event) {
    case Opened:
        listener()->transportOpened();
        break;
    case Secured:
        listener()->transportSecured();
        break;
    case ReadyRead:
        listener()->transportReadable();
        break;
    case AllWritten:
        listener()->transportWritten();
        break;
    case Closed:
        listener()->transportClosed(TransportError(m_error));
        break;
    }
}

} // namespace AsyncMySql::Transport
