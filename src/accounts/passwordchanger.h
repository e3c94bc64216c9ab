// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "commandqueue.h"
#include "commandsink.h"
#include "credentialsource.h"
#include "passwordchange.h"

#include <AsyncMySql/connectionoptions.h>
#include <AsyncMySql/error.h>
#include <AsyncMySql/host.h>

#include <QtCore/qlist.h>
#include <QtCore/qpointer.h>
#include <QtCore/qstring.h>

#include <functional>
#include <memory>
#include <utility>

namespace AsyncMySql {

/// Has no exchange: a PasswordChanger carries it out.
class ChangePasswordCommand : public Command
{
public:
    explicit ChangePasswordCommand(QString password)
        : m_password(std::move(password))
    {
    }

    QString verb() const override { return QStringLiteral("CHANGE PASSWORD"); }
    Attempt createExchange(const SessionContext &) override { return NothingToDo(); }
    CommandTraits traits(const Protocol::SqlDialect &) const override { return {}; }
    const QString &password() const { return m_password; }

private:
    QString m_password;
};

/// Changes the password of the account of a connection or a pool, beside the sessions that those
/// have. It takes no other command than ChangePasswordCommand, and carries out one after the other:
/// the new password of one is the old password of the next.
class PasswordChanger : public CommandSink
{
    Q_OBJECT

public:
    struct Account
    {
        ConnectionOptions options;
        /// Why there can be no session with the options.
        Error error;
        /// What knows the password, and lives longer than the changer has to do with it.
        CredentialSource *credentials;
        /// Where there are several: the password is changed by the first one that does it, and the
        /// others are told by that. Otherwise that of the options does it.
        QList<Host> hosts;
    };

    /// It is a part of \a whole, and its child. \a account returns what a session that is opened
    /// now would be opened with.
    PasswordChanger(CommandSink *whole, std::function<Account()> account);
    ~PasswordChanger() override;

    const Defaults &defaults() const override { return m_whole->defaults(); }
    const std::shared_ptr<StatementKindCache> &statementKinds() const override
    {
        return m_whole->statementKinds();
    }
    void submit(CommandPointer command) override;
    /// What the server may carry out already is not cancelled: its answer is needed.
    void cancel(Command *command, Error::Code reason) override;
    void updateDeadline(const Command &command) override { m_queue.updateDeadline(command); }
    void resume() override {}
    void abandon(const TransactionLeasePointer &, Command *) override {}
    void pin(const QString &) override {}
    void unpin(const QString &) override {}

    /// Ends all commands with ConnectionClosed.
    void abort();
    /// The same. Commands that come later fail.
    void shutDown();

Q_SIGNALS:
    /// The account has another password: sessions are to be opened with it from now on. Comes
    /// before the end of the job is reported. A receiver may delete the sender.
    void passwordChanged(const QString &password);

private:
    void scheduleAdvance();
    void advance();
    void waitForPassword(CredentialSource *credentials);
    void stopWaiting();
    void begin(std::shared_ptr<ChangePasswordCommand> command, const Account &account);
    void beginChange();
    bool beginElsewhere(const Error &outcome);
    void endRunning();
    std::shared_ptr<ChangePasswordCommand> takeRunning();

    CommandSink *const m_whole;
    std::function<Account()> m_account;
    CommandQueue m_queue;
    std::shared_ptr<ChangePasswordCommand> m_running;
    /// What it runs with.
    ConnectionOptions m_options;
    QList<Host> m_hosts;
    PasswordChange *m_change = nullptr;
    QPointer<CredentialSource> m_credentials;
    quint64 m_revision = 0;
    /// Nothing can be begun before the old password is known.
    bool m_isWaiting = false;
    bool m_isAdvanceDue = false;
    bool m_shutDown = false;
};

} // namespace AsyncMySql
