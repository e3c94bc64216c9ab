// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "sqldialect.h"

#include <QtCore/qbytearrayview.h>

#include <vector>

namespace AsyncMySql::Protocol {

struct Placeholder
{
    qsizetype offset = 0;
    qsizetype size = 0;
    /// Without the colon. Empty for a question mark.
    QByteArrayView name;
    /// See SqlToken::inExecutableComment.
    bool inExecutableComment = false;
    /// The statement in which it is takes expressions for values; others need quoted strings.
    bool takesExpressions = false;
    /// Another statement before it can have changed what the session makes of the text.
    bool isBehindOther = false;
};

/// The placeholders of a statement in UTF-8, in their order. Strings, quoted identifiers and
/// comments have none; executable comments have.
struct Placeholders
{
    enum class Kind : quint8 {
        None,
        Positional, ///< question marks
        Named,
        Mixed, ///< both: an error
    };

    Kind kind = Kind::None;
    /// The views show the bytes of the statement.
    std::vector<Placeholder> list;
    /// The statement ends within a string, a quoted identifier or a block comment.
    bool unterminated = false;

    static Placeholders find(QByteArrayView sql, const SqlDialect &dialect);
};

} // namespace AsyncMySql::Protocol
