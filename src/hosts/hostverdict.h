// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "servererrors.h"

#include <QtCore/qbytearrayview.h>
#include <QtCore/qglobal.h>
#include <QtCore/qstring.h>

namespace AsyncMySql {

/// What an error of a server says about the server, where there are others.
struct HostVerdict
{
    enum class Meaning : quint8 {
        Nothing,    ///< it is about the statement alone
        NotNow,     ///< this server does not execute statements now: another one may
        ReadOnly,   ///< this server does not write: another one may
        Lost,       ///< the session is over; that says nothing of the server
        Conflict,   ///< the transaction was undone: it may succeed when run again, on any server
        Congestion, ///< the statement may succeed later
        Unknown,    ///< what was to be committed may be in effect
        Access,     ///< the account is refused, and mostly is so everywhere
    };
    /// How long no new session is opened with the server.
    enum class Avoidance : quint8 { No, Short, Usual, Long };

    Meaning meaning = Meaning::Nothing;
    Avoidance avoidance = Avoidance::No;

    friend bool operator==(HostVerdict a, HostVerdict b)
    {
        return a.meaning == b.meaning && a.avoidance == b.avoidance;
    }
};

/// An error of a server, with all that its meaning depends on.
struct HostError
{
    Protocol::ServerErrorCode code;
    QByteArrayView sqlState;
    /// Some numbers have several meanings.
    QStringView message;
    /// Whether the session is as it was set up, without a transaction or variables of the
    /// application: a transaction that is read-only is not its doing then.
    bool isPlainSession = true;
};

/// Judges by number, state and text: numbers alone say too little.
[[nodiscard]] HostVerdict hostVerdict(const HostError &error);

} // namespace AsyncMySql
