// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qbytearray.h>
#include <QtCore/qstring.h>

#include <optional>

namespace AsyncMySql::Protocol {

/// ERR. Its SQLSTATE is missing where the server refuses before capabilities are agreed.
struct ErrorPacket
{
    quint16 number = 0;
    /// Five characters, or empty.
    QByteArray sqlState;
    /// Decoded (invalid bytes replaced), at most 64 KiB of it, with line breaks turned into spaces
    /// and other control characters taken out: it goes to logs and message boxes.
    QString message;

    /// \a resultCharacterSet is the character_set_results of the session, in which a server writes
    /// the message. What is valid UTF-8 is read as that all the same: proxies write their own
    /// errors in it, whatever the session has.
    [[nodiscard]] static std::optional<ErrorPacket> parse(QByteArrayView payload,
                                                          QByteArrayView resultCharacterSet = {});
    /// Whether it is an error at all: false for the number 0, and for that of a ProgressReport
    /// without an SQLSTATE.
    [[nodiscard]] bool isPlausible() const;
    /// The same for an error from a peer that is not authenticated: false as well for what looks
    /// like a failure of this side, that is for the numbers of client libraries.
    [[nodiscard]] bool isPlausibleBeforeAuthentication() const;
};

/// MariaDB's progress report: an ERR packet with a number of its own and no SQLSTATE, legal where
/// PROGRESS was agreed.
struct ProgressReport
{
    quint8 stage = 0;
    quint8 maximumStage = 0;
    /// Of the stage, 0 to 100.
    double percent = 0;
    QString text;

    [[nodiscard]] static std::optional<ProgressReport> parse(QByteArrayView payload);
};

} // namespace AsyncMySql::Protocol
