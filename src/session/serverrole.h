// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/host.h>

#include <QtCore/qbytearray.h>
#include <QtCore/qglobal.h>
#include <QtCore/qlist.h>
#include <QtCore/qstring.h>

namespace AsyncMySql {

namespace Protocol {
class ResultExchange;
}

/// What a session needs of its server, where there are others.
struct ServerDemand
{
    enum class Kind : quint8 {
        None,     ///< it is not asked
        Ready,    ///< it executes statements
        Writable, ///< it is not read-only
        Replica,  ///< it is
    };

    Kind kind = Kind::None;
    /// Also if it has something else to do: it serves as the source of a state transfer.
    bool acceptsBusy = false;
};

/// What a server says of itself: whether it is ready, and whether it can be written to. It is asked
/// in up to two statements, neither of which needs a privilege; the second one is for members of
/// clusters.
class ServerRole
{
public:
    enum class Question : quint8 { None, Variables, Galera, Group };

    /// For a new session.
    Question begin();
    /// In a form that every server understands: variables that it does not have are left out.
    static QByteArray sql(Question question);
    /// What is to be asked next. An answer that is an error, as for want of a privilege, says
    /// nothing.
    Question take(Question question, Protocol::ResultExchange &exchange);

    bool isKnown() const { return m_isKnown; }
    bool isReady() const { return m_notReady.isEmpty(); }
    bool isWritable() const { return m_readOnly.isEmpty(); }
    bool isGalera() const { return m_isGalera; }
    bool isBusy() const { return !m_busy.isEmpty(); }
    /// Of its cluster, itself included, as far as they can be connected to.
    const QList<Host> &members() const { return m_members; }
    /// Why the server is not suitable, for a message; empty if it is.
    QString objection(const ServerDemand &demand) const;

private:
    Question takeVariables(Protocol::ResultExchange &exchange);
    void takeGalera(Protocol::ResultExchange &exchange);
    void takeGroup(Protocol::ResultExchange &exchange);
    void addMember(const QString &address);

    bool m_isKnown = false;
    bool m_isGalera = false;
    /// Others in its cluster are the same.
    bool m_hasEquals = false;
    QList<Host> m_members;
    QString m_notReady;
    QString m_readOnly;
    QString m_busy;
};

} // namespace AsyncMySql
