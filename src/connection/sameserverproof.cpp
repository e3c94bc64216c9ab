// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "sameserverproof.h"

#include "sessionsettings.h"

#include <AsyncMySql/column.h>
#include <AsyncMySql/row.h>

#include <QtCore/qstring.h>

#include <optional>

namespace AsyncMySql {

using namespace Qt::StringLiterals;

namespace {

/// Where a connection comes from, as the server sees it: "shop.example.org:41234", "::1:41234",
/// "localhost" (a Unix socket).
struct Origin
{
    QString host;
    quint16 port = 0;
};

Origin originOf(const QString &text)
{
    const qsizetype colon = text.lastIndexOf(u':');
    bool isPort = false;
    const quint16 port = QStringView(text).sliced(colon + 1).toUShort(&isPort);
    if (colon < 0 || !isPort)
        return {text, 0};
    return {text.first(colon), port};
}

/// The names come in other cases from other servers.
int columnOf(const Result &result, QLatin1StringView name)
{
    const QList<Column> columns = result.columns();
    for (int i = 0; i < columns.size(); ++i) {
        if (columns[i].name().compare(name, Qt::CaseInsensitive) == 0)
            return i;
    }
    return -1;
}

bool isSeenAs(const Origin &origin, const SessionTraits &traits)
{
    // Both are without one at the ends of a Unix socket.
    return origin.port == traits.localPort && (traits.localPort > 0 || traits.isLocal);
}

} // namespace

SameServerProof::SameServerProof(const SessionTraits &session, const SessionTraits &side,
                                 bool isMariaDb)
    : m_session(session)
    , m_side(side)
    , m_isMariaDb(isMariaDb)
    // MariaDB's performance schema is off by default.
    , m_steps(isMariaDb ? QList{Step::ProcessList, Step::Attributes}
                        : QList{Step::Attributes, Step::ProcessList})
{
}

QByteArray SameServerProof::idList() const
{
    return '(' + QByteArray::number(m_session.connectionId) + ", CONNECTION_ID())";
}

QByteArray SameServerProof::nextStatement()
{
    if (m_steps.isEmpty())
        return {};
    m_step = m_steps.takeFirst();
    switch (m_step) {
    case Step::Attributes:
        return "SELECT PROCESSLIST_ID FROM performance_schema.session_account_connect_attrs "
               "WHERE ATTR_NAME = '"
               + QByteArray(SessionTokenAttribute) + "' AND ATTR_VALUE = '" + m_session.token
               + "' AND PROCESSLIST_ID IN " + idList();
    case Step::ProcessList:
        break;
    }
    // The table of the information schema is deprecated in MySQL.
    return m_isMariaDb
               ? "SELECT ID, HOST FROM information_schema.PROCESSLIST WHERE ID IN " + idList()
               : QByteArrayLiteral("SHOW PROCESSLIST");
}

SameServerProof::Verdict SameServerProof::judge(const Result &answer) const
{
    return m_step == Step::Attributes ? judgeAttributes(answer) : judgeProcessList(answer);
}

SameServerProof::Verdict SameServerProof::judgeAttributes(const Result &answer) const
{
    // Without the side connection's own attributes there are none at all.
    if (answer.isEmpty())
        return Verdict::Inconclusive;
    for (const Row &row : answer) {
        if (row.text(0).toULongLong() == m_session.connectionId)
            return Verdict::Verified;
    }
    return Verdict::Mismatch;
}

SameServerProof::Verdict SameServerProof::judgeProcessList(const Result &answer) const
{
    const int idColumn = columnOf(answer, "ID"_L1);
    const int hostColumn = columnOf(answer, "HOST"_L1);
    if (idColumn < 0 || hostColumn < 0)
        return Verdict::Inconclusive;
    std::optional<Origin> session;
    std::optional<Origin> side;
    for (const Row &row : answer) {
        const quint64 id = row.text(idColumn).toULongLong();
        if (id == m_session.connectionId)
            session = originOf(row.text(hostColumn));
        else if (id == m_side.connectionId)
            side = originOf(row.text(hostColumn));
    }
    const bool areSeen = session && side && session->host == side->host
                         && isSeenAs(*session, m_session) && isSeenAs(*side, m_side);
    return areSeen ? Verdict::Verified : Verdict::Inconclusive;
}

} // namespace AsyncMySql
