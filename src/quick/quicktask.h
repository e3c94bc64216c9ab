// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/error.h>

#include <QtCore/qobject.h>
#include <QtCore/qpointer.h>
#include <QtQml/qjsvalue.h>
#include <QtQml/qqmlregistration.h>

#include <memory>
#include <vector>

QT_BEGIN_NAMESPACE
class QJSEngine;
QT_END_NAMESPACE

namespace AsyncMySql {

/// True while the connection is being destroyed, when JavaScript must not run.
using EndOfConnection = std::shared_ptr<const bool>;

/// A task that calls functions of JavaScript when it ends. It represents a job or transaction of
/// Core, which deletes itself when it has ended; the task exists as long as JavaScript refers to
/// it.
class QuickTask : public QObject
{
    Q_OBJECT
    Q_PROPERTY(AsyncMySql::Error error READ error NOTIFY errorChanged FINAL)
    Q_PROPERTY(bool isFinished READ isFinished NOTIFY isFinishedChanged FINAL)
    QML_NAMED_ELEMENT(Task)
    QML_UNCREATABLE("Tasks are made by the functions of a Connection")

public:
    ~QuickTask() override;

    Error error() const { return m_error; }
    bool isFinished() const { return m_isFinished; }

    Q_INVOKABLE AsyncMySql::QuickTask *then(const QJSValue &onResult,
                                            const QJSValue &onError = QJSValue());
    Q_INVOKABLE AsyncMySql::QuickTask *failed(const QJSValue &onError);

    /// Has no owner until it has ended, and is then owned by the garbage collector.
    void setSelfOwned(QJSEngine *engine);
    void setEndOfConnection(const EndOfConnection &end) { m_endOfConnection = end; }
    EndOfConnection endOfConnection() const { return m_endOfConnection; }

Q_SIGNALS:
    void errorChanged();
    void isFinishedChanged();
    void errorOccurred(const AsyncMySql::Error &error);
    void finished();

protected:
    explicit QuickTask(QObject *parent = nullptr);

    QJSEngine *engine() const;
    /// For a task that can be executed again. Functions that wait for the previous execution are
    /// called with its result, or with an error that it was cancelled.
    void restart();
    /// Ends the task, immediately or, while the connection is being destroyed, from the event loop.
    void end(const Error &error);
    /// Ends the task from the event loop.
    void endLater(const Error &error);

private:
    struct Reaction
    {
        QJSValue onResult;
        QJSValue onError;
    };

    /// The argument of onResult.
    virtual QJSValue outcome(QJSEngine *engine) const;
    /// Emits the signals that precede those of the end.
    virtual void emitResultSignals();
    virtual void aboutToFinish();
    /// The memory that deleting this object frees, in bytes.
    virtual qsizetype weight() const;

    void emitEnd();
    /// The arguments of the waiting functions.
    QJSValue argumentOfReactions(QJSEngine *script) const;
    void react();
    void call(const std::vector<Reaction> &reactions, const Error &error, const QJSValue &argument);
    void warn(const QJSValue &thrown);
    void giveToJavaScript();
    void disconnectReceivers();

    QPointer<QJSEngine> m_engine;
    EndOfConnection m_endOfConnection;
    std::vector<Reaction> m_reactions;
    /// Keeps a task that has ended until functions that were passed later have been called.
    QJSValue m_self;
    Error m_error;
    bool m_isFinished = false;
    bool m_isUnderWay = false;
    bool m_isSelfOwned = false;
    quint64 m_turn = 0;
};

} // namespace AsyncMySql
