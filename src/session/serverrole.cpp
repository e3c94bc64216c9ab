// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "serverrole.h"

#include "hosttext.h"
#include "resultexchange.h"

#include <AsyncMySql/result.h>
#include <AsyncMySql/row.h>

#include <QtCore/qmap.h>

#include <optional>
#include <utility>

namespace AsyncMySql {

using namespace Qt::StringLiterals;

namespace {

/// Null if the answer is an error.
std::optional<Result> resultOf(Protocol::ResultExchange &exchange)
{
    auto results = exchange.takeResults();
    if (exchange.failure() || results.empty())
        return std::nullopt;
    return Result(std::move(results.front()));
}

/// Of an answer with two columns, a name and a value.
QMap<QString, QString> valuesOf(const Result &result)
{
    QMap<QString, QString> values;
    for (const Row &row : result) {
        if (result.columnCount() >= 2)
            values.insert(row.text(0).toLower(), row.text(1));
    }
    return values;
}

/// MariaDB 12 has more values than ON for read_only. All but OFF forbid something.
bool isOn(const QMap<QString, QString> &values, const QString &name)
{
    const QString value = values.value(name);
    return !value.isEmpty() && value != "0"_L1 && value.compare("OFF"_L1, Qt::CaseInsensitive) != 0;
}

} // namespace

ServerRole::Question ServerRole::begin()
{
    *this = {};
    return Question::Variables;
}

QByteArray ServerRole::sql(Question question)
{
    switch (question) {
    case Question::Variables:
        // A replica of Aurora has innodb_read_only set, and read_only not. The default of sessions
        // forbids to write in them, too.
        return "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('read_only', 'super_read_only', "
               "'innodb_read_only', 'transaction_read_only', 'tx_read_only', 'wsrep_on', "
               "'group_replication_group_name')";
    case Question::Galera:
        return "SHOW GLOBAL STATUS WHERE Variable_name IN ('wsrep_ready', 'wsrep_cluster_status', "
               "'wsrep_local_state', 'wsrep_local_state_comment', "
               "'wsrep_incoming_addresses')";
    case Question::Group:
        return "SELECT MEMBER_STATE, MEMBER_ROLE, MEMBER_ID = @@server_uuid, MEMBER_HOST, "
               "MEMBER_PORT FROM performance_schema.replication_group_members";
    case Question::None:
        break;
    }
    return {};
}

ServerRole::Question ServerRole::take(Question question, Protocol::ResultExchange &exchange)
{
    switch (question) {
    case Question::Variables:
        return takeVariables(exchange);
    case Question::Galera:
        takeGalera(exchange);
        break;
    case Question::Group:
        takeGroup(exchange);
        break;
    case Question::None:
        break;
    }
    return Question::None;
}

ServerRole::Question ServerRole::takeVariables(Protocol::ResultExchange &exchange)
{
    const std::optional<Result> result = resultOf(exchange);
    if (!result)
        return Question::None;
    const QMap<QString, QString> values = valuesOf(*result);
    m_isKnown = true;
    for (const QString &name : {u"super_read_only"_s, u"read_only"_s, u"innodb_read_only"_s,
                                u"transaction_read_only"_s, u"tx_read_only"_s}) {
        if (isOn(values, name)) {
            m_readOnly = u"%1 is %2"_s.arg(name, values.value(name));
            break;
        }
    }
    m_isGalera = isOn(values, u"wsrep_on"_s);
    m_hasEquals = m_isGalera;
    if (m_isGalera)
        return Question::Galera;
    return values.value(u"group_replication_group_name"_s).isEmpty() ? Question::None
                                                                     : Question::Group;
}

void ServerRole::takeGalera(Protocol::ResultExchange &exchange)
{
    const std::optional<Result> result = resultOf(exchange);
    if (!result)
        return;
    const QMap<QString, QString> values = valuesOf(*result);
    for (const QString &address : values.value(u"wsrep_incoming_addresses"_s).split(u','))
        addMember(address);
    constexpr int donor = 2;
    constexpr int synced = 4;
    const int state = values.value(u"wsrep_local_state"_s).toInt();
    const QString text = values.value(u"wsrep_local_state_comment"_s);
    const QString cluster = values.value(u"wsrep_cluster_status"_s);
    if (!cluster.isEmpty() && cluster.compare("Primary"_L1, Qt::CaseInsensitive) != 0)
        m_notReady = u"its part of the cluster has no majority (%1)"_s.arg(cluster);
    else if (!isOn(values, u"wsrep_ready"_s))
        m_notReady = u"the node is not ready (%1)"_s.arg(text);
    else if (state == donor)
        m_busy = u"the node is not in step with the cluster (%1)"_s.arg(text);
    else if (state != synced)
        m_notReady = u"the node is not in step with the cluster (%1)"_s.arg(text);
}

/// Where a node does not know its address, it says AUTO, or nothing.
void ServerRole::addMember(const QString &address)
{
    Host host;
    if (parseHost(address, &host).isEmpty() && host.name() != "AUTO"_L1
        && host.name() != "unspecified"_L1 && !m_members.contains(host))
        m_members.append(host);
}

void ServerRole::takeGroup(Protocol::ResultExchange &exchange)
{
    const std::optional<Result> result = resultOf(exchange);
    if (!result || result->columnCount() < 3)
        return;
    int online = 0;
    int primaries = 0;
    QString state = u"OFFLINE"_s;
    QString role;
    for (const Row &row : *result) {
        online += row.text(0) == "ONLINE"_L1 ? 1 : 0;
        primaries += row.text(1) == "PRIMARY"_L1 ? 1 : 0;
        if (result->columnCount() > 4)
            addMember(formatAddress(row.text(3), row.text(4).toUShort()));
        if (row.text(2) == "1"_L1) {
            state = row.text(0);
            role = row.text(1);
        }
    }
    m_hasEquals = primaries > 1;
    // A member that was expelled sees itself alone, and one that has lost the majority waits in
    // each statement that writes.
    if (state != "ONLINE"_L1)
        m_notReady = u"the member of the group is %1"_s.arg(state);
    else if (2 * online <= result->rowCount())
        m_notReady = u"its part of the group has no majority"_s;
    else if (role == "SECONDARY"_L1)
        m_readOnly = u"it is a secondary of its group"_s;
}

QString ServerRole::objection(const ServerDemand &demand) const
{
    if (demand.kind == ServerDemand::Kind::None)
        return {};
    if (!isReady())
        return m_notReady;
    if (isBusy() && !demand.acceptsBusy)
        return m_busy;
    if (demand.kind == ServerDemand::Kind::Writable && !isWritable())
        return u"it is read-only (%1)"_s.arg(m_readOnly);
    // Where all can be written to, all are read from.
    if (demand.kind == ServerDemand::Kind::Replica && isWritable() && !m_hasEquals)
        return u"it is not a replica"_s;
    return {};
}

} // namespace AsyncMySql
