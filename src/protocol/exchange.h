// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "byteblock.h"
#include "capabilities.h"
#include "okpacket.h"
#include "protocolfailure.h"
#include "serverstatus.h"

#include <QtCore/qbytearray.h>

namespace AsyncMySql::Protocol {

/// One command and its whole answer, as a machine without input or output: it gives the command's
/// payload, takes the payloads of the answer one by one, and says when it is through.
class Exchange
{
public:
    enum class Progress {
        NeedPacket,
        /// The answer is complete: an ERR packet, too, ends an exchange well (failure() has it), and
        /// the session can take the next command.
        Finished,
        /// The answer makes no sense (failure() says why): the session must not be used again.
        Broken,
    };

    virtual ~Exchange();

    virtual QByteArray command() = 0;
    /// \a block is what \a payload lies in, for those who keep it.
    virtual Progress handlePacket(QByteArrayView payload, const Wire::ByteBlockPointer &block) = 0;

    const Failure &failure() const { return m_failure; }
    /// Whether any packet of the answer has come.
    bool hasAnswerBegun() const { return m_answerBegun; }
    /// The last status word of the answer; none came with an ERR packet.
    std::optional<ServerStatus> status() const { return m_status; }
    /// What the server said about the session, in order.
    const QList<SessionStateChange> &sessionStateChanges() const { return m_sessionStateChanges; }

protected:
    Progress broken(FailureCode code, const QString &message);
    /// Takes over an ERR packet, which ends the exchange.
    Progress refused(QByteArrayView payload);
    void setAnswerBegun() { m_answerBegun = true; }
    void setStatus(ServerStatus status) { m_status = status; }
    /// Takes over what an OK packet says about the session.
    void noteSession(const OkPacket &ok);

private:
    Failure m_failure;
    std::optional<ServerStatus> m_status;
    QList<SessionStateChange> m_sessionStateChanges;
    bool m_answerBegun = false;
};

} // namespace AsyncMySql::Protocol
