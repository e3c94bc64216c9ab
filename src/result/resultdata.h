// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "columnset.h"
#include "rowstore.h"
#include "valuetraits.h"

#include <QtCore/qbytearray.h>

#include <memory>

namespace AsyncMySql::Values {

/// What Result shares. It is filled by the exchange and never changed after.
class ResultData
{
public:
    RowFormat format = RowFormat::Text;
    /// Other results can have them, too.
    std::shared_ptr<ColumnSet> columns;
    /// What the portions of one streamed result have in common; 0 if it was not streamed.
    quint64 stream = 0;
    RowStore rows;
    quint64 affectedRows = 0;
    quint64 lastInsertId = 0;
    quint16 warningCount = 0;
    QByteArray info;
    /// The values of a procedure's OUT parameters, in one row.
    bool hasOutParameters = false;
};

} // namespace AsyncMySql::Values
