// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qobject.h>
#include <QtNetwork/qtcpsocket.h>

namespace Fake {

class CuttingProxy;

/// One connection through the proxy; deletes itself when both sides are closed.
class CuttingRelay : public QObject
{
    Q_OBJECT

public:
    CuttingRelay(CuttingProxy *proxy, QTcpSocket *client);
    ~CuttingRelay() override;

    /// Drops both sides at once, as a broken network does.
    void cut();
    /// Passes on nothing to the client any more, and with \a toServer nothing to the server either.
    /// Both sides stay open until the client closes its own.
    void fallSilent(bool toServer);

private:
    /// \a budget: how many bytes may still pass; negative: any number.
    void relay(QTcpSocket *from, QTcpSocket *to, qint64 *budget);
    void pass(QTcpSocket *to, const QByteArray &bytes, bool last);
    void closeOther(QTcpSocket *other);

    CuttingProxy *m_proxy;
    QTcpSocket *m_client;
    QTcpSocket m_server;
    qint64 m_toClient;
    qint64 m_toServer;
    bool m_silentToClient = false;
    bool m_silentToServer = false;
    bool m_ended = false;
};

} // namespace Fake
