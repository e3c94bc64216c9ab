// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/QStringList>

/*!
    The table that is large: 1,000,000 rows of what the suppliers of the shop offer, made by the
    server itself in some seconds, the same ones each time.
*/
class Catalogue
{
public:
    static constexpr int RowCount = 1'000'000;

    /// The statements that make the table and fill it, in order.
    static QStringList createStatements();
    static QString dropStatement();
};
