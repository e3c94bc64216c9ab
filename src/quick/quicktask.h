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

/// True once the connection is being destroyed: no time to run JavaScript.
using EndOfConnection = std::shared_ptr<const bool>;

/// Something that ends, and then calls functions of JavaScript. It stands for a job or transaction of
/// Core, which deletes itself when it has ended; this one stays there for as long as JavaScript looks
/// at it.
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

    /// Belongs to nobody until it has ended, and then to the garbage collector.
    void belongToItself(QJSEngine *engine);
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
    /// For a task that can begin once more. Whoever waits for the turn before hears how that ended,
    /// or that it was cancelled.
    void startOver();
    /// Tells the end, now or, if the connection is just being destroyed, from the event loop.
    void end(const Error &error);
    /// Tells the end from the event loop.
    void endLater(const Error &error);

private:
    struct Reaction
    {
        QJSValue onResult;
        QJSValue onError;
    };

    /// What onResult is called with.
    virtual QJSValue outcome(QJSEngine *engine) const;
    /// The signals that come before those of the end.
    virtual void tellResult();
    virtual void aboutToFinish();
    /// How much memory goes when this one is deleted, in bytes.
    virtual qsizetype weight() const;

    void tellEnd();
    /// What the functions that wait are called with.
    QJSValue news(QJSEngine *script) const;
    void react();
    void call(const std::vector<Reaction> &reactions, const Error &error, const QJSValue &argument);
    void warn(const QJSValue &thrown);
    void handOver();

    QPointer<QJSEngine> m_engine;
    EndOfConnection m_endOfConnection;
    std::vector<Reaction> m_reactions;
    /// Keeps a task that has ended until the functions that came late were called.
    QJSValue m_self;
    Error m_error;
    bool m_isFinished = false;
    bool m_isUnderWay = false;
    bool m_belongsToItself = false;
    quint64 m_turn = 0;
};

} // namespace AsyncMySql
