// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "ownserver.h"

#include "serverscripts.h"

#include <QtCore/qfileinfo.h>

using namespace Qt::StringLiterals;

Servers::OwnServer::OwnServer(const QString &server, const QString &name)
    : m_server(server)
    , m_name(name)
{
}

Servers::OwnServer::~OwnServer()
{
    script(u"stop"_s, {u"--remove"_s, folder()});
}

bool Servers::OwnServer::start(const QStringList &options, const QString &pamFolder)
{
    return script(u"start"_s, QStringList{m_server, folder()} + options, pamFolder);
}

bool Servers::OwnServer::stop()
{
    return script(u"stop"_s, {folder()});
}

Servers::Server Servers::OwnServer::server() const
{
    return read(folder() + "/server.ini"_L1);
}

/// Beside the servers of tests/run, which also ends what a killed test leaves behind.
QString Servers::OwnServer::folder() const
{
    return QFileInfo(all().constFirst().folder).path() + u'/' + m_name;
}

bool Servers::OwnServer::script(const QString &name, const QStringList &arguments,
                                const QString &pamFolder)
{
    return runScript(name, arguments, m_folder.filePath(u"scripts.log"_s), pamFolder);
}
