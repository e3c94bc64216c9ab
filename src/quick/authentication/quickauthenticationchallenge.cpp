// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "quickauthenticationchallenge.h"

#include "scriptvalues.h"

#include <QtCore/qfuture.h>
#include <QtCore/qpointer.h>
#include <QtQml/qjsengine.h>
#include <QtQml/qqmlinfo.h>

#include <utility>

namespace AsyncMySql {

/*!
    \qmltype AuthenticationChallenge
    \inqmlmodule AsyncMySql
    \brief What a server or an account requires of the user: a password, or an answer.

    The \c passwordProvider of a Connection or a Pool is called with a challenge. It answers it at
    once, by returning a string or calling answer(), or later.

    \qml
    Item {
        Connection {
            url: "mysql://anna@db.example.org/shop"
            passwordProvider: challenge => { dialog.challenge = challenge; dialog.open() }
        }
        Dialog {
            id: dialog
            property AuthenticationChallenge challenge
            title: challenge && challenge.isQuestion ? challenge.prompt : "Password"
            TextField { id: field; echoMode: TextInput.Password }
            onAccepted: challenge.answer(field.text)
            onRejected: challenge.cancel()
        }
    }
    \endqml

    The properties \c host, \c port, \c socket, \c user, \c factor, \c attempt, \c plugin,
    \c prompt, \c echoEnabled and \c refusal are those of AsyncMySql::AuthenticationRequest.
    \c refusal.isError is true if an earlier answer was refused. \c isQuestion is true if the server
    asks a question of its own, which is in \c prompt.

    A challenge exists as long as JavaScript refers to it. If it is destroyed without an answer, it
    counts as cancelled.
*/

/*!
    \qmlproperty bool AuthenticationChallenge::isOpen
    \readonly

    This property holds whether an answer is still wanted. It becomes false with the answer, with
    cancel(), and when no job waits for it any more.
*/

/*!
    \qmlsignal AuthenticationChallenge::closed()

    Emitted when \c isOpen becomes false. A dialog can be closed then.
*/

QuickAuthenticationChallenge::QuickAuthenticationChallenge(const AuthenticationRequest &request)
    : m_request(request)
{
    m_promise.start();
    connect(&m_watcher, &QFutureWatcher<QString>::canceled, this,
            &QuickAuthenticationChallenge::cancel);
    m_watcher.setFuture(m_promise.future());
}

QuickAuthenticationChallenge::~QuickAuthenticationChallenge() = default;

/*!
    \qmlmethod AuthenticationChallenge::answer(string text)

    Answers the challenge with \a text. Further calls have no effect.
*/
void QuickAuthenticationChallenge::answer(const QString &text)
{
    if (!m_isOpen)
        return;
    m_promise.addResult(text);
    close();
}

/*!
    \qmlmethod AuthenticationChallenge::cancel()

    Refuses to answer: the jobs that wait fail with SqlError.AuthenticationCancelled.
*/
void QuickAuthenticationChallenge::cancel()
{
    if (!m_isOpen)
        return;
    m_promise.future().cancel();
    close();
}

void QuickAuthenticationChallenge::close()
{
    m_isOpen = false;
    m_promise.finish();
    Q_EMIT closed();
}

ConnectionOptions::PasswordProvider
QuickAuthenticationChallenge::providerFor(const QJSValue &provider, const QObject *element)
{
    if (!provider.isCallable())
        return {};
    return [provider, element = QPointer<const QObject>(element)](
               const AuthenticationRequest &request) -> QFuture<QString> {
        if (!element)
            return {};
        QJSEngine *const engine = Quick::engineOf(element);
        if (!engine)
            return {};
        auto *challenge = new QuickAuthenticationChallenge(request);
        QFuture<QString> future = challenge->m_promise.future();
        // Collected by the engine when nothing refers to it any more.
        const QJSValue argument = engine->newQObject(challenge);
        const QJSValue result = provider.call({argument});
        if (result.isError())
            qmlWarning(element.data()) << result.toString();
        if (result.isString())
            challenge->answer(result.toString());
        else if (result.isError() || result.isNull())
            challenge->cancel();
        return future;
    };
}

} // namespace AsyncMySql
