// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "cuttingproxy.h"

#include "cuttingrelay.h"

#include <QtCore/qtimer.h>
#include <QtNetwork/qtcpserver.h>

namespace Fake {

CuttingProxy::CuttingProxy(const QHostAddress &target, quint16 targetPort, quint32 seed,
                           QObject *parent)
    : QObject(parent)
    , m_target(target)
    , m_targetPort(targetPort)
    , m_random(seed)
{
    listen();
}

CuttingProxy::~CuttingProxy() = default;

void CuttingProxy::listen()
{
    m_listener = new QTcpServer(this);
    connect(m_listener, &QTcpServer::newConnection, this, &CuttingProxy::accept);
    if (!m_listener->listen(QHostAddress::LocalHost, m_port))
        qFatal("The cutting proxy cannot listen: %s", qPrintable(m_listener->errorString()));
    m_port = m_listener->serverPort();
}

void CuttingProxy::stopListening()
{
    delete m_listener;
    m_listener = nullptr;
}

void CuttingProxy::listenAgain()
{
    stopListening();
    listen();
}

void CuttingProxy::accept()
{
    while (QTcpSocket *client = m_listener->nextPendingConnection()) {
        ++m_accepted;
        if (m_maximumBytes > 0) {
            const bool isToClient = m_random.bounded(2) == 0;
            const int bytes = m_random.bounded(m_minimumBytes, m_maximumBytes + 1);
            m_toClient = isToClient ? bytes : -1;
            m_toServer = isToClient ? -1 : bytes;
        }
        auto *relay = new CuttingRelay(this, client);
        if (m_untilCut.maximum.count() > 0)
            QTimer::singleShot(randomTime(m_untilCut), relay, &CuttingRelay::cut);
        if (m_untilSilence.maximum.count() > 0) {
            const bool toServer = m_random.bounded(2) == 0;
            QTimer::singleShot(randomTime(m_untilSilence), relay,
                               [relay, toServer] { relay->fallSilent(toServer); });
        }
    }
}

std::chrono::milliseconds CuttingProxy::randomTime(const Span &span)
{
    const auto range = quint32((span.maximum - span.minimum).count());
    return span.minimum + std::chrono::milliseconds(m_random.bounded(range + 1));
}

void CuttingProxy::cutRandomly(std::chrono::milliseconds minimum, std::chrono::milliseconds maximum)
{
    m_untilCut = {minimum, maximum};
}

void CuttingProxy::fallSilentRandomly(std::chrono::milliseconds minimum,
                                      std::chrono::milliseconds maximum)
{
    m_untilSilence = {minimum, maximum};
}

void CuttingProxy::cutAfterRandomBytes(int minimum, int maximum)
{
    m_minimumBytes = minimum;
    m_maximumBytes = maximum;
    m_toClient = -1;
    m_toServer = -1;
}

void CuttingProxy::cutAll()
{
    const QList<CuttingRelay *> relays = findChildren<CuttingRelay *>();
    for (CuttingRelay *relay : relays)
        relay->cut();
}

void CuttingProxy::fallSilent()
{
    const QList<CuttingRelay *> relays = findChildren<CuttingRelay *>();
    for (CuttingRelay *relay : relays)
        relay->fallSilent(true);
}

int CuttingProxy::openConnections() const
{
    return int(findChildren<CuttingRelay *>().size());
}

} // namespace Fake
