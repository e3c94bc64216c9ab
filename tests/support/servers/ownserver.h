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
    bool start(const QStringList &options = {});
    bool stop();
    /// While it runs.
    Server server() const;

private:
    bool script(const QString &name, const QStringList &arguments);
    QString folder() const;

    QString m_server;
    QString m_name;
    QTemporaryDir m_folder;
};

} // namespace Servers
