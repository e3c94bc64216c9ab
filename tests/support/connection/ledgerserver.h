// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "transactionfixture.h"

#include <QtCore/qhash.h>

namespace Fake {

/// A server that keeps account of what is committed, with autocommit, transactions and savepoints
/// as real ones have them. Statements that begin with INSERT, UPDATE or DELETE change something.
class LedgerServer : public FakeServer
{
public:
    LedgerServer()
    {
        connect(this, &FakeServer::commandReceived, this, [this] {
            const RecordedCommand command = commands().constLast();
            if (command.isQuery() && !m_own.contains(command.argument)
                && !command.argument.startsWith("KILL ") && !isProof(command.argument))
                FakeServer::on(command.argument, [this](FakeConnection &c) { execute(c); });
        });
        onCommand(Ping, [this](FakeConnection &c) { ok(c); });
    }

    void on(const QByteArray &sql, Handler handler)
    {
        m_own.insert(sql);
        FakeServer::on(sql, std::move(handler));
    }

    const QByteArrayList &committed() const { return m_committed; }
    bool hasAutoCommit(int connection) const { return m_sessions[connection].autoCommit; }

    /// What a server does where nothing else is said.
    void execute(FakeConnection &connection)
    {
        Session &session = m_sessions[connection.number()];
        const QByteArray sql = connection.runningQuery();
        const QByteArray name = sql.sliced(sql.lastIndexOf(' ') + 1);
        const auto at = session.savepoint(name);
        if (sql.startsWith("START TRANSACTION")) {
            commit(session);
            session.open = true;
        } else if (sql == "COMMIT") {
            commit(session);
        } else if (sql == "ROLLBACK") {
            session.end();
        } else if (sql.startsWith("SET autocommit")) {
            if (sql.endsWith('1') && !session.autoCommit)
                commit(session);
            session.autoCommit = sql.endsWith('1');
        } else if (sql.startsWith("SAVEPOINT ")) {
            if (at >= 0)
                session.savepoints.removeAt(at);
            if (session.open)
                session.savepoints.append({name, session.changes.size()});
        } else if (sql.startsWith("RELEASE SAVEPOINT ")
                   || sql.startsWith("ROLLBACK TO SAVEPOINT ")) {
            if (at < 0) {
                connection.error(1305, "42000", "SAVEPOINT " + name + " does not exist");
                return;
            }
            if (sql.startsWith("ROLLBACK"))
                session.changes.resize(session.savepoints[at].second);
            session.savepoints.resize(sql.startsWith("ROLLBACK") ? at + 1 : at);
        } else if (sql.startsWith("INSERT") || sql.startsWith("UPDATE")
                   || sql.startsWith("DELETE")) {
            session.open = session.open || !session.autoCommit;
            session.changes.append(sql);
            if (!session.open)
                commit(session);
        }
        ok(connection);
    }

    /// Rolls the whole transaction back.
    Handler deadlock()
    {
        return [this](FakeConnection &c) {
            m_sessions[c.number()].end();
            c.error(1213, "40001", "Deadlock found when trying to get lock");
        };
    }

    /// The same, with an error that says nothing of it.
    Handler silentRollback()
    {
        return [this](FakeConnection &c) {
            m_sessions[c.number()].end();
            c.error(1206, "HY000", "The total number of locks exceeds the lock table size");
        };
    }

    /// The same, with the answer of a change that was made.
    Handler goneAfterwards()
    {
        return [this](FakeConnection &c) {
            m_sessions[c.number()].end();
            ok(c);
        };
    }

    /// A routine that commits, and changes something afterwards.
    Handler committing(const QByteArray &change)
    {
        return [this, change](FakeConnection &c) {
            Session &session = m_sessions[c.number()];
            commit(session);
            session.open = !session.autoCommit;
            session.changes.append(change);
            if (!session.open)
                commit(session);
            ok(c);
        };
    }

    static Handler refusal(int number)
    {
        return [number](FakeConnection &c) { c.error(number, "HY000", "Not here"); };
    }

private:
    struct Session
    {
        bool autoCommit = true;
        bool open = false;
        QByteArrayList changes;
        /// Each with how many changes there were.
        QList<std::pair<QByteArray, qsizetype>> savepoints;

        qsizetype savepoint(const QByteArray &name) const
        {
            for (qsizetype i = 0; i < savepoints.size(); ++i) {
                if (savepoints[i].first == name)
                    return i;
            }
            return -1;
        }
        void end()
        {
            open = false;
            changes.clear();
            savepoints.clear();
        }
    };

    void commit(Session &session)
    {
        m_committed += session.changes;
        session.end();
    }

    void ok(FakeConnection &connection)
    {
        const Session &session = m_sessions[connection.number()];
        Ok ok;
        ok.status
            = quint16((session.autoCommit ? AutoCommit : 0) | (session.open ? InTransaction : 0));
        connection.ok(ok);
    }

    QHash<int, Session> m_sessions;
    QByteArrayList m_committed;
    QSet<QByteArray> m_own;
};

} // namespace Fake
