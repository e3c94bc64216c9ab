// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "cuttingrelay.h"

#include "cuttingproxy.h"

#include <QtCore/qtimer.h>

#include <utility>

namespace Fake {

CuttingRelay::CuttingRelay(CuttingProxy *proxy, QTcpSocket *client)
    : QObject(proxy)
    , m_proxy(proxy)
    , m_client(client)
    , m_toClient(proxy->m_toClient)
    , m_toServer(proxy->m_toServer)
{
    m_client->setParent(this);
    m_client->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    connect(&m_server, &QTcpSocket::connected, this, [this] {
        m_server.setSocketOption(QAbstractSocket::LowDelayOption, 1);
        relay(m_client, &m_server, &m_toServer);
    });
    connect(&m_server, &QTcpSocket::readyRead, this,
            [this] { relay(&m_server, m_client, &m_toClient); });
    connect(m_client, &QTcpSocket::readyRead, this,
            [this] { relay(m_client, &m_server, &m_toServer); });
    connect(m_client, &QTcpSocket::disconnected, this, [this] { closeOther(&m_server); });
    connect(&m_server, &QTcpSocket::disconnected, this, [this] { closeOther(m_client); });
    connect(&m_server, &QTcpSocket::errorOccurred, this, [this] { closeOther(m_client); });
    m_server.connectToHost(proxy->m_target, proxy->m_targetPort);
}

CuttingRelay::~CuttingRelay()
{
    // They emit their end while they are destroyed, when there is no relay any more.
    m_server.disconnect(this);
    m_client->disconnect(this);
}

void CuttingRelay::relay(QTcpSocket *from, QTcpSocket *to, qint64 *budget)
{
    if (m_ended || to->state() != QAbstractSocket::ConnectedState)
        return;
    QByteArray bytes = from->readAll();
    if (*budget >= 0) {
        bytes.truncate(*budget);
        *budget -= bytes.size();
    }
    const bool last = *budget == 0;
    // Timers of the same interval fire in the order in which they were started.
    if (m_proxy->m_delay.count() > 0)
        QTimer::singleShot(m_proxy->m_delay, this, [=, this] { pass(to, bytes, last); });
    else
        pass(to, bytes, last);
}

void CuttingRelay::pass(QTcpSocket *to, const QByteArray &bytes, bool last)
{
    if (m_ended || (to == m_client ? m_silentToClient : m_silentToServer))
        return;
    to->write(bytes);
    if (!last)
        return;
    to->flush();
    cut();
}

void CuttingRelay::cut()
{
    if (m_ended)
        return;
    m_ended = true;
    ++m_proxy->m_cuts;
    m_client->abort();
    m_server.abort();
    deleteLater();
    Q_EMIT m_proxy->cut();
}

void CuttingRelay::fallSilent(bool toServer)
{
    if (m_ended)
        return;
    if (!std::exchange(m_silentToClient, true))
        ++m_proxy->m_silences;
    m_silentToServer = m_silentToServer || toServer;
}

// One side has closed by itself: the other is closed after everything was passed on.
void CuttingRelay::closeOther(QTcpSocket *other)
{
    if (m_ended)
        return;
    const auto close = [this, other] {
        if (m_ended || (other == m_client && m_silentToClient))
            return;
        m_ended = true;
        connect(other, &QTcpSocket::disconnected, this, &QObject::deleteLater);
        if (other->state() == QAbstractSocket::ConnectedState) {
            other->disconnectFromHost();
        } else {
            other->abort();
            deleteLater();
        }
    };
    if (m_proxy->m_delay.count() > 0)
        QTimer::singleShot(m_proxy->m_delay, this, close);
    else
        close();
}

} // namespace Fake
