// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "credentialsource.h"

#include "authenticationrequest_p.h"
#include "logging.h"
#include "servererrors.h"

#include <QtCore/qfuture.h>
#include <QtCore/qmetaobject.h>
#include <QtCore/qpromise.h>

#include <exception>
#include <utility>

namespace AsyncMySql {

using namespace Qt::StringLiterals;
using Protocol::AuthenticationQuestion;
using Protocol::Secret;

namespace {

/// A provider that is a program could lock the account.
constexpr int MostRefusals = 3;

bool refusesPassword(const Error &error)
{
    using Common = Protocol::CommonServerError;
    const int number = error.serverErrorNumber();
    return error.code() == Error::AccessDenied
           && (number == static_cast<int>(Common::AccessDenied)
               || number == static_cast<int>(Common::AccessDeniedWithoutPassword));
}

Secret secretOf(const QString &text)
{
    QByteArray bytes = text.toUtf8();
    Secret secret{QByteArrayView(bytes)};
    Protocol::wipe(&bytes);
    return secret;
}

QFuture<QString> failedFuture(std::exception_ptr exception)
{
    QPromise<QString> promise;
    promise.start();
    promise.setException(std::move(exception));
    promise.finish();
    return promise.future();
}

} // namespace

CredentialSource::CredentialSource(QObject *parent)
    : QObject(parent)
{
}

CredentialSource::~CredentialSource()
{
    if (m_open && m_open->watcher)
        m_open->watcher->cancel();
}

void CredentialSource::setOptions(const ConnectionOptions &options)
{
    m_options = options;
    m_provider = options.passwordProvider();
    m_answer.reset();
    ++m_revision;
    m_refusals = 0;
    m_refusal = {};
    m_refusedPassword.reset();
    m_mustAsk = false;
    m_hasAnsweredQuestions = false;
    m_unsent.reset();
    m_held.reset();
    closeQuestion();
    scheduleAdvance();
}

void CredentialSource::setPassword(const QString &password)
{
    m_options.setPassword(password);
    m_answer.reset();
    ++m_revision;
    m_mustAsk = false;
    if (m_open && !m_open->question)
        closeQuestion();
    scheduleAdvance();
}

bool CredentialSource::knowsPassword() const
{
    if (!m_provider)
        return true;
    if (m_mustAsk)
        return false;
    return m_answer ? !m_answerEnd.hasExpired() : !m_options.password().isEmpty();
}

bool CredentialSource::isReady() const
{
    return !m_open && m_askers.isEmpty() && !m_held && knowsPassword();
}

Secret CredentialSource::password() const
{
    return m_answer ? *m_answer : secretOf(m_options.password());
}

void CredentialSource::prepare(QObject *waiter, Ready ready)
{
    m_waiters.append({waiter, std::move(ready)});
    scheduleAdvance();
}

void CredentialSource::withdraw(const QObject *waiter)
{
    m_waiters.removeIf([waiter](const Waiter &w) { return w.object == waiter; });
    m_askers.removeIf([waiter](const Asker &a) { return a.object == waiter; });
    // What a server asks, it will ask again.
    if (m_waiters.isEmpty() && m_open && !m_open->question)
        closeQuestion();
}

void CredentialSource::dropUnwanted()
{
    if (!m_waiters.isEmpty() || !m_askers.isEmpty())
        return;
    closeQuestion();
    m_unsent.reset();
}

void CredentialSource::ask(QObject *asker, const AuthenticationQuestion &question,
                           Answered answered)
{
    m_askers.append({asker, question, std::move(answered)});
    scheduleAdvance();
}

void CredentialSource::recordAccepted()
{
    m_refusals = 0;
    m_refusal = {};
    m_refusedPassword.reset();
    m_hasAnsweredQuestions = false;
}

bool CredentialSource::mayRetry(const Error &error, quint64 revision)
{
    if (!refusesPassword(error) || m_abandonedRevision == revision)
        return false;
    if (revision != m_revision)
        return true;
    if (m_isChanging) {
        m_held = Refusal{error, revision};
        return true;
    }
    if (!m_provider)
        return false;
    if (m_mustAsk)
        return true;
    qCDebug(lcConnection) << "The password provider is asked again:" << error.message();
    m_refusal = error;
    m_refusedPassword = password();
    m_mustAsk = true;
    if (++m_refusals < MostRefusals)
        return true;
    m_refusals = 0;
    m_abandonedRevision = revision;
    return false;
}

void CredentialSource::endChange()
{
    m_isChanging = false;
    const std::optional<Refusal> held = std::exchange(m_held, std::nullopt);
    if (!held)
        return;
    if (mayRetry(held->error, held->revision))
        scheduleAdvance();
    else
        notifyWaiters(held->error);
}

void CredentialSource::scheduleAdvance()
{
    if ((m_waiters.isEmpty() && m_askers.isEmpty()) || std::exchange(m_isAdvanceDue, true))
        return;
    QMetaObject::invokeMethod(
        this, [this] { advance(); }, Qt::QueuedConnection);
}

/// Asks the next question, if there is one and none is open.
void CredentialSource::advance()
{
    m_isAdvanceDue = false;
    m_waiters.removeIf([](const Waiter &waiter) { return !waiter.object; });
    m_askers.removeIf([](const Asker &asker) { return !asker.object; });
    if (m_open || advanceQuestions() || m_waiters.isEmpty() || m_held)
        return;
    if (knowsPassword())
        notifyWaiters({});
    else
        callProvider(std::nullopt);
}

/// The server waits: its questions come first.
bool CredentialSource::advanceQuestions()
{
    if (m_askers.isEmpty())
        return false;
    const std::optional<Unsent> unsent = std::exchange(m_unsent, std::nullopt);
    if (unsent && unsent->question == m_askers.constFirst().question)
        takeAnswer(unsent->question, {}, unsent->answer);
    else
        callProvider(m_askers.constFirst().question);
    return true;
}

AuthenticationRequest
CredentialSource::requestFor(const std::optional<AuthenticationQuestion> &question) const
{
    AuthenticationRequestData data;
    data.host = m_options.host();
    data.port = m_options.port();
    data.localSocketName = m_options.localSocketName();
    data.user = m_options.user();
    data.attempt = m_refusals + 1;
    data.refusal = m_refusal;
    if (question) {
        data.kind = question->isPassword ? AuthenticationRequest::Kind::Password
                                         : AuthenticationRequest::Kind::Question;
        data.factor = question->factor;
        data.plugin = QString::fromLatin1(question->plugin);
        data.prompt = question->prompt;
        data.echoEnabled = question->echo;
    }
    return AuthenticationRequestData::request(data);
}

void CredentialSource::callProvider(const std::optional<AuthenticationQuestion> &question)
{
    const AuthenticationRequest request = requestFor(question);
    const quint64 number = ++m_lastNumber;
    m_open = Open{question, number, nullptr};
    Q_EMIT askingChanged(true);

    // It may delete this, or set other options.
    const QPointer<CredentialSource> self(this);
    const ConnectionOptions::PasswordProvider provider = m_provider;
    QFuture<QString> future;
    try {
        future = provider(request);
    } catch (...) {
        future = failedFuture(std::current_exception());
    }
    if (!self || !m_open || m_open->number != number) {
        future.cancel();
        return;
    }
    m_open->watcher = new QFutureWatcher<QString>(this);
    connect(m_open->watcher, &QFutureWatcher<QString>::finished, this,
            &CredentialSource::onFinished);
    m_open->watcher->setFuture(future);
}

void CredentialSource::onFinished()
{
    const Open asked = *std::exchange(m_open, std::nullopt);
    asked.watcher->deleteLater();
    Secret answer;
    const Error error = readAnswer(asked.watcher->future(), asked, &answer);
    Q_EMIT askingChanged(false);
    scheduleAdvance();
    if (asked.question)
        takeAnswer(*asked.question, error, answer);
    else
        takePassword(error, answer);
}

Error CredentialSource::readAnswer(const QFuture<QString> &future, const Open &asked,
                                   Secret *answer) const
{
    QString message
        = asked.question && !asked.question->isPassword
              ? u"The password provider did not answer the question \"%1\" of the server"_s.arg(
                  asked.question->prompt.trimmed())
              : u"The password provider did not give the password of %1"_s.arg(m_options.user());
    QFuture<QString> finished = future;
    try {
        finished.waitForFinished();
    } catch (const std::exception &exception) {
        message += u": "_s + QString::fromUtf8(exception.what());
    } catch (...) {
        message += u": it has thrown something that is not a std::exception"_s;
    }
    if (finished.isCanceled() || !finished.isResultReadyAt(0)) {
        if (m_refusal)
            message += u". The last one was refused: "_s + m_refusal.message();
        return Error(Error::AuthenticationCancelled, message);
    }
    const QString text = finished.resultAt(0);
    if (text.contains(QChar::Null)) {
        return Error(Error::InvalidParameter,
                     u"What the password provider returned contains the character U+0000"_s);
    }
    *answer = secretOf(text);
    return {};
}

void CredentialSource::takePassword(const Error &error, const Secret &password)
{
    Error problem = error;
    if (!problem && m_refusedPassword && !m_hasAnsweredQuestions
        && m_refusedPassword->bytes() == password.bytes()) {
        problem = m_refusal;
        problem.setMessage(m_refusal.message()
                           + u". The password provider returned the same password again"_s);
    }
    if (problem) {
        m_refusals = 0;
        m_mustAsk = true;
        m_abandonedRevision = m_revision;
        notifyWaiters(problem);
        return;
    }
    m_answer = password;
    m_answerEnd = m_options.passwordLifetime().count() > 0
                      ? QDeadlineTimer(m_options.passwordLifetime(), Qt::PreciseTimer)
                      : QDeadlineTimer(QDeadlineTimer::Forever);
    m_mustAsk = false;
    m_hasAnsweredQuestions = false;
    ++m_revision;
    notifyWaiters({});
}

void CredentialSource::takeAnswer(const AuthenticationQuestion &question, const Error &error,
                                  const Secret &answer)
{
    m_hasAnsweredQuestions = true;
    m_askers.removeIf([](const Asker &asker) { return !asker.object; });
    for (auto asker = m_askers.begin(); asker != m_askers.end(); ++asker) {
        if (!(asker->question == question))
            continue;
        const Answered answered = std::move(asker->answered);
        m_askers.erase(asker);
        scheduleAdvance();
        answered(error, answer);
        return;
    }
    // The session of the question is gone.
    if (error)
        notifyWaiters(error);
    else
        m_unsent = Unsent{question, answer};
}

void CredentialSource::notifyWaiters(const Error &error)
{
    const QList<Waiter> waiters = std::exchange(m_waiters, {});
    for (const Waiter &waiter : waiters) {
        if (waiter.object)
            waiter.ready(error);
    }
}

/// Nobody wants the answer any more.
void CredentialSource::closeQuestion()
{
    if (!m_open)
        return;
    QFutureWatcher<QString> *const watcher = m_open->watcher;
    m_open.reset();
    if (watcher) {
        watcher->disconnect(this);
        watcher->cancel();
        watcher->deleteLater();
    }
    Q_EMIT askingChanged(false);
}

} // namespace AsyncMySql
