// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "quicktask.h"

#include <QtQml/qjsengine.h>
#include <QtQml/qqmlengine.h>
#include <QtQml/qqmlerror.h>
#include <QtQml/qqmlinfo.h>

#include <utility>

namespace AsyncMySql {

using namespace Qt::StringLiterals;

namespace {

/// The collector sees small objects only, and not the results that hang on them.
void collectGarbageAfter(QJSEngine *engine, qsizetype bytes)
{
    constexpr qsizetype tolerated = 32 * 1024 * 1024;
    static thread_local qsizetype handedOver = 0;
    handedOver += bytes;
    if (handedOver < tolerated)
        return;
    handedOver = 0;
    QMetaObject::invokeMethod(engine, &QJSEngine::collectGarbage, Qt::QueuedConnection);
}

} // namespace

/*!
    \qmltype Task
    \inqmlmodule AsyncMySql
    \brief Something that was asked of a server, and how it ended.

    What Connection's functions return. It ends exactly once: with finished(), and, if it failed, with
    errorOccurred() just before. Then the functions given to then() and failed() are called. None of
    it comes from inside the call that made the task. A task goes on whether JavaScript holds it or
    not, and stays there for as long as it is held.
*/

QuickTask::QuickTask(QObject *parent)
    : QObject(parent)
{
}

QuickTask::~QuickTask() = default;

/*!
    \qmlproperty sqlError Task::error

    Why the task failed; no error before its end and if it went well.
*/

/*!
    \qmlproperty bool Task::isFinished

    Whether the task has ended.
*/

/*!
    \qmlmethod Task Task::then(function onResult, function onError)

    Has \a onResult called when the task has ended well: with the result of a query, else without
    arguments. If it has failed \a onError is called with the error. Both come from the event loop, also
    if the task has ended before. Returns the task.

    A task can be waited for by a Promise as well: \c{Promise.all([connection.execute(…), …])}.
*/
QuickTask *QuickTask::then(const QJSValue &onResult, const QJSValue &onError)
{
    // QML would now own an object that it was returned, unless somebody had said who does.
    QJSEngine::setObjectOwnership(this, QJSEngine::objectOwnership(this));
    m_reactions.push_back({onResult, onError});
    if (!m_engine)
        m_engine = qjsEngine(this);
    if (m_isFinished && m_self.isUndefined() && m_engine) {
        m_self = m_engine->newQObject(this);
        QMetaObject::invokeMethod(
            this,
            [this] {
                const QJSValue self = std::exchange(m_self, QJSValue());
                if (m_isFinished)
                    react();
            },
            Qt::QueuedConnection);
    }
    return this;
}

/*!
    \qmlmethod Task Task::failed(function onError)

    Has \a onError called with the error if the task fails. Returns the task.
*/
QuickTask *QuickTask::failed(const QJSValue &onError)
{
    return then(QJSValue(), onError);
}

void QuickTask::belongToItself(QJSEngine *engine)
{
    m_engine = engine;
    m_belongsToItself = true;
    // The engine is the last that can have a use for it.
    if (engine)
        setParent(engine);
    QJSEngine::setObjectOwnership(this, QJSEngine::CppOwnership);
}

QJSEngine *QuickTask::engine() const
{
    if (m_engine)
        return m_engine;
    if (QQmlEngine *own = qmlEngine(this))
        return own;
    return qjsEngine(this);
}

void QuickTask::startOver()
{
    ++m_turn;
    const bool wasFinished = std::exchange(m_isFinished, false);
    const bool wasFailed = std::exchange(m_error, Error()).isError();
    const QPointer<QuickTask> guard(this);
    if (wasFailed)
        Q_EMIT errorChanged();
    if (guard && wasFinished)
        Q_EMIT isFinishedChanged();
}

void QuickTask::end(const Error &error)
{
    m_error = error;
    if (!m_endOfConnection || !*m_endOfConnection) {
        tellEnd();
        return;
    }
    QMetaObject::invokeMethod(
        this,
        [this, turn = m_turn] {
            if (turn == m_turn)
                tellEnd();
        },
        Qt::QueuedConnection);
}

void QuickTask::tellEnd()
{
    const QPointer<QuickTask> guard(this);
    const quint64 turn = m_turn;
    // A slot may start it over; what comes next belongs to the new turn then.
    const auto tell = [&](auto &&step) {
        if (guard && turn == m_turn)
            step();
    };
    m_isFinished = true;
    aboutToFinish();
    tell([&] {
        if (m_error)
            Q_EMIT errorChanged();
    });
    tell([&] { Q_EMIT isFinishedChanged(); });
    tell([&] {
        if (m_error)
            Q_EMIT errorOccurred(m_error);
    });
    tell([&] { Q_EMIT finished(); });
    tell([&] { react(); });
    tell([&] { handOver(); });
}

void QuickTask::react()
{
    QJSEngine *const script = engine();
    const std::vector<Reaction> reactions = std::exchange(m_reactions, {});
    if (reactions.empty() || !script)
        return;
    const QPointer<QuickTask> guard(this);
    const QPointer<QJSEngine> engineGuard(script);
    const bool hasFailed = m_error.isError();
    const QJSValue argument = hasFailed ? script->toScriptValue(m_error) : outcome(script);
    for (const Reaction &reaction : reactions) {
        if (guard && engineGuard)
            call(hasFailed ? reaction.onError : reaction.onResult, argument);
    }
}

/// An exception is a mistake of the function alone: it is told, and others are called.
void QuickTask::call(const QJSValue &function, const QJSValue &argument)
{
    if (!function.isCallable())
        return;
    const QPointer<QuickTask> guard(this);
    const QJSValue thrown = argument.isUndefined() ? function.call() : function.call({argument});
    if (!thrown.isError() || !guard)
        return;
    QQmlError warning;
    warning.setUrl(QUrl(thrown.property(u"fileName"_s).toString()));
    warning.setLine(thrown.property(u"lineNumber"_s).toInt());
    warning.setDescription(thrown.toString());
    qmlWarning(this, warning);
}

QJSValue QuickTask::outcome(QJSEngine *) const
{
    return {};
}

void QuickTask::aboutToFinish() {}

qsizetype QuickTask::weight() const
{
    return 0;
}

void QuickTask::handOver()
{
    if (!std::exchange(m_belongsToItself, false))
        return;
    if (!m_engine) {
        deleteLater();
        return;
    }
    setParent(nullptr);
    QJSEngine::setObjectOwnership(this, QJSEngine::JavaScriptOwnership);
    // The collector only sees what has been an object of JavaScript.
    m_engine->newQObject(this);
    collectGarbageAfter(m_engine, weight());
}

} // namespace AsyncMySql
