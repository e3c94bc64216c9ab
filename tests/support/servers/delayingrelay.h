// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qtimer.h>
#include <QtNetwork/qhostaddress.h>
#include <QtNetwork/qtcpserver.h>
#include <QtNetwork/qtcpsocket.h>

#include <chrono>

namespace Servers {

/// Listens on loopback, and forwards to a server and back what it is sent, each byte so much later.
class DelayingRelay
{
public:
    DelayingRelay(const QString &host, quint16 port, std::chrono::milliseconds delay)
        : m_delay(delay)
    {
        QObject::connect(&m_server, &QTcpServer::newConnection, &m_server, [this, host, port] {
            while (QTcpSocket *client = m_server.nextPendingConnection()) {
                auto *server = new QTcpSocket(client);
                forward(client, server);
                forward(server, client);
                server->connectToHost(host, port);
            }
        });
        if (!m_server.listen(QHostAddress::LocalHost))
            qFatal("No port for a relay");
    }
    Q_DISABLE_COPY_MOVE(DelayingRelay)

    quint16 port() const { return m_server.serverPort(); }

private:
    void forward(QTcpSocket *from, QTcpSocket *to) const
    {
        from->setSocketOption(QAbstractSocket::LowDelayOption, 1);
        QObject::connect(from, &QTcpSocket::readyRead, to, [delay = m_delay, from, to] {
            QTimer::singleShot(delay, Qt::PreciseTimer, to,
                               [to, bytes = from->readAll()] { to->write(bytes); });
        });
        QObject::connect(from, &QTcpSocket::disconnected, to, &QTcpSocket::disconnectFromHost);
    }

    std::chrono::milliseconds m_delay;
    QTcpServer m_server;
};

} // namespace Servers
