// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/QDateTime>
#include <QtCore/QObject>
#include <QtCore/QStringList>
#include <QtCore/QTimer>
#include <QtQml/qqmlregistration.h>

#include <functional>

/*!
    The server that examples/run has started for this demonstration, or a node of a cluster: it can
    be stopped and started.

    The commands for it are in the environment variables ASYNCMYSQL_STOP_SERVER and
    ASYNCMYSQL_START_SERVER; without them available is false. With a cluster, ASYNCMYSQL_NODES lists
    the ports of its nodes, separated by commas, and %1 in the commands stands for the number of the
    node.
*/
class PrivateServer : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(bool available READ isAvailable CONSTANT)
    /// How many nodes the cluster has; 0 if there is none.
    Q_PROPERTY(int nodes READ nodes CONSTANT)
    /// The number of the node, counted from 1; 0 for the only server.
    Q_PROPERTY(int node READ node WRITE setNode NOTIFY nodeChanged)
    /// Of the node.
    Q_PROPERTY(int port READ port NOTIFY nodeChanged)
    Q_PROPERTY(State state READ state NOTIFY stateChanged)
    /// When the server is started again; invalid unless it is stopped.
    Q_PROPERTY(QDateTime restart READ restart NOTIFY stateChanged)
    Q_PROPERTY(QString error READ error NOTIFY stateChanged)

public:
    enum class State { Running, Stopping, Stopped, Starting };
    Q_ENUM(State)

    explicit PrivateServer(QObject *parent = nullptr);

    bool isAvailable() const;
    int nodes() const { return static_cast<int>(m_ports.size()); }
    int node() const { return m_node; }
    void setNode(int node);
    int port() const { return m_ports.value(m_node - 1).toInt(); }
    State state() const { return m_state; }
    QDateTime restart() const { return m_restart; }
    QString error() const { return m_error; }

    /// Stops the server and restarts it \a pause milliseconds after it has stopped.
    Q_INVOKABLE void pullThePlug(int pause);
    /// Starts the server earlier.
    Q_INVOKABLE void plugIn();

Q_SIGNALS:
    void nodeChanged();
    void stateChanged();

private:
    void enter(State state);
    void run(const QString &command, const std::function<void(bool isDone)> &then);

    QString m_stopCommand;
    QString m_startCommand;
    QStringList m_ports;
    int m_node = 0;
    QTimer m_pause;
    State m_state = State::Running;
    QDateTime m_restart;
    QString m_error;
};
