// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "command.h"
#include "observerchannel.h"
#include "recoveryledger.h"
#include "statementkindcache.h"
#include "transactionlease.h"

#include <AsyncMySql/connectionoptions.h>
#include <AsyncMySql/error.h>
#include <AsyncMySql/retrypolicy.h>

#include <QtCore/qobject.h>
#include <QtCore/qstring.h>

#include <chrono>
#include <memory>
#include <utility>

namespace AsyncMySql {

/// Takes commands, and ends each of them once: a connection, or a pool of them.
///
/// Command::holder names the sink that has the command now. A sink can pass a command on to another
/// one by submit(): which session runs it need not be known before it is sent.
class CommandSink : public QObject
{
    Q_OBJECT

public:
    /// What new commands begin with.
    struct Defaults
    {
        /// 0 is without a limit.
        std::chrono::milliseconds queueTimeout{0};
        std::chrono::milliseconds queryTimeout{0};
        std::chrono::milliseconds streamTimeout{0};
        /// In bytes.
        qsizetype maximumPacket = 0;
        qsizetype maximumResult = 0;
        /// Whether statements that have parameters are prepared.
        bool preparesParameters = true;
        RetryPolicy retryPolicy;
        ConnectionOptions::MultiRowInsertMode multiRowInsert
            = ConnectionOptions::MultiRowInsertMode::Automatic;
        /// Whether what a server refuses can be done by another one.
        bool hasSeveralHosts = false;

        static Defaults of(const ConnectionOptions &options);
    };

    explicit CommandSink(QObject *parent = nullptr);
    /// A part of \a whole: see joinTo().
    CommandSink(const CommandSink &whole, QObject *parent);
    ~CommandSink() override;

    /// What hears of its commands, if anything; never null.
    const std::shared_ptr<ObserverChannel> &observers() const { return m_observers; }
    /// Which recovery statements are executed for its commands; never null.
    const std::shared_ptr<RecoveryLedger> &recoveryLedger() const { return m_recoveryLedger; }
    /// It is a part of \a whole: both are the same as there.
    void joinTo(const CommandSink &whole)
    {
        m_observers = whole.m_observers;
        m_recoveryLedger = whole.m_recoveryLedger;
    }

    virtual const Defaults &defaults() const = 0;
    virtual const std::shared_ptr<StatementKindCache> &statementKinds() const = 0;

    /// Takes \a command, which belongs into the queue of its lease if it has one.
    virtual void submit(CommandPointer command) = 0;
    /// Ends \a command with \a reason, which is Cancelled or QueryTimeout.
    virtual void cancel(Command *command, Error::Code reason) = 0;
    /// The deadline of \a command was set, which may wait in its queue.
    virtual void updateDeadline(const Command &command) = 0;
    /// Something that held up the commands in flight is gone: rows were taken, or there is more to
    /// send.
    virtual void resume() = 0;
    /// Rolls back a transaction that nothing else can end any more. It began, or will begin, with
    /// \a begin.
    virtual void abandon(const TransactionLeasePointer &lease, Command *begin) = 0;
    /// A statement that is pinned stays prepared; each call needs an unpin().
    virtual void pin(const QString &sql) = 0;
    virtual void unpin(const QString &sql) = 0;
    /// A transaction that can be done again as a whole begins, and has ended: in between it needs
    /// the sink, also while it has no command there.
    virtual void enter() {}
    virtual void leave() {}

Q_SIGNALS:
    /// All commands have ended, and those to come will fail: for what waits for more than its
    /// commands.
    void closing();

private:
    std::shared_ptr<ObserverChannel> m_observers;
    std::shared_ptr<RecoveryLedger> m_recoveryLedger;
};

} // namespace AsyncMySql
