// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/host.h>

#include <QtCore/qlist.h>
#include <QtCore/qstring.h>

namespace AsyncMySql {

class ConnectionOptions;

/// The limits of Host::weight.
inline constexpr int LargestWeight = 1000;

// Hosts as text: "db1,db2:3307;role=replica;weight=2,[fe80::1]". What parses returns a description
// of the error, or an empty string.

[[nodiscard]] QString parseHost(QStringView text, Host *host);
[[nodiscard]] QString parseHosts(QStringView text, QList<Host> *hosts);
/// If the URL in \a text lists several hosts, or says more of one, takes them out: returns the URL
/// with the first one alone. Sets \a problem to a description of the error, if there is one.
QString takeHosts(const QString &text, QList<Host> *hosts, QString *problem);
QString formatHost(const Host &host);
QString formatHosts(const QList<Host> &hosts);
/// "db1:3306", for messages.
QString formatAddress(const QString &name, quint16 port);
/// "db1:3306, db2:3307", for messages.
QString formatAddresses(const QList<Host> &hosts);
/// What the options connect to, for messages.
QString peerText(const ConnectionOptions &options);

} // namespace AsyncMySql
