// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "privateserver.h"

#include <QtCore/QProcess>

PrivateServer::PrivateServer(QObject *parent)
    : QObject(parent)
    , m_stopCommand(qEnvironmentVariable("ASYNCMYSQL_STOP_SERVER"))
    , m_startCommand(qEnvironmentVariable("ASYNCMYSQL_START_SERVER"))
    , m_ports(qEnvironmentVariable("ASYNCMYSQL_NODES").split(',', Qt::SkipEmptyParts))
{
    m_pause.setSingleShot(true);
    connect(&m_pause, &QTimer::timeout, this, &PrivateServer::plugIn);
}

bool PrivateServer::isAvailable() const
{
    return !m_stopCommand.isEmpty() && !m_startCommand.isEmpty();
}

void PrivateServer::setNode(int node)
{
    m_node = node;
    Q_EMIT nodeChanged();
}

void PrivateServer::pullThePlug(int pause)
{
    if (!isAvailable() || m_state != State::Running)
        return;
    m_error.clear();
    enter(State::Stopping);
    run(m_stopCommand, [this, pause](bool isDone) {
        if (!isDone) {
            enter(State::Running);
            return;
        }
        m_pause.start(pause);
        m_restart = QDateTime::currentDateTimeUtc().addMSecs(pause);
        enter(State::Stopped);
    });
}

void PrivateServer::plugIn()
{
    if (m_state != State::Stopped)
        return;
    m_pause.stop();
    m_restart = {};
    m_error.clear();
    enter(State::Starting);
    run(m_startCommand, [this](bool isDone) { enter(isDone ? State::Running : State::Stopped); });
}

void PrivateServer::enter(State state)
{
    m_state = state;
    Q_EMIT stateChanged();
}

/*!
    Runs \a command in the background.
*/
void PrivateServer::run(const QString &command, const std::function<void(bool)> &then)
{
    auto *process = new QProcess(this);
    process->setProcessChannelMode(QProcess::MergedChannels);
    const auto end = [this, process, then](const QString &error) {
        process->disconnect(this);
        process->deleteLater();
        m_error = error;
        then(error.isEmpty());
    };
    connect(process, &QProcess::errorOccurred, this,
            [process, end] { end(process->errorString()); });
    connect(process, &QProcess::finished, this, [process, end](int exitCode) {
        end(exitCode == 0 ? QString() : QString::fromLocal8Bit(process->readAll()).trimmed());
    });
    process->startCommand(m_node > 0 ? command.arg(m_node) : command);
}
