// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

import QtQuick
import AsyncMySql

ServerTest {
    id: testCase

    name: "Values"

    function initTestCase() { createDatabases([]) }

    Component {
        id: documentsComponent

        ListView {
            property alias connection: queryModel.connection

            width: 300
            height: 300
            model: QueryModel {
                id: queryModel

                sql: "SELECT j FROM documents"
            }
            delegate: Item {
                required property var model
                required property var j

                height: 20
            }
        }
    }

    function cleanupTestCase() { dropDatabases() }

    function test_valuesAreNaturalToJavaScript_data() { return servers() }
    function test_valuesAreNaturalToJavaScript(server) {
        const shop = connectHere(server)
        const row = result(shop.execute(
            "SELECT 1 AS one, -9007199254740991 AS safe, 9223372036854775807 AS big,"
            + " 18446744073709551615 AS huge, 1.10 AS exact, CAST(0.5 AS DOUBLE) AS half,"
            + " 'Zoë' AS text, NULL AS nothing, DATE '2026-01-31' AS day,"
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
            "SELECT 9007199254740993 AS big,"
            + " CAST('2026-01-31 12:30:00.250001' AS DATETIME(6)) AS exactly,"
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
        result(shop.execute("INSERT INTO t VALUES (?)",
                            [{ at: [new Date(Date.UTC(2026, 0, 31, 12, 30))] }]))
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

    function test_documentsWithLargeNumbersAreText_data() { return servers() }
    function test_documentsWithLargeNumbersAreText(server) {
        const shop = connectHere(server)
        result(shop.execute("CREATE TEMPORARY TABLE t (id INT, j JSON)"))
        const large = '{"id": 9007199254740993}'
        const larger = '[{"id": 18446744073709551615}]'
        const safe = '{"id": 9007199254740991, "x": [0.1, -1]}'
        result(shop.execute("INSERT INTO t VALUES (1, ?), (2, ?), (3, ?)", [large, larger, safe]))
        for (const sql of ["SELECT j FROM t ORDER BY id",
                           "SELECT j FROM t WHERE 1 = ? ORDER BY id"]) {
            const rows = result(shop.execute(sql, sql.includes("?") ? [1] : [])).rows()
            verify(rows[0].j === large)
            verify(rows[1].j === larger)
            compare(rows[2].j.id, 9007199254740991)
            compare(rows[2].j.x[0], 0.1)
        }
        const rows = createTemporaryQmlObject(
            "import AsyncMySql; QueryModel { sql: 'SELECT j FROM t ORDER BY id' }", testCase)
        rows.connection = shop
        tryVerify(() => rows.count === 3, 30000)
        verify(rows.get(0).j === large)
        verify(rows.get(1).j === larger)
        compare(rows.get(2).j.id, 9007199254740991)
    }

    function test_anyNameIsAPropertyOfTheRow_data() { return servers() }
    function test_anyNameIsAPropertyOfTheRow(server) {
        const shop = connectHere(server)
        const names = ["__proto__", "constructor", "toString", "hasOwnProperty", "length",
                       "valueOf", "1", "a b"]
        const all = result(shop.execute(
            "SELECT " + Array.from(names, (name, i) => i + " AS `" + name + "`").join(", ")))
        for (const row of [all.rows()[0], all.first()]) {
            compare(Object.getPrototypeOf(row), Object.prototype)
            compare(Object.keys(row).sort(), names.slice().sort())
            names.forEach((name, i) => verify(row[name] === i, name))
        }
        const object = result(shop.execute(
            "SELECT 1 AS id, CAST('{\"a\": 1}' AS " + (server.isMySql ? "JSON" : "CHAR")
            + ") AS `__proto__`")).first()
        compare(Object.getPrototypeOf(object), Object.prototype)
        compare(Object.keys(object), ["id", "__proto__"])
    }

    function verifyOwnKeys(object, keys) {
        verify(Object.getPrototypeOf(object) === Object.getPrototypeOf({}))
        compare(Object.keys(object).sort(), keys)
        verify(object.admin === undefined)
    }

    /// What test_anyKeyIsAPropertyOfTheDocument() stores, as it has to come back.
    function verifyDocument(document, n) {
        verifyOwnKeys(document, ["__proto__", "constructor", "list", "n"])
        verify(document.n === n)
        verify(document.constructor === "none")
        verify(document["__proto__"].admin === true)
        verify(Array.isArray(document.list))
        compare(document.list.length, 5)
        const inList = document.list[0]
        verifyOwnKeys(inList, ["__proto__", "half"])
        verify(inList.half === 0.5)
        verify(inList["__proto__"].admin === true)
        const inListOfList = document.list[1][0]
        verifyOwnKeys(inListOfList, ["__proto__"])
        verify(inListOfList["__proto__"] === null)
        verify(document.list[2] === "text")
        verify(document.list[3] === null)
        verify(document.list[4] === true)
    }

    function test_anyKeyIsAPropertyOfTheDocument_data() { return servers() }
    function test_anyKeyIsAPropertyOfTheDocument(server) {
        const shop = connectHere(server)
        result(shop.execute("DROP TABLE IF EXISTS documents"))
        result(shop.execute("CREATE TABLE documents (id INT PRIMARY KEY, j JSON)"))
        result(shop.execute("INSERT INTO documents VALUES (1, ?)",
                            ['{"__proto__": {"admin": true}, "constructor": "none",'
                             + ' "list": [{"__proto__": {"admin": true}, "half": 0.5},'
                             + ' [{"__proto__": null}], "text", null, true], "n": 1}']))
        for (const parameters of [[], [1]]) {
            const rest = " FROM documents" + (parameters.length > 0 ? " WHERE id = ?" : "")
            const all = result(shop.execute("SELECT j" + rest, parameters))
            for (const document of [all.first().j, all.rows()[0].j, all.value(0, "j")])
                verifyDocument(document, 1)
            const row = result(shop.execute("SELECT j AS `__proto__`" + rest, parameters)).first()
            verifyOwnKeys(row, ["__proto__"])
            verifyDocument(row["__proto__"], 1)
        }

        const list = createTemporaryObject(documentsComponent, testCase, { connection: shop })
        // Shows whether the model or the view is without rows.
        tryVerify(() => list.model.complete || list.model.error.message !== "", 30000)
        compare(list.model.error.message, "")
        compare(list.model.count, 1)
        tryCompare(list, "count", 1, 30000)
        // Otherwise views make their items when the window is drawn, which may not be exposed.
        list.forceLayout()
        verify(list.itemAtIndex(0) !== null)
        verifyDocument(list.itemAtIndex(0).j, 1)
        verifyDocument(list.itemAtIndex(0).model.j, 1)
        verifyDocument(list.model.get(0).j, 1)

        const table = createTemporaryQmlObject(
            "import AsyncMySql; TableModel { submitPolicy: TableModel.Manual }", testCase)
        table.connection = shop
        table.table = "documents"
        tryVerify(() => table.complete, 30000)
        const document = table.get(0).j
        verifyDocument(document, 1)
        document.n = 2
        verify(table.set(0, { j: document }))
        verifyDocument(table.get(0).j, 2)
        verifyDocument(table.data(table.index(0, 1), TableModel.OriginalValueRole), 1)
        const edited = table.data(table.index(0, 1), Qt.EditRole)
        verify(typeof edited === "string" && edited.includes("__proto__"))
        table.submitAll()
        tryVerify(() => table.pendingChanges === 0 && !table.submitting, 30000)
        verifyDocument(valueOf(shop, "SELECT j FROM documents"), 2)

        list.model = table
        tryVerify(() => {
            list.forceLayout()
            return list.itemAtIndex(0) !== null && list.itemAtIndex(0).j.n === 2
        }, 30000)
        const item = list.itemAtIndex(0)
        verifyDocument(item.j, 2)
        const changed = item.model.j
        changed.n = 3
        item.model.j = changed
        verifyDocument(table.get(0).j, 3)
        table.submitAll()
        tryVerify(() => table.pendingChanges === 0 && !table.submitting, 30000)
        verifyDocument(valueOf(shop, "SELECT j FROM documents"), 3)
        compare(valueOf(shop, "SELECT JSON_CONTAINS_PATH(j, 'all', '$.\"__proto__\".admin',"
                              + " '$.list[0].\"__proto__\".admin', '$.list[1][0].\"__proto__\"')"
                              + " FROM documents"), 1)
        verify(({}).admin === undefined)
    }

    function test_equalNamesMeanTheFirstColumn_data() { return servers() }
    function test_equalNamesMeanTheFirstColumn(server) {
        const shop = connectHere(server)
        const all = result(shop.execute("SELECT 1 AS id, 2 AS id, 3 AS ID"))
        compare(all.columnNames, ["id", "id", "ID"])
        compare(all.value(0, "id"), 1)
        compare(all.rows()[0].id, 1)
        compare(all.first().id, 1)
        compare(all.first().ID, 3)
        compare(all.value(0, "ID"), 3)
        compare(all.value(0, 1), 2)
        const rows = createTemporaryQmlObject(
            "import AsyncMySql; QueryModel { sql: 'SELECT 1 AS id, 2 AS id' }", testCase)
        rows.connection = shop
        tryVerify(() => rows.count === 1, 30000)
        compare(rows.get(0).id, 1)
    }

    function test_arraysAreNoValues_data() { return servers() }
    function test_arraysAreNoValues(server) {
        const shop = connectHere(server)
        result(shop.execute("CREATE TEMPORARY TABLE t (id INT, j JSON)"))
        result(shop.execute("INSERT INTO t (id) VALUES (1), (2), (3)"))
        for (const list of [[1, 2], [], ["a"]]) {
            const query = shop.execute("DELETE FROM t WHERE id NOT IN (?)", [list])
            tryVerify(() => query.isFinished, 30000)
            compare(query.error.code, SqlError.InvalidParameter)
            verify(query.error.message.includes("JSON.stringify()"), query.error.message)
            const named = shop.execute("DELETE FROM t WHERE id NOT IN (:list)", { list: list })
            tryVerify(() => named.isFinished, 30000)
            compare(named.error.code, SqlError.InvalidParameter)
        }
        compare(valueOf(shop, "SELECT COUNT(*) FROM t"), 3)
        result(shop.execute("UPDATE t SET j = ? WHERE id = ?", [JSON.stringify([1, [2]]), 1]))
        compare(valueOf(shop, "SELECT j FROM t WHERE id = 1")[1][0], 2)
        const infinite = shop.execute("UPDATE t SET j = ?", [{ a: [Infinity] }])
        tryVerify(() => infinite.isFinished, 30000)
        compare(infinite.error.code, SqlError.InvalidParameter)
    }

    /// A Date is a moment, whatever the time zone of the session is.
    function test_momentsComeBackInAnyTimeZone_data() { return servers() }
    function test_momentsComeBackInAnyTimeZone(server) {
        for (const zone of ["+00:00", "+02:00", "-03:30", ""]) {
            const shop = createTemporaryObject(connectionComponent, testCase, {
                url: server.url + (String(server.url).includes("?") ? "&" : "?") + "time-zone="
                     + encodeURIComponent(zone),
                password: server.password, database: databaseName })
            result(shop.execute("DROP TABLE IF EXISTS moments"))
            result(shop.execute("CREATE TABLE moments (id INT PRIMARY KEY, ts TIMESTAMP(3) NULL,"
                                + " dt DATETIME(3))"))
            const moment = new Date(Date.UTC(2026, 2, 29, 1, 30, 0, 250))
            result(shop.execute("INSERT INTO moments VALUES (1, ?, ?)", [moment, moment]))
            for (const sql of ["SELECT * FROM moments", "SELECT * FROM moments WHERE id = ?"]) {
                const row = result(shop.execute(sql, sql.includes("?") ? [1] : [])).first()
                compare(row.ts.getTime(), moment.getTime())
                compare(row.dt.getTime(), moment.getTime())
            }
            if (zone !== "")
                compare(Number(valueOf(shop, "SELECT UNIX_TIMESTAMP(ts) * 1000 FROM moments")),
                        moment.getTime())
            const model = createTemporaryQmlObject(
                "import AsyncMySql; TableModel { submitPolicy: TableModel.Manual }", testCase)
            model.connection = shop
            model.table = "moments"
            tryVerify(() => model.complete, 30000)
            compare(model.get(0).ts.getTime(), moment.getTime())
            const later = new Date(moment.getTime() + 3600000)
            verify(model.set(0, { ts: later, dt: later }))
            compare(model.get(0).dt.getTime(), later.getTime())
            model.submitAll()
            tryVerify(() => model.pendingChanges === 0 && !model.submitting, 30000)
            const row = result(shop.execute("SELECT * FROM moments")).first()
            compare(row.ts.getTime(), later.getTime())
            compare(row.dt.getTime(), later.getTime())
        }
    }

    function test_resultsTellOfWhatWasChanged_data() { return servers() }
    function test_resultsTellOfWhatWasChanged(server) {
        const shop = connectHere(server)
        result(shop.execute(
            "CREATE TEMPORARY TABLE t (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY)"))
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
