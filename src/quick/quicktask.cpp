// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "quicktask.h"

#include "scriptvalues.h"

#include <QtCore/qmetaobject.h>
#include <QtQml/qjsengine.h>
#include <QtQml/qjsmanagedvalue.h>
#include <QtQml/qqmlerror.h>
#include <QtQml/qqmlinfo.h>

#include <utility>

namespace AsyncMySql {

using namespace Qt::StringLiterals;

namespace {

/// The garbage collector only knows the size of the objects, not of their results.
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
    \brief The base type of jobs and transactions.

    The functions of Connection return tasks. A task ends exactly once: it emits errorOccurred() if
    it failed, then finished(), and then calls the functions that were passed to then() and
    failed(). None of this happens during the call that created the task. A task continues whether
    or not JavaScript refers to it, and exists as long as JavaScript refers to it. When it has
    ended, the functions that were connected to its signals are disconnected.
*/

QuickTask::QuickTask(QObject *parent)
    : QObject(parent)
{
}

QuickTask::~QuickTask() = default;

/*!
    \qmlproperty sqlError Task::error

    This property holds the error of a task that failed. It is no error before the end of the task,
    or if the task succeeded.
*/

/*!
    \qmlproperty bool Task::isFinished

    This property holds whether the task has ended.
*/

/*!
    \qmlmethod Task Task::then(function onResult, function onError)

    Calls \a onResult when the task has succeeded, with the result for a query and without arguments
    otherwise. Calls \a onError with the error if the task has failed. Both are called from the
    event loop, also if the task has already ended. Returns the task.

    A Promise can wait for a task, too: \c{Promise.all([connection.execute(…), …])}.
*/
QuickTask *QuickTask::then(const QJSValue &onResult, const QJSValue &onError)
{
    // QML owns objects that are returned to it unless their ownership is set.
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

    Calls \a onError with the error if the task fails. Returns the task.
*/
QuickTask *QuickTask::failed(const QJSValue &onError)
{
    return then(QJSValue(), onError);
}

void QuickTask::setSelfOwned(QJSEngine *engine)
{
    m_engine = engine;
    m_isSelfOwned = true;
    // Only the engine can still use it.
    if (engine)
        setParent(engine);
    QJSEngine::setObjectOwnership(this, QJSEngine::CppOwnership);
}

QJSEngine *QuickTask::engine() const
{
    return m_engine ? m_engine.data() : Quick::engineOf(this);
}

void QuickTask::restart()
{
    ++m_turn;
    QJSEngine *const script = engine();
    if (script && !m_reactions.empty() && (m_isFinished || m_isUnderWay)) {
        const Error error = m_isFinished
                                ? m_error
                                : Error(Error::Cancelled,
                                        u"The query was executed again before it had finished"_s);
        const QJSValue argument
            = m_isFinished ? argumentOfReactions(script) : script->toScriptValue(error);
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
    emitEnd();
}

void QuickTask::endLater(const Error &error)
{
    QMetaObject::invokeMethod(
        this,
        [this, error, turn = m_turn] {
            if (turn != m_turn)
                return;
            m_error = error;
            emitEnd();
        },
        Qt::QueuedConnection);
}

void QuickTask::emitEnd()
{
    const QPointer<QuickTask> guard(this);
    const quint64 turn = m_turn;
    // A slot may restart the task; the following signals belong to the new execution then. The
    // functions that were passed before are still called, with the result of this execution.
    QJSEngine *const script = engine();
    const QPointer<QJSEngine> engineGuard(script);
    const Error error = m_error;
    const std::vector<Reaction> reactions = std::exchange(m_reactions, {});
    const QJSValue argument
        = script && !reactions.empty() ? argumentOfReactions(script) : QJSValue();
    const auto ifCurrent = [&](auto &&step) {
        if (guard && turn == m_turn)
            step();
    };
    m_isFinished = true;
    m_isUnderWay = false;
    ifCurrent([&] { emitResultSignals(); });
    ifCurrent([&] { aboutToFinish(); });
    ifCurrent([&] {
        if (m_error)
            Q_EMIT errorChanged();
    });
    ifCurrent([&] { Q_EMIT isFinishedChanged(); });
    ifCurrent([&] {
        if (m_error)
            Q_EMIT errorOccurred(m_error);
    });
    ifCurrent([&] { Q_EMIT finished(); });
    if (guard && engineGuard)
        call(reactions, error, argument);
    ifCurrent([&] { giveToJavaScript(); });
}

QJSValue QuickTask::argumentOfReactions(QJSEngine *script) const
{
    return m_error ? script->toScriptValue(m_error) : outcome(script);
}

void QuickTask::react()
{
    QJSEngine *const script = engine();
    const std::vector<Reaction> reactions = std::exchange(m_reactions, {});
    if (script && !reactions.empty())
        call(reactions, m_error, argumentOfReactions(script));
}

/// An exception is reported as a warning, and the other functions are still called.
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
    // Any value can be thrown; only an Error has a position.
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

void QuickTask::emitResultSignals() {}

void QuickTask::aboutToFinish() {}

qsizetype QuickTask::weight() const
{
    return 0;
}

/// The engine keeps a function that is connected to a signal, and everything that it uses, which
/// can be this task: it would never be collected. Bindings and destroyed() have receivers that this
/// does not concern.
void QuickTask::disconnectReceivers()
{
    const QMetaObject *const type = metaObject();
    for (int i = QuickTask::staticMetaObject.methodOffset(); i < type->methodCount(); ++i) {
        if (const QMetaMethod method = type->method(i); method.methodType() == QMetaMethod::Signal)
            disconnect(this, method, nullptr, QMetaMethod());
    }
}

void QuickTask::giveToJavaScript()
{
    if (!std::exchange(m_isSelfOwned, false))
        return;
    if (!m_engine) {
        deleteLater();
        return;
    }
    setParent(nullptr);
    disconnectReceivers();
    QJSEngine::setObjectOwnership(this, QJSEngine::JavaScriptOwnership);
    // The garbage collector only manages objects that JavaScript has used.
    m_engine->newQObject(this);
    collectGarbageAfter(m_engine, weight());
}

} // namespace AsyncMySql
