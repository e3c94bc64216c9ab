// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "quicktask.h"

#include <QtCore/qobject.h>
#include <QtCore/qpointer.h>
#include <QtCore/qstring.h>
#include <QtCore/qvariant.h>
#include <QtQml/qjsvalue.h>

namespace AsyncMySql {

class Executor;
class Job;
class QuickBatch;
class QuickJob;
class QuickQuery;
class QuickTransaction;

/// What a connection, a pool, a transaction and a lease have in common in QML: they are executors
/// or represent one, and make the tasks of its jobs. Their invokable functions differ in nothing
/// but the class that moc sees.
class QuickExecutor
{
public:
    Q_DISABLE_COPY_MOVE(QuickExecutor)

    /// Null when it has ended.
    virtual Executor *executor() = 0;
    virtual EndOfConnection endOfConnection() const = 0;
    /// Why there is no executor any more.
    QString reasonOfEnd() const { return m_ended; }

protected:
    /// \a ended is the error that is thrown when there is no executor any more.
    explicit QuickExecutor(const QString &ended = {})
        : m_ended(ended)
    {
    }
    ~QuickExecutor() = default;

    // These throw an error, and return null, if the executor has ended or the arguments make no
    // sense.
    QuickQuery *executeTask(const QString &sql, const QJSValue &parameters);
    QuickBatch *batchTask(const QString &sql, const QJSValue &rows);
    QuickTransaction *transactionTask(const QVariantMap &options);
    /// Null, after throwing an error, if it has ended.
    Executor *executorOrError();
    QuickJob *jobTask(Job *job);
    /// What every task needs that JavaScript is given.
    template <typename Task>
    Task *release(Task *task)
    {
        prepare(task);
        return task;
    }

private:
    virtual QJSEngine *scriptEngine() const = 0;
    virtual void taskMade(QuickTask *) {}
    void prepare(QuickTask *task);
    void throwError(const QString &message) const;

    const QString m_ended;
};

namespace Quick {

/// The object that the property "connection" of an element or model was set to: a QuickExecutor or
/// an Executor that was created in C++. A lease is not collected as long as it is used so.
class ConnectionReference
{
public:
    /// Warns about an \a object that executes nothing, on behalf of \a user.
    void set(const QObject *user, QObject *object);
    QObject *object() const { return m_object; }
    /// Null if there is none.
    Executor *executor() const;
    /// Of an object that executes nothing any more; otherwise no error.
    Error errorOfEnd() const;
    EndOfConnection endOfConnection() const;

private:
    QPointer<QObject> m_object;
    QJSValue m_lease;
};

} // namespace Quick
} // namespace AsyncMySql
