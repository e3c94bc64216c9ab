// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "exchange.h"

#include "errorpacket.h"
#include "packetheader.h"

namespace AsyncMySql::Protocol {

Exchange::~Exchange() = default;

bool Exchange::stop()
{
    return false;
}

void Exchange::confirmStop() {}

Failure Exchange::stopped()
{
    using namespace Qt::StringLiterals;

    return {FailureCode::Stopped, u"The statement was stopped before it was sent"_s, 0, {}};
}

Exchange::Progress Exchange::broken(FailureCode code, const QString &message)
{
    m_failure = {code, message, 0, {}};
    return Progress::Broken;
}

Exchange::Progress Exchange::refused(QByteArrayView payload)
{
    using namespace Qt::StringLiterals;

    const std::optional<ErrorPacket> error = ErrorPacket::parse(payload, m_resultCharacterSet);
    if (!error)
        return broken(FailureCode::MalformedPacket, u"The server sent an incomplete error"_s);
    if (!error->isPlausible()) {
        return broken(
            FailureCode::MalformedPacket,
            u"The server sent an error with the number %1 and no SQLSTATE"_s.arg(error->number));
    }
    m_failure = {FailureCode::ServerError, error->message, error->number, error->sqlState,
                 m_serverFlavour};
    return Progress::Finished;
}

Exchange::Progress Exchange::handleStatus(QByteArrayView payload, Capabilities capabilities)
{
    using namespace Qt::StringLiterals;

    if (payload.isEmpty())
        return broken(FailureCode::MalformedPacket, u"The server sent an empty packet"_s);
    switch (static_cast<quint8>(payload[0])) {
    case PacketHeader::Ok: {
        const std::optional<OkPacket> ok = OkPacket::parse(payload, capabilities);
        if (!ok)
            return broken(FailureCode::MalformedPacket, u"The server sent an incomplete OK"_s);
        recordSession(*ok);
        return Progress::Finished;
    }
    case PacketHeader::Error:
        return refused(payload);
    default:
        return broken(FailureCode::UnexpectedPacket,
                      u"The server answered with neither OK nor an error"_s);
    }
}

void Exchange::recordSession(const Exchange &part)
{
    if (part.m_status)
        m_status = part.m_status;
    m_resultCharacterSet = part.m_resultCharacterSet;
    m_sessionStateChanges += part.m_sessionStateChanges;
}

void Exchange::recordSession(const OkPacket &ok)
{
    m_status = ok.status;
    // The answers to many statements say the same thing over and over. A list longer than those of
    // real servers is not worth the search.
    constexpr qsizetype LongList = 100;
    for (const SessionStateChange &change : ok.sessionStateChanges) {
        if (change.type == SessionStateChange::Type::SystemVariable
            && change.name == "character_set_results")
            m_resultCharacterSet = change.value;
        if (m_sessionStateChanges.size() < LongList) {
            m_sessionStateChanges.removeIf([&](const SessionStateChange &earlier) {
                return earlier.type == change.type && earlier.name == change.name;
            });
        }
        m_sessionStateChanges.append(change);
    }
}

qsizetype Exchange::sessionStateSize() const
{
    qsizetype size = 0;
    for (const SessionStateChange &change : m_sessionStateChanges)
        size += qsizetype(sizeof change) + change.name.size() + change.value.size();
    return size;
}

} // namespace AsyncMySql::Protocol
