// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "transport.h"

#include <QtNetwork/qhostaddress.h>
#include <QtNetwork/qsslconfiguration.h>

#include <functional>
#include <memory>
#include <optional>

QT_BEGIN_NAMESPACE
class QIODevice;
QT_END_NAMESPACE

namespace AsyncMySql::Transport {

/// How the peer's certificate is checked when TLS is started.
enum class Verification {
    None,     ///< encrypt only
    Chain,    ///< the chain leads to a trusted CA
    Identity, ///< the chain, and the certificate names the host
};

/// Where to, and how. Plain data, made from ConnectionOptions by the connection layer.
struct TransportSettings
{
    QString host;
    quint16 port = 3306;
    /// Not empty: a Unix socket or named pipe instead of host and port.
    QString localSocketName;
    /// Set: a device of the caller's instead of both.
    std::function<QIODevice *(QObject *parent)> deviceFactory;
    /// Not null: connect to this address, while the certificate is still checked against host. For
    /// a side connection that has to reach the very same server.
    QHostAddress address;

    /// Whether TLS may be started later: without it a plain socket does.
    bool tlsPossible = true;
    Verification verification = Verification::None;
    /// Empty for the default one. Even the default constructor of QSslConfiguration loads Qt's TLS
    /// plugin, which a session without TLS does not need.
    std::optional<QSslConfiguration> sslConfiguration;
    /// MariaDB's zero-configuration TLS: in the verifying modes accept a certificate whose only
    /// fault is that its issuer is not trusted, with isVerified() false.
    bool deferUnknownCertificate = false;
    QByteArray sessionTicket;
};

/// With a \a parent, it goes with that to another thread.
std::unique_ptr<Transport> createTransport(const TransportSettings &settings,
                                           QObject *parent = nullptr);

} // namespace AsyncMySql::Transport
