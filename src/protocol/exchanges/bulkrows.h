// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "protocolfailure.h"
#include "sqldialect.h"

#include <QtCore/qlist.h>
#include <QtCore/qvariant.h>

#include <variant>

namespace AsyncMySql::Protocol {

/// Rows that go together in one packet of MariaDB's bulk command.
struct BulkRows
{
    qsizetype count = 0;
    /// Two bytes for each column, which hold for all rows.
    QByteArray types;
    /// Of each row, for each value: whether it is one (0), NULL (1) or DEFAULT (2), and if it is
    /// one, its binary form.
    QByteArray bytes;
};

struct BulkLimits
{
    /// Of one packet, in bytes; that of a single row may be longer.
    qsizetype wanted;
    /// The size in bytes that no packet may reach.
    qsizetype packet;
    qsizetype rows;
};

/// Encodes as many of \a rows as fit, from number \a first on: of \a columns values each, in the
/// same types in each row (NULL and DEFAULT go with all), and good to send. Only if the first one
/// is not is that an error.
[[nodiscard]] std::variant<BulkRows, Failure> encodeBulkRows(const QList<QVariantList> &rows,
                                                             qsizetype first, int columns,
                                                             const SqlDialect &dialect,
                                                             const BulkLimits &limits);

/// What is said about a row that cannot be sent; people count from 1.
[[nodiscard]] Failure rowError(qsizetype row, const QString &message,
                               FailureCode code = FailureCode::InvalidParameter);
[[nodiscard]] Failure rowOfOtherSize(qsizetype row, qsizetype values, int columns);
/// \a packetLimit is the size in bytes that no packet may reach.
[[nodiscard]] Failure rowTooLong(qsizetype row, qsizetype packetLimit);

} // namespace AsyncMySql::Protocol
