// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "passwordchanger.h"

#include "errorconversion.h"
#include "transactionlease.h"

#include <QtCore/qmetaobject.h>

namespace AsyncMySql {

using namespace Qt::StringLiterals;

namespace {

Error connectionClosed(bool mayHaveExecuted)
{
    return Error(Error::ConnectionClosed,
                 mayHaveExecuted ? u"The connection was closed by the application while the "
                                   "password was being changed: it may be the old one or the new "
                                   "one"_s
                                 : u"The connection was closed by the application"_s);
}

/// Whether the password of the one is that of the other.
bool isSameAccount(const ConnectionOptions &left, const ConnectionOptions &right)
{
    return left.user() == right.user() && left.password() == right.password()
           && left.host() == right.host() && left.port() == right.port()
           && left.localSocketName() == right.localSocketName();
}

} // namespace

PasswordChanger::PasswordChanger(CommandSink *whole, std::function<Account()> account)
    : CommandSink(whole)
    , m_whole(whole)
    , m_account(std::move(account))
    , m_queue(this)
{
    joinTo(*whole);
    connect(&m_queue, &CommandQueue::timedOut, this, [this](const CommandPointer &command) {
        command->finish(Error(Error::QueueTimeout,
                              m_isWaiting ? u"The old password was not given in time "
                                            "(queueTimeout)"_s
                                          : u"An earlier change of the password took too long "
                                            "(queueTimeout)"_s));
        stopWaiting();
    });
}

PasswordChanger::~PasswordChanger() = default;

void PasswordChanger::submit(CommandPointer command)
{
    if (m_shutDown) {
        command->finish(connectionClosed(false));
        return;
    }
    command->holder = this;
    m_queue.append(std::move(command));
    scheduleAdvance();
}

void PasswordChanger::scheduleAdvance()
{
    if (std::exchange(m_isAdvanceDue, true))
        return;
    QMetaObject::invokeMethod(
        this, [this] { advance(); }, Qt::QueuedConnection);
}

/// Begins with the next command, if there is one and none is running.
void PasswordChanger::advance()
{
    m_isAdvanceDue = false;
    while (!m_running && !m_isWaiting && !m_queue.isEmpty()) {
        const auto command = std::static_pointer_cast<ChangePasswordCommand>(m_queue.front());
        const Account account = m_account();
        Error error = account.error ? account.error : account.options.validate();
        // The wire ends a password there.
        if (account.hosts.isEmpty() && !account.options.serviceName().isEmpty()) {
            error = Error(
                Error::HostNotFound,
                u"The hosts of the service %1 are not known before a session was opened"_s.arg(
                    account.options.serviceName()));
        }
        if (command->password().contains(QChar::Null))
            error = Error(Error::InvalidParameter, u"The password contains the character U+0000"_s);
        if (error)
            m_queue.takeFirst()->finish(error);
        else if (account.credentials->isReady())
            begin(std::static_pointer_cast<ChangePasswordCommand>(m_queue.takeFirst()), account);
        else
            waitForPassword(account.credentials);
    }
}

void PasswordChanger::waitForPassword(CredentialSource *credentials)
{
    m_isWaiting = true;
    m_credentials = credentials;
    credentials->prepare(this, [this](const Error &error) {
        m_isWaiting = false;
        if (error) {
            for (const CommandPointer &command : m_queue.takeAll())
                command->finish(error);
        }
        scheduleAdvance();
    });
}

/// If nothing waits for the password any more.
void PasswordChanger::stopWaiting()
{
    if (!m_queue.isEmpty() || !std::exchange(m_isWaiting, false))
        return;
    if (m_credentials)
        m_credentials->withdraw(this);
}

void PasswordChanger::begin(std::shared_ptr<ChangePasswordCommand> command, const Account &account)
{
    m_running = std::move(command);
    m_options = account.options;
    m_hosts = account.hosts;
    m_credentials = account.credentials;
    m_revision = m_credentials->revision();
    m_credentials->beginChange();
    ++m_running->attempts;
    m_running->times.sent = CommandTimes::Clock::now();
    m_running->setRunning(true);
    beginChange();
}

/// With the first one of the hosts.
void PasswordChanger::beginChange()
{
    ConnectionOptions options = m_options;
    if (!m_hosts.isEmpty())
        options.setHosts({m_hosts.takeFirst()});
    m_change = new PasswordChange(options, m_credentials, m_running->password(), this);
    connect(m_change, &PasswordChange::finished, this, &PasswordChanger::endRunning);
    m_change->start();
}

/// If this host cannot do it, and has done nothing, but another one may.
bool PasswordChanger::beginElsewhere(const Error &outcome)
{
    const bool isUnreached
        = outcome.execution() == Error::Execution::NotSent && isTransientConnectError(outcome);
    const bool isRefused
        = outcome.execution() == Error::Execution::Rejected && isRefusalOfHost(outcome);
    if (m_shutDown || m_hosts.isEmpty() || !(isUnreached || isRefused))
        return false;
    m_change->disconnect(this);
    m_change->deleteLater();
    beginChange();
    return true;
}

/// The outcome of the one that runs is known.
void PasswordChanger::endRunning()
{
    const Error outcome = *m_change->outcome();
    if (outcome && beginElsewhere(outcome))
        return;
    const auto command = takeRunning();
    const QPointer<CredentialSource> credentials = m_credentials;
    scheduleAdvance();
    if (outcome) {
        credentials->endChange();
        if (!m_shutDown && credentials->mayRetry(outcome, m_revision)) {
            command->setRunning(false);
            m_queue.prepend(command);
            return;
        }
    }
    command->recordExecution(outcome.execution());
    command->finish(outcome);
    if (outcome)
        return;
    credentials->recordAccepted();
    // The application may have set other options since. A receiver may delete this.
    if (!m_shutDown && isSameAccount(m_account().options, m_options))
        Q_EMIT passwordChanged(command->password());
    if (credentials)
        credentials->endChange();
}

void PasswordChanger::cancel(Command *command, Error::Code reason)
{
    if (const CommandPointer waiting = m_queue.take(command)) {
        waiting->finish(Error(reason, u"The job was cancelled while it was queued"_s));
        stopWaiting();
    } else if (command == m_running.get() && !m_change->mayHaveExecuted() && !m_change->outcome()) {
        m_change->abort();
        takeRunning()->finish(
            Error(reason, u"The job was cancelled before the password was changed"_s));
        m_credentials->endChange();
        scheduleAdvance();
    }
}

/// No change runs any more.
std::shared_ptr<ChangePasswordCommand> PasswordChanger::takeRunning()
{
    m_change->disconnect(this);
    std::exchange(m_change, nullptr)->deleteLater();
    return std::exchange(m_running, {});
}

void PasswordChanger::abort()
{
    for (const CommandPointer &command : m_queue.takeAll())
        command->finish(connectionClosed(false));
    stopWaiting();
    if (!m_running)
        return;
    if (m_change->outcome()) {
        endRunning();
        return;
    }
    const bool mayHaveExecuted = m_change->mayHaveExecuted();
    m_change->abort();
    const auto command = takeRunning();
    if (mayHaveExecuted)
        command->recordExecution(Error::Execution::Unknown);
    command->finish(connectionClosed(mayHaveExecuted));
    m_credentials->endChange();
}

void PasswordChanger::shutDown()
{
    m_shutDown = true;
    abort();
}

} // namespace AsyncMySql
