// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "servers.h"

#include <QtCore/qtemporarydir.h>

namespace Servers {

/// A server of one test's own, which that may stop, fill and reconfigure. It is gone with its data
/// after the test.
class OwnServer
{
public:
    /// \a server is for instance "mariadb-11.8"; no other test has a server of the same \a name.
    OwnServer(const QString &server, const QString &name);
    ~OwnServer();
    Q_DISABLE_COPY_MOVE(OwnServer)

    /// Start and stop it while the event loop runs. False if that fails.
    /// With \a pamFolder, that is what the server takes for /etc/pam.d.
    bool start(const QStringList &options = {}, const QString &pamFolder = {});
    bool stop();
    /// While it runs.
    Server server() const;

private:
    bool script(const QString &name, const QStringList &arguments, const QString &pamFolder = {});
    QString folder() const;

    QString m_server;
    QString m_name;
    QTemporaryDir m_folder;
};

} // namespace Servers
