// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "capabilities.h"
#include "insertoutline.h"
#include "parametervalue.h"
#include "protocolfailure.h"
#include "sqldialect.h"

#include <QtCore/qbytearray.h>
#include <QtCore/qlist.h>
#include <QtCore/qvariant.h>

#include <optional>

namespace AsyncMySql::Protocol {

struct InsertTarget;

/// Makes statements of many rows (INSERT … VALUES (…), (…)) of a statement of one row. When such a
/// statement has failed for one of its rows, nothing of it is in effect. Then its rows are executed
/// again in smaller and smaller groups, until all before the failing row are in effect, and that
/// row is found: it is executed by itself, as it would have been without all this. Each statement
/// is a transaction of its own: in a larger one a deadlock would have undone the rows before it,
/// and locks of rows would be kept.
class MultiRowInsert
{
public:
    struct Limits
    {
        /// Of a command, in bytes.
        qsizetype wanted;
        /// The size in bytes that no packet may reach.
        qsizetype packet;
    };

    /// A command (COM_QUERY), and how many rows it inserts.
    struct Group
    {
        QByteArray command;
        qsizetype rows = 0;
    };

    MultiRowInsert(InsertOutline outline, const SqlDialect &dialect, Capabilities capabilities,
                   const Limits &limits);

    const InsertOutline &outline() const { return m_outline; }
    /// Whether a statement of many rows means the same as one for each row. \a ignoresDoubts is
    /// whether that shall be so with triggers, and with defaults that differ between statements.
    bool accept(const InsertTarget &target, bool ignoresDoubts);

    /// The next of \a rows from number \a first on, as far as they fit. Nothing if the first one
    /// must be executed by itself: it cannot be sent, has no equal literal, or is the last one,
    /// after which the session shall look as it does after a statement of one row
    /// (LAST_INSERT_ID(), ROW_COUNT()).
    std::optional<Group> encode(const QList<QVariantList> &rows, qsizetype first) const;
    /// The \a count rows from number \a first on have met \a failure. Whether encode() shall be
    /// asked for them again.
    bool divide(const Failure &failure, qsizetype first, qsizetype count);
    /// Whether one of the rows from number \a row on has failed in a group: none may be sent before
    /// those that precede it are answered.
    bool isDivided(qsizetype row) const { return row < m_dividedEnd; }
    /// The ids of \a count rows, of which the server has reported the first one, or 0 if there are
    /// none. Empty if they are not known.
    QList<quint64> insertIds(quint64 first, qsizetype count) const;

private:
    void findTemporal(const InsertTarget &target);
    bool hasLiteral(const ParameterValue &value, qsizetype parameter) const;
    bool appendRow(QByteArray *sql, const QVariantList &row) const;

    InsertOutline m_outline;
    SqlDialect m_dialect;
    Capabilities m_capabilities;
    Limits m_limits;
    /// Which placeholders stand for values of temporal columns.
    QList<bool> m_isTemporal;
    quint64 m_autoIncrement = 1;
    /// Behind the last row of a group that has failed.
    qsizetype m_dividedEnd = 0;
    /// Behind the last one of those that are executed by themselves.
    qsizetype m_aloneEnd = 0;
};

} // namespace AsyncMySql::Protocol
