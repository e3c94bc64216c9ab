// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "byteblock.h"
#include "capabilities.h"
#include "okpacket.h"
#include "protocolfailure.h"
#include "serverstatus.h"

#include <QtCore/qbytearray.h>

#include <optional>

namespace AsyncMySql::Protocol {

/// One or several commands and their whole answers, as a machine without input or output: it gives
/// the payloads to send, takes the payloads of the answers one by one, and says when it is through.
class Exchange
{
public:
    /// Something to send.
    struct Output
    {
        enum class Kind : quint8 {
            Command,       ///< begins a numbering of its own, and is answered
            SilentCommand, ///< the same, but the server does not answer it
            Continuation,  ///< a part of the dialogue that the answer has become (LOCAL INFILE)
        };
        Kind kind = Kind::Command;
        QByteArray payload;
    };

    enum class Progress : quint8 {
        NeedPacket,
        /// The answer to one command is complete; more follow, or are yet to be asked for.
        AnswerComplete,
        /// The last answer is complete: an ERR packet, too, ends an exchange well (failure() has
        /// it), and the session can take the next command.
        Finished,
        /// The answer makes no sense (failure() says why): the session must not be used again.
        Broken,
    };

    virtual ~Exchange();

    /// What to send next, if there is anything at this time. Asked for when the exchange starts,
    /// after each packet, and whenever what it gave before has left; so what is large comes in
    /// pieces.
    virtual std::optional<Output> nextOutput() = 0;
    /// Whether everything was given that depends on no answer and no outside source: only then may
    /// the command of another exchange follow behind.
    virtual bool isWritten() const = 0;
    /// \a block is what \a payload lies in: keeping it keeps the payload.
    virtual Progress handlePacket(QByteArrayView payload, const Wire::ByteBlockPointer &block) = 0;
    /// The result is not needed any more. From now on nothing is given but what the dialogue needs
    /// to come to its end; answers to what was given are awaited. If nothing of it can have been
    /// executed, failure() says Stopped at the end. Returns whether that end is near without the
    /// server being asked to stop.
    virtual bool stop();
    /// The server has been asked to stop as well, and has confirmed it: what must not be taken for
    /// a complete command before that can be ended.
    virtual void confirmStop();
    /// Whether the answer has to wait in the network until some of it was taken.
    virtual bool isFull() const { return false; }

    /// The character_set_results of the session, in which the server writes the texts of errors and
    /// the names of columns. From then on it follows what the server reports in the answer. UTF-8
    /// if it is empty.
    void setResultCharacterSet(const QByteArray &name) { m_resultCharacterSet = name; }
    /// Whose error numbers the server uses.
    void setServerFlavour(ServerFlavour flavour) { m_serverFlavour = flavour; }

    /// Whether the answer that is awaited is to a command that only prepares the execution of a
    /// statement.
    virtual bool isPreparing() const { return false; }
    /// Whether the statement that it executes, if any, is prepared and can be executed once more.
    virtual bool isPrepared() const { return !isPreparing(); }

    const Failure &failure() const { return m_failure; }
    /// Whether any packet of the answer has come.
    bool hasAnswerBegun() const { return m_answerBegun; }
    /// Whether the server may have executed anything of it. Not if nothing was given out that
    /// executes something, nor if the server has not read that (setUnread()).
    bool mayHaveExecuted() const { return hasExecuted() || (hasSentExecution() && !m_isUnread); }
    /// The server ended the session before it read the command whose answer is awaited, as far as
    /// it was sent.
    void setUnread() { m_isUnread = true; }
    /// The last status word of the answer; none came with an ERR packet.
    std::optional<ServerStatus> status() const { return m_status; }
    /// What the server said about the session, in order; where it said the same thing several
    /// times, at least the last word.
    const QList<SessionStateChange> &sessionStateChanges() const { return m_sessionStateChanges; }

protected:
    /// Whether a command was given out that does more than prepare what follows.
    virtual bool hasSentExecution() const { return true; }
    /// Whether the answer to such a command has begun.
    virtual bool hasExecuted() const { return m_answerBegun; }

    /// What failure() says of an exchange that was stopped before anything could be executed.
    static Failure stopped();
    Progress broken(FailureCode code, const QString &message);
    /// Takes over an ERR packet, which ends the exchange.
    Progress refused(QByteArrayView payload);
    /// The same for the answer to a command that nothing but OK or ERR can answer.
    Progress handleStatus(QByteArrayView payload, Capabilities capabilities);
    const QByteArray &resultCharacterSet() const { return m_resultCharacterSet; }
    ServerFlavour serverFlavour() const { return m_serverFlavour; }
    void setFailure(const Failure &failure) { m_failure = failure; }
    void setAnswerBegun() { m_answerBegun = true; }
    void setStatus(ServerStatus status) { m_status = status; }
    /// Takes over what an OK packet says about the session.
    void recordSession(const OkPacket &ok);
    /// The same of what the answer to \a part, which is through, has said.
    void recordSession(const Exchange &part);
    void discardSessionStateChanges() { m_sessionStateChanges.clear(); }
    /// What sessionStateChanges() takes in memory, in bytes.
    qsizetype sessionStateSize() const;

private:
    Failure m_failure;
    std::optional<ServerStatus> m_status;
    QList<SessionStateChange> m_sessionStateChanges;
    QByteArray m_resultCharacterSet;
    ServerFlavour m_serverFlavour = ServerFlavour::Unknown;
    bool m_answerBegun = false;
    bool m_isUnread = false;
};

} // namespace AsyncMySql::Protocol
