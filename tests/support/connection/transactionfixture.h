// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "connectionfixture.h"

#include <AsyncMySql/Transaction>

#include <QtCore/qset.h>
#include <QtTest/qtest.h>

namespace Fake {

/// A server that knows which of its sessions are in a transaction, and says so in every answer.
class TransactionServer : public FakeServer
{
public:
    TransactionServer()
    {
        connect(this, &FakeServer::commandReceived, this, [this] {
            const RecordedCommand command = commands().constLast();
            if (command.isQuery() && !m_own.contains(command.argument)
                && !command.argument.startsWith("KILL ") && !isProof(command.argument))
                FakeServer::on(command.argument, [this](FakeConnection &c) { answer(c); });
        });
        onCommand(Ping, [this](FakeConnection &c) { answer(c); });
        onCommand(ResetConnection, [this](FakeConnection &c) {
            m_open.remove(c.number());
            answer(c);
        });
    }

    void on(const QByteArray &sql, Handler handler)
    {
        m_own.insert(sql);
        FakeServer::on(sql, std::move(handler));
    }

    /// What a server does where nothing else is said.
    void answer(FakeConnection &connection)
    {
        const QByteArray sql = connection.runningQuery();
        if (sql.startsWith("START TRANSACTION"))
            m_open.insert(connection.number());
        else if (sql == "COMMIT" || sql == "ROLLBACK")
            m_open.remove(connection.number());
        Ok ok;
        if (m_open.contains(connection.number()))
            ok.status |= InTransaction;
        connection.ok(ok);
    }

    Handler implicitCommit()
    {
        return [this](FakeConnection &c) {
            m_open.remove(c.number());
            c.ok();
        };
    }

    /// Rolls everything back.
    Handler deadlock()
    {
        return [this](FakeConnection &c) {
            m_open.remove(c.number());
            c.error(1213, "40001", "Deadlock found when trying to get lock");
        };
    }

    /// Rolls the statement back.
    static void lockTimeout(FakeConnection &connection)
    {
        connection.error(1205, "HY000", "Lock wait timeout exceeded");
    }

private:
    QSet<int> m_open;
    QSet<QByteArray> m_own;
};

/// What a transaction has emitted, kept beyond its end.
struct TransactionReport
{
    int started = 0;
    int finished = 0;
    int errors = 0;
    QList<AsyncMySql::Transaction::State> states;
    AsyncMySql::Error error;
};

using TransactionOutcome = std::shared_ptr<TransactionReport>;

inline TransactionOutcome watch(AsyncMySql::Transaction *transaction)
{
    using AsyncMySql::Transaction;
    auto report = std::make_shared<TransactionReport>();
    QObject::connect(transaction, &Transaction::stateChanged, transaction,
                     [report](Transaction::State state) { report->states.append(state); });
    QObject::connect(transaction, &Transaction::started, transaction,
                     [report] { ++report->started; });
    QObject::connect(transaction, &Transaction::errorOccurred, transaction,
                     [report](const AsyncMySql::Error &error) {
                         report->errors += report->finished == 0 ? 1 : 100;
                         report->error = error;
                     });
    QObject::connect(transaction, &Transaction::finished, transaction,
                     [report] { ++report->finished; });
    return report;
}

} // namespace Fake

/// Waits for the end of the transaction, and insists on this state.
#define VERIFY_ENDS(outcome, expectedState) \
    do { \
        using AsyncMySql::Transaction; \
        const Fake::TransactionOutcome watched = (outcome); \
        QTRY_COMPARE_WITH_TIMEOUT(watched->finished, 1, 30'000); \
        QCOMPARE(watched->states.constLast(), Transaction::State::expectedState); \
        QCOMPARE(watched->errors, \
                 Transaction::State::expectedState == Transaction::State::Failed ? 1 : 0); \
    } while (false)
