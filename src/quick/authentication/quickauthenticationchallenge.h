// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/authenticationrequest.h>
#include <AsyncMySql/connectionoptions.h>

#include <QtCore/qfuturewatcher.h>
#include <QtCore/qobject.h>
#include <QtCore/qpromise.h>
#include <QtQml/qjsvalue.h>
#include <QtQml/qqmlregistration.h>

namespace AsyncMySql {

/// What JavaScript is asked, and answers. It exists as long as JavaScript refers to it.
class QuickAuthenticationChallenge : public QObject
{
    Q_OBJECT
    Q_PROPERTY(bool isQuestion READ isQuestion CONSTANT FINAL)
    Q_PROPERTY(QString host READ host CONSTANT FINAL)
    Q_PROPERTY(int port READ port CONSTANT FINAL)
    Q_PROPERTY(QString socket READ socket CONSTANT FINAL)
    Q_PROPERTY(QString user READ user CONSTANT FINAL)
    Q_PROPERTY(int factor READ factor CONSTANT FINAL)
    Q_PROPERTY(int attempt READ attempt CONSTANT FINAL)
    Q_PROPERTY(QString plugin READ plugin CONSTANT FINAL)
    Q_PROPERTY(QString prompt READ prompt CONSTANT FINAL)
    Q_PROPERTY(bool echoEnabled READ isEchoEnabled CONSTANT FINAL)
    Q_PROPERTY(AsyncMySql::Error refusal READ refusal CONSTANT FINAL)
    Q_PROPERTY(bool isOpen READ isOpen NOTIFY closed FINAL)
    QML_NAMED_ELEMENT(AuthenticationChallenge)
    QML_UNCREATABLE("Challenges are passed to the passwordProvider of a Connection or a Pool")

public:
    /// The provider that passes challenges to the function \a provider of JavaScript, in the engine
    /// of \a element; none if it is no function.
    static ConnectionOptions::PasswordProvider providerFor(const QJSValue &provider,
                                                           const QObject *element);

    ~QuickAuthenticationChallenge() override;

    bool isQuestion() const { return m_request.kind() == AuthenticationRequest::Kind::Question; }
    QString host() const { return m_request.host(); }
    int port() const { return m_request.port(); }
    QString socket() const { return m_request.localSocketName(); }
    QString user() const { return m_request.user(); }
    int factor() const { return m_request.factor(); }
    int attempt() const { return m_request.attempt(); }
    QString plugin() const { return m_request.plugin(); }
    QString prompt() const { return m_request.prompt(); }
    bool isEchoEnabled() const { return m_request.isEchoEnabled(); }
    Error refusal() const { return m_request.refusal(); }
    bool isOpen() const { return m_isOpen; }

    Q_INVOKABLE void answer(const QString &text);
    Q_INVOKABLE void cancel();

Q_SIGNALS:
    void closed();

private:
    explicit QuickAuthenticationChallenge(const AuthenticationRequest &request);

    void close();

    const AuthenticationRequest m_request;
    QPromise<QString> m_promise;
    QFutureWatcher<QString> m_watcher;
    bool m_isOpen = true;
};

} // namespace AsyncMySql
