// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/connectionoptions.h>

#include <QtCore/qbytearray.h>
#include <QtCore/qdeadlinetimer.h>
#include <QtCore/qglobal.h>
#include <QtCore/qstring.h>
#include <QtNetwork/qsslconfiguration.h>

#include <chrono>
#include <optional>

namespace AsyncMySql {

/// The TLS session tickets of all connections of the process: with one, the next session with the
/// same server needs no certificates and less time. May be used from any thread.
///
/// A session that is resumed inherits what was verified when its ticket was given. So a ticket
/// serves the same host, port, TLS mode and configuration only. It and those of the sessions that
/// are resumed with it serve no longer than an hour: in that time a certificate can expire.
class SessionTickets
{
public:
    /// What has to be the same.
    struct Key
    {
        QString host;
        quint16 port = 0;
        ConnectionOptions::TlsMode mode = ConnectionOptions::TlsMode::Disabled;
        QSslConfiguration configuration;

        friend bool operator==(const Key &a, const Key &b)
        {
            return a.port == b.port && a.mode == b.mode && a.host == b.host
                   && a.configuration == b.configuration;
        }
    };

    struct Ticket
    {
        QByteArray bytes;
        /// When the certificate has to be verified anew.
        QDeadlineTimer end{std::chrono::hours(1)};
    };

    /// Nothing where there is no TLS.
    static std::optional<Key> keyOf(const ConnectionOptions &options);

    /// Empty if there is none; its end is that of a ticket which is given now.
    static Ticket find(const Key &key);
    /// In place of an earlier one. The oldest goes when there are too many.
    static void store(const Key &key, const Ticket &ticket);
    /// Something has failed that may be due to it.
    static void forget(const Key &key);
};

} // namespace AsyncMySql
