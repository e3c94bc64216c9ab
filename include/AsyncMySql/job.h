// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/error.h>
#include <AsyncMySql/global.h>
#include <AsyncMySql/jobtiming.h>

#include <QtCore/qobject.h>

#include <memory>

namespace AsyncMySql {

class Command;
class JobPrivate;

class ASYNCMYSQL_EXPORT Job : public QObject
{
    Q_OBJECT
    Q_PROPERTY(State state READ state NOTIFY stateChanged)
    Q_PROPERTY(AsyncMySql::Error error READ error NOTIFY finished)
    Q_PROPERTY(bool isFinished READ isFinished NOTIFY finished)
    Q_PROPERTY(AsyncMySql::JobTiming timing READ timing NOTIFY finished)
    Q_PROPERTY(bool autoDelete READ autoDelete WRITE setAutoDelete NOTIFY autoDeleteChanged)

public:
    enum class State {
        Waiting,  ///< queued, nothing was sent
        Running,  ///< sent
        Finished, ///< ended with a result or an error
    };
    Q_ENUM(State)

    ~Job() override;

    State state() const;
    bool isFinished() const { return state() == State::Finished; }
    Error error() const;
    JobTiming timing() const;

    bool autoDelete() const;
    void setAutoDelete(bool autoDelete);

public Q_SLOTS:
    void cancel();

Q_SIGNALS:
    void stateChanged(AsyncMySql::Job::State state, QPrivateSignal);
    void errorOccurred(const AsyncMySql::Error &error, QPrivateSignal);
    void finished(QPrivateSignal);
    void autoDeleteChanged(bool autoDelete, QPrivateSignal);

protected:
    Job(std::shared_ptr<Command> command, QObject *parent);
    Command *command() const;
    bool event(QEvent *event) override;
    void connectNotify(const QMetaMethod &signal) override;

private:
    /// Called just before finished() of a job that succeeded.
    virtual void resultReady();
    /// Called when a part of the answer may have arrived.
    virtual void reportProgress();

    friend class JobDelivery;
    friend class JobPrivate;
    friend class ExecutorPrivate;
    std::unique_ptr<JobPrivate> d;
};

} // namespace AsyncMySql
