// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "streamtransport.h"

#include <QtNetwork/qabstractsocket.h>
#include <QtNetwork/qlocalsocket.h>

#include <functional>

namespace AsyncMySql::Transport {

/// A device of the caller's, for example a socket through an SSH tunnel. It is created in open(),
/// belongs to the transport from then on, and is either open already or a socket on its way.
///
/// TLS cannot be started on it: Qt starts it on sockets of its own only. Where it is required, the
/// caller's device has to bring it along.
class DeviceTransport final : public StreamTransport
{
    Q_OBJECT

public:
    using Factory = std::function<QIODevice *(QObject *parent)>;

    explicit DeviceTransport(const Factory &factory, QObject *parent = nullptr);

    void open() override;
    /// It may lead anywhere.
    bool isLocal() const override { return false; }
    QString peerName() const override;

protected:
    void flushDevice() override;
    void closeDevice() override;

private:
    void watch(QAbstractSocket *socket);
    void watch(QLocalSocket *socket);
    void watchPlain(QIODevice *plain);
    void onEnd();

    const Factory m_factory;
};

} // namespace AsyncMySql::Transport
