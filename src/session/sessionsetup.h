// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "serverrole.h"
#include "sessionstate.h"

#include <AsyncMySql/connectionoptions.h>
#include <AsyncMySql/error.h>

#include <QtCore/qlist.h>
#include <QtCore/qmap.h>
#include <QtCore/qvariant.h>

#include <vector>

namespace AsyncMySql {

/// What every session of a connection is brought to before jobs run in it: what the options say,
/// and what the application selected since through the API.
class SessionSetup
{
public:
    void setOptions(const ConnectionOptions &options);

    void rememberDatabase(const QString &database) { m_database = database; }
    void rememberVariable(const QString &name, const QVariant &value) { m_variables[name] = value; }
    /// As the server knows it; empty for the server's own.
    QByteArray timeZone() const;
    /// The application has turned it off by statement, and a session was lost since.
    void setAutoCommitOff(bool off) { m_autoCommitOff = off; }
    /// What the server has to be for the next session.
    void setDemand(ServerDemand demand) { m_demand = demand; }
    ServerDemand demand() const { return m_demand; }
    /// The database to name while connecting.
    QString database() const { return m_database; }

    struct Step
    {
        /// In UTF-8.
        QByteArray sql;
        /// For messages: without the values, which may be secrets.
        QString what;
        /// To utf8mb4.
        bool setsCharacterSet = false;
        /// What is sent where the server refuses \c sql: its parts, one after the other, so that
        /// the one that is refused is named, without what is merely of use. Empty where there is
        /// nothing else to send.
        std::vector<Step> instead = {};
        bool selectsDatabase = false;
    };
    struct Statements
    {
        QList<Step> steps;
        Error error;
    };
    /// For a session in the state \a session, or the error of a value that has no SQL form.
    Statements statements(const SessionState &session) const;

    /// "`name` = literal" for SET, or the error.
    static Error appendAssignment(QByteArray *sql, const QString &name, const QVariant &value,
                                  const SessionState &session);

private:
    void addTracking(QMap<QString, QVariant> *variables, const SessionState &session) const;

    QString m_collation;
    QString m_timeZone;
    QString m_database;
    QMap<QString, QVariant> m_variables;
    QStringList m_initStatements;
    QStringList m_trackedVariables;
    bool m_isGtidTrackingEnabled = false;
    bool m_autoCommitOff = false;
    ServerDemand m_demand;
};

} // namespace AsyncMySql
