// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "devicetransport.h"

#include "socketerrors.h"

#include <QtCore/qiodevice.h>

namespace AsyncMySql::Transport {

using namespace Qt::StringLiterals;

DeviceTransport::DeviceTransport(const Factory &factory, QObject *parent)
    : StreamTransport(parent)
    , m_factory(factory)
{
}

/*!
    Creates the device. It fails with Other where the factory returns none, or one that is neither
    open for reading and writing nor a socket on its way.
*/
void DeviceTransport::open()
{
    const CallGuard guard(this);
    QIODevice *created = m_factory ? m_factory(this) : nullptr;
    if (!created) {
        end({TransportError::Kind::Other, u"The device factory returned no device"_s});
        return;
    }
    setDevice(created);
    connect(created, &QObject::destroyed, this, [this] {
        forgetDevice();
        end({TransportError::Kind::Closed, u"The device was destroyed"_s});
    });
    if (auto *socket = qobject_cast<QAbstractSocket *>(created))
        watch(socket);
    else if (auto *localSocket = qobject_cast<QLocalSocket *>(created))
        watch(localSocket);
    else
        watchPlain(created);
    if (isOpen() && created->bytesAvailable() > 0)
        announceLater(ReadyRead);
}

void DeviceTransport::watch(QAbstractSocket *socket)
{
    if (socket->readBufferSize() == 0)
        socket->setReadBufferSize(ReadBufferSize);
    connect(socket, &QAbstractSocket::connected, this,
            [this] { fromDevice([this] { deviceOpened(); }); });
    connect(socket, &QAbstractSocket::errorOccurred, this,
            [this, socket](QAbstractSocket::SocketError error) {
                fromDevice([this, socket, error] {
                    end(tcpError(error, isOpen() ? SocketStage::Connected : SocketStage::Connecting,
                                 socket->errorString(), peerName()));
                });
            });
    connect(socket, &QAbstractSocket::disconnected, this,
            [this] { fromDevice([this] { onEnd(); }); });
    if (socket->state() == QAbstractSocket::ConnectedState)
        deviceOpened();
    else if (socket->state() == QAbstractSocket::UnconnectedState)
        end({TransportError::Kind::Other,
             u"Cannot connect to %1: the socket is not connected"_s.arg(peerName())});
}

void DeviceTransport::watch(QLocalSocket *socket)
{
    if (socket->readBufferSize() == 0)
        socket->setReadBufferSize(ReadBufferSize);
    connect(socket, &QLocalSocket::connected, this,
            [this] { fromDevice([this] { deviceOpened(); }); });
    connect(socket, &QLocalSocket::errorOccurred, this,
            [this, socket](QLocalSocket::LocalSocketError error) {
                fromDevice([this, socket, error] {
                    end(localError(error,
                                   isOpen() ? SocketStage::Connected : SocketStage::Connecting,
                                   socket->errorString(), peerName()));
                });
            });
    connect(socket, &QLocalSocket::disconnected, this, [this] { fromDevice([this] { onEnd(); }); });
    if (socket->state() == QLocalSocket::ConnectedState)
        deviceOpened();
    else if (socket->state() == QLocalSocket::UnconnectedState)
        end({TransportError::Kind::Other,
             u"Cannot connect to %1: the socket is not connected"_s.arg(peerName())});
}

void DeviceTransport::watchPlain(QIODevice *plain)
{
    for (const auto signal : {&QIODevice::readChannelFinished, &QIODevice::aboutToClose}) {
        connect(plain, signal, this, [this] { fromDevice([this] { onEnd(); }); });
    }
    if (plain->isOpen() && (plain->openMode() & QIODevice::ReadWrite) == QIODevice::ReadWrite)
        deviceOpened();
    else
        end({TransportError::Kind::Other,
             u"Cannot connect to %1: the device is not open for reading and writing"_s.arg(
                 peerName())});
}

void DeviceTransport::onEnd()
{
    end({TransportError::Kind::Closed, u"The connection to %1 is closed"_s.arg(peerName())});
}

QString DeviceTransport::peerName() const
{
    if (!device())
        return u"a device"_s;
    const QString name = device()->objectName();
    return name.isEmpty() ? QString::fromLatin1(device()->metaObject()->className()) : name;
}

void DeviceTransport::flushDevice()
{
    if (auto *socket = qobject_cast<QAbstractSocket *>(device()))
        socket->flush();
    else if (auto *localSocket = qobject_cast<QLocalSocket *>(device()))
        localSocket->flush();
}

void DeviceTransport::closeDevice()
{
    if (auto *socket = qobject_cast<QAbstractSocket *>(device()))
        socket->disconnectFromHost();
    else if (auto *localSocket = qobject_cast<QLocalSocket *>(device()))
        localSocket->disconnectFromServer();
    else
        device()->close();
}

} // namespace AsyncMySql::Transport
