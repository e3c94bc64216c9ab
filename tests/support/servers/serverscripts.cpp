// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "serverscripts.h"

#include <QtCore/qeventloop.h>
#include <QtCore/qprocess.h>
#include <QtCore/qtimer.h>

#include <chrono>

using namespace std::chrono_literals;

bool Servers::runScript(const QString &name, const QStringList &arguments, const QString &logFile)
{
    QProcess process;
    // The server goes on behind the script, and must not hold on to a pipe of this test.
    process.setStandardOutputFile(QProcess::nullDevice());
    process.setStandardErrorFile(logFile, QIODevice::Append);
    // Not as QSignalSpy does, which no longer waits when a test has failed.
    QEventLoop loop;
    QObject::connect(&process, &QProcess::finished, &loop, &QEventLoop::quit);
    QObject::connect(&process, &QProcess::errorOccurred, &loop, &QEventLoop::quit);
    QTimer::singleShot(120s, &loop, &QEventLoop::quit);
    process.start(QStringLiteral(ASYNCMYSQL_SERVER_SCRIPTS "/") + name, arguments);
    loop.exec();
    return process.state() == QProcess::NotRunning && process.exitStatus() == QProcess::NormalExit
           && process.exitCode() == 0;
}
