// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qbytearrayview.h>

#include <optional>

namespace AsyncMySql::Protocol {

/// The beginning of the answer to COM_STMT_PREPARE (MySQL: "COM_STMT_PREPARE_OK"). The definitions
/// of the parameters and those of the columns follow.
struct PrepareOk
{
    quint32 statementId = 0;
    quint16 columnCount = 0;
    quint16 parameterCount = 0;
    quint16 warningCount = 0;

    [[nodiscard]] static std::optional<PrepareOk> parse(QByteArrayView payload);
};

} // namespace AsyncMySql::Protocol
