// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "passwordchanger.h"

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
    connect(&m_queue, &CommandQueue::timedOut, this, [](const CommandPointer &command) {
        command->finish(Error(Error::QueueTimeout,
                              u"An earlier change of the password took too long (queueTimeout)"_s));
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
    while (!m_running && !m_queue.isEmpty()) {
        const auto command = std::static_pointer_cast<ChangePasswordCommand>(m_queue.takeFirst());
        const Account account = m_account();
        // The wire ends a password there.
        if (command->password().contains(QChar::Null)) {
            command->finish(
                Error(Error::InvalidParameter, u"The password contains the character U+0000"_s));
            continue;
        }
        if (const Error error = account.error ? account.error : account.options.validate()) {
            command->finish(error);
            continue;
        }
        m_running = command;
        m_options = account.options;
        command->attempts = 1;
        command->times.sent = CommandTimes::Clock::now();
        command->setRunning(true);
        m_change = new PasswordChange(m_options, command->password(), this);
        connect(m_change, &PasswordChange::finished, this, &PasswordChanger::endRunning);
        m_change->start();
    }
}

/// The outcome of the one that runs is known.
void PasswordChanger::endRunning()
{
    const Error outcome = *m_change->outcome();
    const auto command = takeRunning();
    command->recordExecution(outcome.execution());
    command->finish(outcome);
    scheduleAdvance();
    // The application may have set other options since.
    if (!outcome && !m_shutDown && isSameAccount(m_account().options, m_options))
        Q_EMIT passwordChanged(command->password());
}

void PasswordChanger::cancel(Command *command, Error::Code reason)
{
    if (const CommandPointer waiting = m_queue.take(command)) {
        waiting->finish(Error(reason, u"The job was cancelled while it was queued"_s));
    } else if (command == m_running.get() && !m_change->mayHaveExecuted() && !m_change->outcome()) {
        m_change->abort();
        takeRunning()->finish(
            Error(reason, u"The job was cancelled before the password was changed"_s));
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
}

void PasswordChanger::shutDown()
{
    m_shutDown = true;
    abort();
}

} // namespace AsyncMySql
