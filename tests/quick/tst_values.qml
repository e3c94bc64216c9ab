// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

import QtQuick

ServerTest {
    id: testCase

    name: "Values"

    function initTestCase() { createDatabases([]) }

    function cleanupTestCase() { dropDatabases() }

    function test_valuesAreNaturalToJavaScript_data() { return servers() }
    function test_valuesAreNaturalToJavaScript(server) {
        const shop = connectHere(server)
        const row = result(shop.execute(
            "SELECT 1 AS one, -9007199254740991 AS safe, 9223372036854775807 AS big,"
            + " 18446744073709551615 AS huge, 1.10 AS exact, CAST(0.5 AS DOUBLE) AS half, 'Zoë' AS text,"
            + " NULL AS nothing, DATE '2026-01-31' AS day,"
            + " CAST('2026-01-31 12:30:00.25' AS DATETIME(6)) AS moment,"
            + " CAST('2026-01-31 12:30:00.250001' AS DATETIME(6)) AS exactly,"
            + " CAST('-100:00:01' AS TIME) AS time, CAST('ab' AS BINARY) AS bytes")).first()
        compare(Object.keys(row), ["one", "safe", "big", "huge", "exact", "half", "text", "nothing",
                                   "day", "moment", "exactly", "time", "bytes"])
        verify(row.one === 1)
        verify(row.safe === -9007199254740991)
        verify(row.big === "9223372036854775807")
        verify(row.huge === "18446744073709551615")
        verify(row.exact === "1.10")
        verify(row.half === 0.5)
        verify(row.text === "Zoë")
        verify(row.nothing === null)
        compare(row.day.toISOString(), "2026-01-31T00:00:00.000Z")
        compare(row.moment.toISOString(), "2026-01-31T12:30:00.250Z")
        verify(row.exactly === "2026-01-31 12:30:00.250001")
        verify(row.time === "-100:00:01")
        verify(row.bytes instanceof ArrayBuffer)
        compare(new Uint8Array(row.bytes)[1], 98)
    }

    function test_preparedValuesAreTheSame_data() { return servers() }
    function test_preparedValuesAreTheSame(server) {
        const row = result(connectHere(server).execute(
            "SELECT 9007199254740993 AS big, CAST('2026-01-31 12:30:00.250001' AS DATETIME(6)) AS exactly,"
            + " CAST('2026-01-31' AS DATE) AS day, ? AS parameter", ["x"])).first()
        verify(row.big === "9007199254740993")
        verify(row.exactly === "2026-01-31 12:30:00.250001")
        compare(row.day.getTime(), Date.UTC(2026, 0, 31))
        verify(row.parameter === "x")
    }

    function test_zeroDatesAreTextAndNotNull_data() { return servers() }
    function test_zeroDatesAreTextAndNotNull(server) {
        const shop = connectHere(server)
        result(shop.setSessionVariable("sql_mode", ""))
        result(shop.execute("CREATE TEMPORARY TABLE t (d DATE)"))
        result(shop.execute("INSERT INTO t VALUES ('0000-00-00')"))
        verify(valueOf(shop, "SELECT d FROM t") === "0000-00-00")
    }

    function test_floatsHaveTheirOwnDigits_data() { return servers() }
    function test_floatsHaveTheirOwnDigits(server) {
        const shop = connectHere(server)
        result(shop.execute("CREATE TEMPORARY TABLE t (f FLOAT)"))
        result(shop.execute("INSERT INTO t VALUES (?)", [0.1]))
        verify(valueOf(shop, "SELECT f FROM t") === 0.1)
        verify(valueOf(shop, "SELECT f FROM t WHERE 1 = ?", 1) === 0.1)
    }

    function test_documentsAreObjects_data() { return servers() }
    function test_documentsAreObjects(server) {
        const shop = connectHere(server)
        result(shop.execute("CREATE TEMPORARY TABLE t (j JSON)"))
        result(shop.execute("INSERT INTO t VALUES (?)", [{ name: "Zoë", tags: [1, "two", null] }]))
        const document = valueOf(shop, "SELECT j FROM t")
        compare(document.name, "Zoë")
        compare(document.tags[1], "two")
        // As JSON.stringify() writes it, wherever the test runs.
        result(shop.execute("DELETE FROM t"))
        result(shop.execute("INSERT INTO t VALUES (?)", [{ at: [new Date(Date.UTC(2026, 0, 31, 12, 30))] }]))
        compare(valueOf(shop, "SELECT j FROM t").at[0], "2026-01-31T12:30:00.000Z")
    }

    function test_parametersArriveAsTheyAre_data() { return servers() }
    function test_parametersArriveAsTheyAre(server) {
        const shop = connectHere(server)
        compare(valueOf(shop, "SELECT ? IS NULL", [null]), 1)
        compare(valueOf(shop, "SELECT ? IS NULL", [undefined]), 1)
        compare(valueOf(shop, "SELECT CONCAT(?, '')", [Date.UTC(2026, 0, 31)]), "1769817600000")
        compare(valueOf(shop, "SELECT ? + 0", [true]), 1)
        compare(valueOf(shop, "SELECT HEX(?)", [new Uint8Array([1, 255]).buffer]), "01FF")
        compare(valueOf(shop, "SELECT HEX(?)", [new Uint8Array([9, 1, 255]).subarray(1)]), "01FF")
        compare(valueOf(shop, "SELECT CAST(? AS DATETIME(3))",
                        [new Date(Date.UTC(2026, 0, 31, 12, 30, 0, 250))]).toISOString(),
                "2026-01-31T12:30:00.250Z")
        compare(valueOf(shop, "SELECT CONCAT(:b, :a)", { a: "1", b: "2" }), "21")
        compare(valueOf(shop, "SELECT CONCAT(?, '!')", "alone"), "alone!")
        compare(valueOf(shop, "SELECT 1 FROM (SELECT 1) AS t LIMIT ?", [3.0]), 1)
    }

    function test_resultsTellOfWhatWasChanged_data() { return servers() }
    function test_resultsTellOfWhatWasChanged(server) {
        const shop = connectHere(server)
        result(shop.execute("CREATE TEMPORARY TABLE t (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY)"))
        const first = result(shop.execute("INSERT INTO t VALUES (NULL), (NULL)"))
        compare(first.affectedRows, 2)
        verify(first.lastInsertId === 1)
        verify(!first.hasRows)
        verify(first.first() === null)
        const big = result(shop.execute("INSERT INTO t VALUES (9007199254740993)"))
        compare(big.affectedRows, 1)
        const all = result(shop.execute("SELECT id FROM t ORDER BY id"))
        compare(all.rowCount, 3)
        compare(all.columnNames, ["id"])
        compare(all.rows().map(row => row.id), [1, 2, "9007199254740993"])
        compare(all.value(1, "id"), 2)
        compare(all.value(1, 0), 2)
        compare(all.text(1, "id"), "2")
        compare(all.value(7, 0), undefined)
        compare(all.value(0, "other"), undefined)
    }
}
