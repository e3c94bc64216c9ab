// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "sessionstate.h"

#include "handshake.h"

#include <QtCore/qversionnumber.h>

#include <algorithm>

namespace AsyncMySql {

namespace {

quint32 versionNumber(const QString &version)
{
    const QVersionNumber number = QVersionNumber::fromString(version);
    return static_cast<quint32>(10000 * number.majorVersion() + 100 * number.minorVersion()
                                + number.microVersion());
}

} // namespace

void SessionState::begin(const Protocol::Handshake &handshake)
{
    const Protocol::Greeting &greeting = handshake.greeting();
    capabilities = handshake.capabilities();
    status = handshake.ok().status;
    connectionId = greeting.connectionId;
    serverVersion = QString::fromUtf8(greeting.serverVersion);
    serverVersionNumber = versionNumber(serverVersion);
    isMariaDb = greeting.isMariaDb;
    flavour = greeting.flavour();
    authenticationPlugin = handshake.authenticationPlugin();
    update(handshake.ok().sessionStateChanges);
}

void SessionState::update(const QList<Protocol::SessionStateChange> &changes)
{
    using Type = Protocol::SessionStateChange::Type;
    revision += static_cast<quint64>(changes.size());
    for (const Protocol::SessionStateChange &change : changes) {
        switch (change.type) {
        case Type::Schema:
            database = QString::fromUtf8(change.value);
            break;
        case Type::SystemVariable:
            updateVariable(change.name, change.value);
            break;
        case Type::Gtids:
            gtid = QString::fromUtf8(change.value);
            break;
        case Type::StateChanged:
        case Type::TransactionCharacteristics:
        case Type::TransactionState:
            break;
        }
    }
}

void SessionState::updateVariable(const QByteArray &name, const QByteArray &value)
{
    if (name == "character_set_client")
        characterSet = value;
    else if (name == "time_zone")
        setTimeZone(value);
    else if (name == "character_set_results")
        resultCharacterSet = value;
    else if (name == "connection_id")
        connectionId = value.toULongLong();
    else if (name == "sql_mode") {
        hasSqlMode = true;
        hasNoBackslashEscapes = value.contains("NO_BACKSLASH_ESCAPES");
        hasAnsiQuotes = value.contains("ANSI_QUOTES");
    } else if (name == "last_gtid" && !value.isEmpty())
        gtid = QString::fromUtf8(value);
    // Bounded: a hostile server can name ever new variables.
    constexpr qsizetype maximumVariables = 1024;
    constexpr qsizetype maximumSize = 4096;
    if (name.size() + value.size() > maximumSize)
        return;
    const QString variable = QString::fromUtf8(name);
    if (variables.size() < maximumVariables || variables.contains(variable))
        variables[variable] = QString::fromUtf8(value);
}

void SessionState::setTimeZone(const QByteArray &name)
{
    if (!timeZone || timeZone->name() != name)
        timeZone = Values::SessionTimeZone::find(name);
}

void SessionState::setUtf8()
{
    const SessionState utf8;
    characterSet = utf8.characterSet;
    resultCharacterSet = utf8.resultCharacterSet;
}

void SessionState::setPeer(Peer newPeer, qsizetype limit)
{
    peer = newPeer;
    if (packetLimit == 0)
        packetLimit = limit;
    ++revision;
}

qsizetype SessionState::commandLimit() const
{
    constexpr qsizetype headerSize = 4;
    const bool isCompressed
        = capabilities & (Protocol::Capability::Compress | Protocol::Capability::ZstdCompression);
    return isCompressed ? std::max<qsizetype>(0, packetLimit - headerSize) : packetLimit;
}

Protocol::SqlDialect SessionState::dialect() const
{
    return {status.testFlag(Protocol::ServerStatusFlag::NoBackslashEscapes),
            isMariaDb ? status.testFlag(Protocol::ServerStatusFlag::AnsiQuotes) : hasAnsiQuotes,
            characterSet,
            resultCharacterSet,
            timeZone,
            flavour == Protocol::ServerFlavour::MariaDb,
            flavour == Protocol::ServerFlavour::Unknown ? 0 : serverVersionNumber};
}

Protocol::SqlDialect SessionState::reportedDialect() const
{
    Protocol::SqlDialect reported = dialect();
    if (hasSqlMode) {
        reported.noBackslashEscapes = hasNoBackslashEscapes;
        reported.ansiQuotes = hasAnsiQuotes;
    }
    return reported;
}

} // namespace AsyncMySql
