// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qbytearray.h>
#include <QtCore/qlist.h>

#include <optional>

namespace AsyncMySql::Protocol {

/// One change of the session's state in an OK packet (MySQL: "Session State Information").
struct SessionStateChange
{
    enum class Type : quint8 {
        SystemVariable = 0,
        Schema = 1,
        StateChanged = 2,
        Gtids = 3,
        TransactionCharacteristics = 4,
        TransactionState = 5,
    };

    Type type = Type::SystemVariable;
    /// Of the system variable; empty for the other types.
    QByteArray name;
    /// The variable's value, the schema, the GTIDs … A null array where the server sent NULL.
    QByteArray value;

    /// Parses the whole block. Types that are unknown are skipped, which their length allows.
    [[nodiscard]] static std::optional<QList<SessionStateChange>> parseBlock(QByteArrayView block);
};

} // namespace AsyncMySql::Protocol
