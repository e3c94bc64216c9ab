// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "socketerrors.h"
#include "streamtransport.h"
#include "transportfactory.h"

#include <QtNetwork/qsslerror.h>

QT_BEGIN_NAMESPACE
class QSslSocket;
class QTcpSocket;
QT_END_NAMESPACE

namespace AsyncMySql::Transport {

/// TCP, and TLS on it once startTls() is called. Where TLS is out of the question a QTcpSocket
/// does.
class TcpTransport final : public StreamTransport
{
    Q_OBJECT

public:
    explicit TcpTransport(const TransportSettings &settings, QObject *parent = nullptr);

    void open() override;
    void startTls() override;
    bool canStartTls() const override;
    bool isLocal() const override { return false; }
    bool isEncrypted() const override;
    bool isVerified() const override;
    QByteArray certificateDigest() const override;
    QByteArray sessionTicket() const override;
    bool lookForInput() override;
    QHostAddress peerAddress() const override { return m_peerAddress; }
    quint16 localPort() const override;
    QString peerName() const override;

protected:
    bool mayWrite() const override;
    qint64 deviceBytesToWrite() const override;
    void flushDevice() override;
    qintptr plainDescriptor() const override;
    void readFailed(const QString &reason) override;
    void closeDevice() override;

private:
    enum class Tls { Off, Handshake, On };

    void connectTls();
    void configureTls();
    void onConnected();
    void onSslErrors(const QList<QSslError> &errors);
    void onEncrypted();
    void onError(QAbstractSocket::SocketError error);
    void onDisconnected();
    SocketStage stage() const;
    QByteArray makeTicketBinding() const;

    const TransportSettings m_settings;
    QTcpSocket *const m_socket;
    /// The same object as m_socket, or null.
    QSslSocket *const m_sslSocket;
    /// Whether it reads and writes without Qt's buffers.
    const bool m_direct;
    QHostAddress m_peerAddress;
    /// What a ticket stands for. Made when TLS is started.
    QByteArray m_ticketBinding;
    QString m_rejection;
    Tls m_tls = Tls::Off;
    bool m_unverified = false;
    bool m_ticketArrived = false;
};

} // namespace AsyncMySql::Transport
