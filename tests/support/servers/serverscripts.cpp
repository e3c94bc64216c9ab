// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "serverscripts.h"

#include <QtCore/qprocess.h>
#include <QtTest/qsignalspy.h>

bool Servers::runScript(const QString &name, const QStringList &arguments, const QString &logFile)
{
    QProcess process;
    // The server goes on behind the script, and must not hold on to a pipe of this test.
    process.setStandardOutputFile(QProcess::nullDevice());
    process.setStandardErrorFile(logFile, QIODevice::Append);
    QSignalSpy finished(&process, &QProcess::finished);
    process.start(QStringLiteral(ASYNCMYSQL_SERVER_SCRIPTS "/") + name, arguments);
    return finished.wait(120'000) && process.exitStatus() == QProcess::NormalExit
           && process.exitCode() == 0;
}
