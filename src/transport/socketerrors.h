// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "transport.h"

#include <QtNetwork/qabstractsocket.h>
#include <QtNetwork/qlocalsocket.h>

namespace AsyncMySql::Transport {

/// How far a socket had come when it failed: the same fault means something else before and after.
enum class SocketStage { Connecting, Connected, Securing };

TransportError tcpError(QAbstractSocket::SocketError error, SocketStage stage, const QString &text,
                        const QString &peer);
TransportError localError(QLocalSocket::LocalSocketError error, SocketStage stage,
                          const QString &text, const QString &peer);

} // namespace AsyncMySql::Transport
