// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "serverscripts.h"

#include <QtCore/qeventloop.h>
#include <QtCore/qprocess.h>
#include <QtCore/qtimer.h>

#include <chrono>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

bool Servers::canMountFolders()
{
    return QProcess::execute(u"unshare"_s, {u"-rm"_s, u"true"_s}) == 0;
}

bool Servers::runScript(const QString &name, const QStringList &arguments, const QString &logFile,
                        const QString &pamFolder)
{
    QStringList command{QStringLiteral(ASYNCMYSQL_SERVER_SCRIPTS "/") + name};
    if (!pamFolder.isEmpty()) {
        const QString mount = u"mount --bind \"$0\" /etc/pam.d && exec \"$@\""_s;
        command = QStringList{u"unshare"_s, u"-rm"_s, u"sh"_s, u"-c"_s, mount, pamFolder} + command;
    }
    command += arguments;
    QProcess process;
    // The server goes on behind the script, and must not hold on to a pipe of this test.
    process.setStandardOutputFile(QProcess::nullDevice());
    process.setStandardErrorFile(logFile, QIODevice::Append);
    // Not as QSignalSpy does, which no longer waits when a test has failed.
    QEventLoop loop;
    QObject::connect(&process, &QProcess::finished, &loop, &QEventLoop::quit);
    QObject::connect(&process, &QProcess::errorOccurred, &loop, &QEventLoop::quit);
    QTimer::singleShot(120s, &loop, &QEventLoop::quit);
    process.start(command.takeFirst(), command);
    loop.exec();
    return process.state() == QProcess::NotRunning && process.exitStatus() == QProcess::NormalExit
           && process.exitCode() == 0;
}
