// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "scriptedserver.h"

#include "connectionfixture.h"

using namespace Qt::StringLiterals;

ScriptedServer::ScriptedServer(QObject *parent)
    : QObject(parent)
{
}

QUrl ScriptedServer::url() const
{
    AsyncMySql::ConnectionOptions options = Fake::optionsFor(m_server);
    options.setPassword({});
    return options.toUrl();
}

QString ScriptedServer::password() const
{
    return Fake::Password;
}

void ScriptedServer::stall(const QString &sql)
{
    m_server.on(sql.toUtf8(), Fake::FakeServer::stall);
}

void ScriptedServer::refuse(const QString &sql, int number, const QString &sqlState,
                            const QString &message)
{
    m_server.on(sql.toUtf8(), [=](Fake::FakeConnection &connection) {
        connection.error(number, sqlState.toLatin1(), message.toUtf8());
    });
}

void ScriptedServer::answer(const QString &sql, const QString &value)
{
    m_server.on(sql.toUtf8(), [=](Fake::FakeConnection &connection) {
        connection.result({Fake::FakeColumn("value")}, {Fake::FakeRow{value.toUtf8()}});
    });
}

void ScriptedServer::dieOnce(const QString &sql)
{
    m_server.once(sql.toUtf8(), [](Fake::FakeConnection &connection) { connection.reset(); });
}

int ScriptedServer::countQuery(const QString &sql) const
{
    return m_server.countQuery(sql.toUtf8());
}

void ScriptedServer::stopListening()
{
    m_server.stopListening();
}

void ScriptedServer::listenAgain()
{
    m_server.listenAgain();
}

void ScriptedServer::cutAll()
{
    m_server.cutAll();
}
