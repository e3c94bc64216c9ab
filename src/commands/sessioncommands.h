// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "command.h"

#include <QtCore/qvariant.h>

namespace AsyncMySql {

// The commands that ask or change something of the session itself, one class for each verb of
// Connection.

class PingCommand : public Command
{
public:
    QString verb() const override { return QStringLiteral("PING"); }
    Attempt createExchange(const SessionContext &session) override;
    CommandTraits traits(const Protocol::SqlDialect &dialect) const override;
};

class SelectDatabaseCommand : public Command
{
public:
    explicit SelectDatabaseCommand(QString database)
        : m_database(std::move(database))
    {
    }

    QString verb() const override { return QStringLiteral("USE"); }
    Attempt createExchange(const SessionContext &session) override;
    CommandTraits traits(const Protocol::SqlDialect &dialect) const override;
    void succeeded(Protocol::Exchange &exchange, SessionSetup &setup) override;

private:
    QString m_database;
};

class SetVariableCommand : public Command
{
public:
    SetVariableCommand(QString name, QVariant value)
        : m_name(std::move(name))
        , m_value(std::move(value))
    {
    }

    Attempt createExchange(const SessionContext &session) override;
    CommandTraits traits(const Protocol::SqlDialect &dialect) const override;
    void succeeded(Protocol::Exchange &exchange, SessionSetup &setup) override;
    QString statement() const override;

private:
    QString m_name;
    QVariant m_value;
};

class ResetSessionCommand : public Command
{
public:
    QString verb() const override { return QStringLiteral("RESET CONNECTION"); }
    Attempt createExchange(const SessionContext &session) override;
    CommandTraits traits(const Protocol::SqlDialect &dialect) const override;
};

/// Resets a session and sets it up again, in one write where the peer is known to take that.
class RecycleCommand : public ResetSessionCommand
{
public:
    /// If \a atOnce is false it is answered before the session is set up.
    explicit RecycleCommand(bool atOnce)
        : m_atOnce(atOnce)
    {
    }

    Attempt createExchange(const SessionContext &session) override;
    /// Whether it was sent in one write.
    bool wasSentAtOnce() const { return m_wasSentAtOnce; }

private:
    const bool m_atOnce;
    bool m_wasSentAtOnce = false;
};

class CloseCommand : public Command
{
public:
    Attempt createExchange(const SessionContext &session) override;
    CommandTraits traits(const Protocol::SqlDialect &dialect) const override;
    bool closesSession() const override { return true; }
};

} // namespace AsyncMySql
