// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "fakeserver.h"

#include <optional>

namespace Fake {

/// Of the table of a KeyedTableServer.
inline FakeColumn idColumn()
{
    FakeColumn column("id", 3);
    column.flags = 1 | 2; // NOT NULL, PRIMARY KEY
    column.collation = 63;
    column.table = "t";
    return column;
}

inline FakeColumn nameColumn(const char *name = "name", quint8 type = 253)
{
    FakeColumn column(name, type);
    column.table = "t";
    return column;
}

/// A server with a table t (id INT PRIMARY KEY, name VARCHAR(20)): it describes the table, and
/// prepares statements that read it with one placeholder.
class KeyedTableServer : public FakeServer
{
public:
    static constexpr quint8 Prepare = 0x16;
    static constexpr quint8 CloseStatement = 0x19;

    KeyedTableServer()
    {
        onCommand(Prepare, [](FakeConnection &c) {
            c.send('\0' + integer(1, 4) + integer(2, 2) + integer(0, 2) + '\0' + integer(0, 2));
            c.send(columnPayload(idColumn(), c.capabilities()));
            c.send(columnPayload(nameColumn(), c.capabilities()));
            c.done();
        });
        onCommand(CloseStatement, [](FakeConnection &c) { c.done(); });
        on("SHOW FULL COLUMNS FROM `t`", [](FakeConnection &c) {
            c.result({"Field", "Type", "Collation", "Null", "Extra"},
                     {{"id", "int", std::nullopt, "NO", ""},
                      {"name", "varchar(20)", "utf8mb4_bin", "YES", ""}});
        });
        on("SHOW INDEX FROM `t`", [](FakeConnection &c) {
            c.result(
                {"Non_unique", "Key_name", "Column_name", "Collation", "Sub_part", "Index_type"},
                {{"0", "PRIMARY", "id", "A", std::nullopt, "BTREE"}});
        });
        on("SHOW CREATE TABLE `t`", [](FakeConnection &c) {
            c.result(
                {"Table", "Create Table"},
                {{"t", "CREATE TABLE `t` (\n  `id` int\n) ENGINE=InnoDB DEFAULT CHARSET=utf8"}});
        });
    }
};

} // namespace Fake
