// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qobject.h>
#include <QtCore/qrandom.h>
#include <QtNetwork/qhostaddress.h>

#include <chrono>

QT_BEGIN_NAMESPACE
class QTcpServer;
QT_END_NAMESPACE

namespace Fake {

class CuttingRelay;

/// Relays TCP connections to a real server, and harms them on the way.
class CuttingProxy : public QObject
{
    Q_OBJECT

public:
    explicit CuttingProxy(const QHostAddress &target, quint16 targetPort, quint32 seed = 1,
                          QObject *parent = nullptr);
    ~CuttingProxy() override;

    quint16 port() const { return m_port; }

    /// For every connection made from now on.
    void setTargetPort(quint16 port) { m_targetPort = port; }
    void stopListening();
    void listenAgain();

    /// Every connection made from now on is cut after a random time between the two; zero: never.
    void cutRandomly(std::chrono::milliseconds minimum, std::chrono::milliseconds maximum);
    /// Every connection made from now on is cut after a random number of bytes between the two, of
    /// one direction or the other; zero: never. However slow the machine is, as much gets done.
    void cutAfterRandomBytes(int minimum, int maximum);
    /// Every connection made from now on falls silent after a random time between the two: it stays
    /// open, but passes on nothing to the client any more, and every second one nothing to the
    /// server either. Zero: never.
    void fallSilentRandomly(std::chrono::milliseconds minimum, std::chrono::milliseconds maximum);
    /// Every connection made from now on is cut after so many bytes of one direction; negative:
    /// never.
    void cutAfterToClient(qint64 bytes) { m_toClient = bytes; }
    void cutAfterToServer(qint64 bytes) { m_toServer = bytes; }
    /// How long bytes lie here before they are passed on, in both directions.
    void setDelay(std::chrono::milliseconds delay) { m_delay = delay; }

    void cutAll();
    /// All connections fall silent now, in both directions.
    void fallSilent();

    int acceptedConnections() const { return m_accepted; }
    int openConnections() const;
    /// Connections that this proxy has cut, and not one of the two sides.
    int cuts() const { return m_cuts; }
    /// Connections that fell silent while they were open.
    int silences() const { return m_silences; }

Q_SIGNALS:
    void cut();

private:
    friend class CuttingRelay;

    struct Span
    {
        std::chrono::milliseconds minimum{0};
        std::chrono::milliseconds maximum{0};
    };

    void listen();
    void accept();
    std::chrono::milliseconds randomTime(const Span &span);

    QTcpServer *m_listener = nullptr;
    QHostAddress m_target;
    quint16 m_targetPort;
    quint16 m_port = 0;
    QRandomGenerator m_random;
    Span m_untilCut;
    Span m_untilSilence;
    std::chrono::milliseconds m_delay{0};
    int m_minimumBytes = 0;
    int m_maximumBytes = 0;
    qint64 m_toClient = -1;
    qint64 m_toServer = -1;
    int m_accepted = 0;
    int m_cuts = 0;
    int m_silences = 0;
};

} // namespace Fake
