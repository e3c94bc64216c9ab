// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "quicktask.h"

#include <QtQml/qjsengine.h>
#include <QtQml/qjsmanagedvalue.h>
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
    QJSEngine *const script = engine();
    if (script && !m_reactions.empty() && (m_isFinished || m_isUnderWay)) {
        const Error error = m_isFinished
                                ? m_error
                                : Error(Error::Cancelled, u"It was executed once more before"_s);
        const QJSValue argument = m_isFinished ? news(script) : script->toScriptValue(error);
        QMetaObject::invokeMethod(
            this,
            [this, error, argument, reactions = std::exchange(m_reactions, {})] {
                call(reactions, error, argument);
            },
            Qt::QueuedConnection);
    }
    m_isUnderWay = true;
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
    if (m_endOfConnection && *m_endOfConnection) {
        endLater(error);
        return;
    }
    m_error = error;
    tellEnd();
}

void QuickTask::endLater(const Error &error)
{
    QMetaObject::invokeMethod(
        this,
        [this, error, turn = m_turn] {
            if (turn != m_turn)
                return;
            m_error = error;
            tellEnd();
        },
        Qt::QueuedConnection);
}

void QuickTask::tellEnd()
{
    const QPointer<QuickTask> guard(this);
    const quint64 turn = m_turn;
    // A slot may start it over; the signals that come next belong to the new turn then. The functions
    // that were given before are called all the same, with what this turn has brought.
    QJSEngine *const script = engine();
    const QPointer<QJSEngine> engineGuard(script);
    const Error error = m_error;
    const std::vector<Reaction> reactions = std::exchange(m_reactions, {});
    const QJSValue argument = script && !reactions.empty() ? news(script) : QJSValue();
    const auto tell = [&](auto &&step) {
        if (guard && turn == m_turn)
            step();
    };
    m_isFinished = true;
    m_isUnderWay = false;
    tell([&] { tellResult(); });
    tell([&] { aboutToFinish(); });
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
    if (guard && engineGuard)
        call(reactions, error, argument);
    tell([&] { handOver(); });
}

QJSValue QuickTask::news(QJSEngine *script) const
{
    return m_error ? script->toScriptValue(m_error) : outcome(script);
}

void QuickTask::react()
{
    QJSEngine *const script = engine();
    const std::vector<Reaction> reactions = std::exchange(m_reactions, {});
    if (script && !reactions.empty())
        call(reactions, m_error, news(script));
}

/// An exception is a mistake of the function alone: it is told, and others are called.
void QuickTask::call(const std::vector<Reaction> &reactions, const Error &error,
                     const QJSValue &argument)
{
    const QPointer<QuickTask> guard(this);
    const QPointer<QJSEngine> script = engine();
    for (const Reaction &reaction : reactions) {
        if (!guard || !script)
            return;
        const QJSManagedValue function(error ? reaction.onError : reaction.onResult, script);
        if (!function.isFunction())
            continue;
        function.call(argument.isUndefined() ? QJSValueList() : QJSValueList{argument});
        if (script && script->hasError()) {
            const QJSValue thrown = script->catchError();
            if (guard)
                warn(thrown);
        }
    }
}

void QuickTask::warn(const QJSValue &thrown)
{
    QQmlError warning;
    // Anything can be thrown; only an Error knows where.
    if (thrown.isError()) {
        warning.setUrl(QUrl(thrown.property(u"fileName"_s).toString()));
        warning.setLine(thrown.property(u"lineNumber"_s).toInt());
    }
    warning.setDescription(thrown.toString());
    qmlWarning(this, warning);
}

QJSValue QuickTask::outcome(QJSEngine *) const
{
    return {};
}

void QuickTask::tellResult() {}

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
