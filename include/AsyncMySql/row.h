// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/error.h>
#include <AsyncMySql/global.h>

#include <QtCore/qbytearrayview.h>
#include <QtCore/qstringview.h>
#include <QtCore/qvariant.h>

#include <memory>

namespace AsyncMySql {

namespace Values {
class ResultData;
}

// To be completed by the result layer: see the brief.
class ASYNCMYSQL_EXPORT Row
{
public:
    Row();
    Row(const Row &other);
    Row &operator=(const Row &other);
    ~Row();
};

} // namespace AsyncMySql
