// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "authenticationplugin.h"
#include "secret.h"

#include <AsyncMySql/authenticationrequest.h>
#include <AsyncMySql/connectionoptions.h>
#include <AsyncMySql/error.h>

#include <QtCore/qdeadlinetimer.h>
#include <QtCore/qfuturewatcher.h>
#include <QtCore/qlist.h>
#include <QtCore/qobject.h>
#include <QtCore/qpointer.h>
#include <QtCore/qstring.h>

#include <functional>
#include <optional>

namespace AsyncMySql {

/// What the sessions of one connection or pool log in with: the password of the options, or what
/// their provider answers. It asks one question at a time, and gives the answer to all that wait
/// for the same. The provider is called from the event loop, and may do anything, such as deleting
/// all of this.
///
/// | what is known                   | event                        | what follows                |
/// |---------------------------------|------------------------------|-----------------------------|
/// | a password that may still do    | a session is to be opened    | it is opened with that      |
/// | no password, or a refused one   | a session is to be opened    | the provider is asked first |
/// | a password                      | the server refuses it        | the provider is asked again |
/// | a password, being changed       | the server refuses it        | wait for the change         |
/// | a newer password                | the server refuses the older | the newer is tried          |
///
/// A server waits for the answers to its own questions for a short time only. An answer that comes
/// too late is for the next session that the server asks the same; none is given twice.
class CredentialSource : public QObject
{
    Q_OBJECT

public:
    /// Called from the event loop: a session can be opened, or why it cannot.
    using Ready = std::function<void(const Error &error)>;
    using Answered = std::function<void(const Error &error, const Protocol::Secret &answer)>;

    explicit CredentialSource(QObject *parent = nullptr);
    ~CredentialSource() override;

    /// Forgets what was answered, and drops the question that is open.
    void setOptions(const ConnectionOptions &options);
    /// The account has another one now.
    void setPassword(const QString &password);

    // Before a session is opened
    /// Whether nothing has to be waited for.
    bool isReady() const;
    /// Whether nobody waits for anything.
    bool isIdle() const { return !m_open && m_waiters.isEmpty() && m_askers.isEmpty(); }
    /// Whether the provider has been called, and has not answered yet.
    bool isAsking() const { return m_open.has_value(); }
    /// Calls \a ready when that is so. Once for each \a waiter.
    void prepare(QObject *waiter, Ready ready);
    /// \a waiter waits for nothing any more.
    void withdraw(const QObject *waiter);
    /// No session will be opened soon: there is nobody for an answer that comes too late.
    void dropUnwanted();
    Protocol::Secret password() const;
    /// Counts the passwords.
    quint64 revision() const { return m_revision; }

    // While it is being opened
    bool canAsk() const { return m_provider != nullptr; }
    void ask(QObject *asker, const Protocol::AuthenticationQuestion &question, Answered answered);

    // And what became of it
    void recordAccepted();
    /// Whether another attempt makes sense after \a error, which ended that with the password of
    /// \a revision: wait until it isReady().
    [[nodiscard]] bool mayRetry(const Error &error, quint64 revision);

    /// The password is being changed beside the sessions that are opened meanwhile.
    void beginChange() { m_isChanging = true; }
    /// After setPassword() where that has succeeded.
    void endChange();

Q_SIGNALS:
    /// In the middle of what is done: receivers record it.
    void askingChanged(bool isAsking);

private:
    struct Waiter
    {
        QPointer<QObject> object;
        Ready ready;
    };
    struct Asker
    {
        QPointer<QObject> object;
        Protocol::AuthenticationQuestion question;
        Answered answered;
    };
    /// What the provider is asked now.
    struct Open
    {
        /// None for the password of the account.
        std::optional<Protocol::AuthenticationQuestion> question;
        quint64 number = 0;
        /// Null while the provider is being called.
        QFutureWatcher<QString> *watcher = nullptr;
    };
    struct Unsent
    {
        Protocol::AuthenticationQuestion question;
        Protocol::Secret answer;
    };
    struct Refusal
    {
        Error error;
        quint64 revision = 0;
    };

    void scheduleAdvance();
    void advance();
    bool advanceQuestions();
    void callProvider(const std::optional<Protocol::AuthenticationQuestion> &question);
    AuthenticationRequest
    requestFor(const std::optional<Protocol::AuthenticationQuestion> &question) const;
    void onFinished();
    Error readAnswer(const QFuture<QString> &future, const Open &asked,
                     Protocol::Secret *answer) const;
    void takePassword(const Error &error, const Protocol::Secret &password);
    void takeAnswer(const Protocol::AuthenticationQuestion &question, const Error &error,
                    const Protocol::Secret &answer);
    void notifyWaiters(const Error &error);
    void closeQuestion();
    bool knowsPassword() const;

    ConnectionOptions m_options;
    ConnectionOptions::PasswordProvider m_provider;
    std::optional<Protocol::Secret> m_answer;
    QDeadlineTimer m_answerEnd;
    quint64 m_revision = 0;
    /// Since the server has accepted one.
    int m_refusals = 0;
    Error m_refusal;
    std::optional<Protocol::Secret> m_refusedPassword;
    bool m_mustAsk = false;
    /// No session asks for another password because of this one.
    std::optional<quint64> m_abandonedRevision;
    /// What was refused may have been the answer to a question.
    bool m_hasAnsweredQuestions = false;
    QList<Waiter> m_waiters;
    QList<Asker> m_askers;
    std::optional<Open> m_open;
    quint64 m_lastNumber = 0;
    /// Came when its session was gone.
    std::optional<Unsent> m_unsent;
    bool m_isChanging = false;
    /// Came while the password was being changed.
    std::optional<Refusal> m_held;
    bool m_isAdvanceDue = false;
};

} // namespace AsyncMySql
