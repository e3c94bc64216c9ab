// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "socketerrors.h"
#include "streamtransport.h"

namespace AsyncMySql::Transport {

/// A Unix socket, named by its path, or on Windows a named pipe. It knows no TLS: the operating
/// system guarantees the identity of the peer.
class LocalTransport final : public StreamTransport
{
    Q_OBJECT

public:
    explicit LocalTransport(const QString &socketName, QObject *parent = nullptr);

    void open() override;
    bool isLocal() const override { return true; }
    bool lookForInput() override;
    QString peerName() const override { return m_socketName; }

protected:
    void flushDevice() override;
    qintptr plainDescriptor() const override { return m_socket->socketDescriptor(); }
    void closeDevice() override;

private:
    void onError(QLocalSocket::LocalSocketError error);
    void onStateChanged(QLocalSocket::LocalSocketState state);

    const QString m_socketName;
    QLocalSocket *const m_socket;
};

} // namespace AsyncMySql::Transport
