// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

import QtQuick
import AsyncMySql

ServerTest {
    id: testCase

    name: "Models"

    function initTestCase() {
        createDatabases([
            "CREATE TABLE numbers (id BIGINT UNSIGNED PRIMARY KEY, name VARCHAR(40),"
                + " moment DATETIME(6))",
            "INSERT INTO numbers WITH RECURSIVE n AS"
                + " (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 900)"
                + " SELECT i, CONCAT('name ', i), '2026-01-31 12:30:00.250' FROM n",
            "INSERT INTO numbers VALUES (9007199254740993, NULL, '2026-01-31 12:30:00.250001')",
            "CREATE TABLE articles (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(40) NOT NULL,"
                + " stock BIGINT)",
            "INSERT INTO articles (name, stock) VALUES ('Apple', 1), ('Pear', 2), ('Plum', NULL)"])
    }

    function cleanupTestCase() { dropDatabases() }

    Component {
        id: listComponent

        ListView {
            id: list

            property alias connection: queryModel.connection
            property alias sql: queryModel.sql
            property alias parameters: queryModel.parameters
            property QueryModel rows: queryModel

            width: 300
            height: 300
            model: QueryModel {
                id: queryModel

                fetchSize: 100
            }
            delegate: Text {
                required property var id
                required property var name

                height: 20
                text: id + " " + name
            }
        }
    }

    function test_aViewIsScrolledToTheEnd_data() { return servers() }
    function test_aViewIsScrolledToTheEnd(server) {
        const list = createTemporaryObject(listComponent, testCase, {
            connection: connectHere(server),
            sql: "SELECT id, name, moment FROM numbers ORDER BY id" })
        tryVerify(() => list.count >= 100, 30000)
        verify(!list.rows.complete)
        tryVerify(() => {
            list.positionViewAtEnd()
            return list.rows.complete
        }, 30000)
        tryCompare(list, "count", 901, 30000)
        list.positionViewAtEnd()
        tryVerify(() => list.itemAtIndex(900) !== null, 30000)
        // What a number or a Date would round is a text.
        compare(list.itemAtIndex(900).text, "9007199254740993 null")
        const last = list.rows.get(900)
        compare(last.moment, "2026-01-31 12:30:00.250001")
        compare(list.rows.get(0).moment.toISOString(), "2026-01-31T12:30:00.250Z")
        compare(list.rows.get(0).id, 1)
        compare(list.rows.get(901), null)
        compare(list.rows.columnNames, ["id", "name", "moment"])
    }

    Component {
        id: tallComponent

        ListView {
            property alias connection: tallModel.connection
            property alias rows: tallModel

            width: 300
            height: 1000
            model: QueryModel {
                id: tallModel

                fetchSize: 10
                sql: "SELECT id, name FROM numbers WHERE id <= 300 ORDER BY id"
            }
            delegate: Text {
                required property var id

                height: 20
                text: id
            }
        }
    }

    function test_aViewThatIsNotFilledAsksForMore_data() { return servers() }
    function test_aViewThatIsNotFilledAsksForMore(server) {
        const list = createTemporaryObject(tallComponent, testCase,
                                           { connection: connectHere(server) })
        tryVerify(() => list.count > 50, 30000)
        verify(!list.rows.complete)
        list.rows.reload()
        tryVerify(() => !list.rows.loading && list.count > 50, 30000)
    }

    function test_aViewReadsOnWhereItsEndIsSeen_data() { return servers() }
    function test_aViewReadsOnWhereItsEndIsSeen(server) {
        const list = createTemporaryObject(listComponent, testCase, {
            connection: connectHere(server),
            sql: "SELECT id, name FROM numbers WHERE id <= 300 ORDER BY id" })
        for (const count of [100, 200, 300]) {
            tryVerify(() => list.count >= count, 30000)
            // Reading again must not make the view forget that there is more.
            list.rows.refresh()
            list.positionViewAtEnd()
        }
        tryVerify(() => list.rows.complete && !list.rows.loading, 30000)
        compare(list.count, 300)
    }

    function test_rowsAreReadInPagesOrAsAStream_data() { return servers() }
    function test_rowsAreReadInPagesOrAsAStream(server) {
        const list = createTemporaryObject(tallComponent, testCase,
                                           { connection: connectHere(server) })
        compare(list.rows.readMode, QueryModel.Automatic)
        tryVerify(() => list.rows.paged && !list.rows.loading, 30000)
        list.rows.readMode = QueryModel.Streamed
        list.rows.reload()
        tryVerify(() => !list.rows.paged && !list.rows.loading, 30000)
        list.rows.readMode = QueryModel.Paged
        list.rows.sql = "SELECT COUNT(*) FROM numbers"
        tryVerify(() => list.rows.error.isError, 30000)
        compare(list.rows.error.code, SqlError.NotSupported)
    }

    function test_rowsAreReadAtRandom_data() { return servers() }
    function test_rowsAreReadAtRandom(server) {
        const list = createTemporaryObject(tallComponent, testCase,
                                           { connection: connectHere(server) })
        list.rows.readMode = QueryModel.RandomAccess
        list.rows.cacheSize = 1024 * 1024
        list.rows.reload()
        tryVerify(() => list.rows.complete && !list.rows.loading, 30000)
        compare(list.rows.progress, 1)
        compare(list.rows.error.isError, false)
        verify(list.rows.paged)
        // At the end, without what is before it.
        list.positionViewAtEnd()
        tryVerify(() => list.itemAtIndex(299)?.text === "300", 30000)
        compare(list.rows.get(299).id, 300)
        compare(list.rows.get(150).id, null)
        tryVerify(() => list.rows.get(150).id === 151, 30000)
        compare(list.rows.data(list.rows.index(299, 0), QueryModel.LoadedRole), true)
    }

    function test_tablesAreReadAtRandom_data() { return servers() }
    function test_tablesAreReadAtRandom(server) {
        const table = createTemporaryQmlObject(
            "import AsyncMySql; TableModel { readMode: TableModel.RandomAccess }", testCase)
        table.connection = connectHere(server)
        table.table = "numbers"
        tryVerify(() => table.complete && !table.loading, 30000)
        compare(table.error.message, "")
        compare(table.progress, 1)
        verify(table.readOnly)
        const last = table.count - 1
        const index = table.index(last, 0)
        tryVerify(() => table.data(index, TableModel.LoadedRole), 30000)
        compare(table.get(last - 1).id, last)
        // Not read: neither a text nor a number.
        const before = table.index(last - 600, 1)
        verify(!table.data(before, TableModel.LoadedRole))
        verify(table.data(before, Qt.UserRole + 1) === null)
        verify(table.data(before, Qt.EditRole) === undefined)
        verify(!table.set(last, { name: "other" }))
        compare(table.error.code, SqlError.NotSupported)
    }

    function test_aSearchFollowsItsParameters_data() { return servers() }
    function test_aSearchFollowsItsParameters(server) {
        const list = createTemporaryObject(listComponent, testCase, {
            connection: connectHere(server),
            sql: "SELECT id, name FROM numbers WHERE name LIKE ? ORDER BY id",
            parameters: ["name 90%"] })
        tryCompare(list, "count", 2, 30000) // 90 and 900
        list.parameters = ["name 8%"]
        list.parameters = ["name 77%"]
        tryVerify(() => list.rows.count === 11 && !list.rows.loading, 30000)
        compare(list.rows.get(0).id, 77)
        list.rows.sortBy(0, Qt.DescendingOrder)
        tryVerify(() => !list.rows.loading && list.rows.get(0).id === 779, 30000)
        list.rows.setFilter("name", QueryModel.Contains, "778")
        tryVerify(() => !list.rows.loading && list.rows.count === 1, 30000)
    }

    function test_aModelTellsItsError_data() { return servers() }
    function test_aModelTellsItsError(server) {
        const list = createTemporaryObject(listComponent, testCase, {
            connection: connectHere(server), sql: "SELECT nonsense FROM numbers" })
        tryVerify(() => list.rows.error.isError, 30000)
        compare(list.rows.error.number, 1054)
        compare(list.count, 0)
    }

    function test_aModelShowsWhatATransactionSees_data() { return servers() }
    function test_aModelShowsWhatATransactionSees(server) {
        const shop = connectHere(server)
        const transaction = shop.beginTransaction()
        transaction.execute("DELETE FROM numbers WHERE id > 5")
        const list = createTemporaryObject(listComponent, testCase, {
            connection: transaction, sql: "SELECT id, name FROM numbers" })
        tryCompare(list, "count", 5, 30000)
        transaction.rollback()
        tryCompare(transaction, "state", Transaction.RolledBack, 30000)
        compare(list.count, 5)
    }

    Component {
        id: tableComponent

        TableModel {
            table: "articles"
            submitPolicy: TableModel.Manual
        }
    }

    Component {
        id: editorsComponent

        ListView {
            width: 300
            height: 300
            delegate: TextInput {
                required property var model
                required property int index

                text: model.name
                onEditingFinished: model.name = text
            }
        }
    }

    function test_aTableIsEdited_data() { return servers() }
    function test_aTableIsEdited(server) {
        const shop = connectHere(server)
        const model = createTemporaryObject(tableComponent, testCase, { connection: shop })
        tryVerify(() => model.complete, 30000)
        compare(model.count, 3)
        const view = createTemporaryObject(editorsComponent, testCase, { model: model })
        tryVerify(() => view.itemAtIndex(1) !== null, 30000)
        view.itemAtIndex(1).text = "Peach"
        view.itemAtIndex(1).editingFinished()
        compare(model.get(1).name, "Peach")
        verify(model.set(0, { name: "Apricot", stock: 9007199254740991 }))
        verify(!model.set(0, { name: "x", nonsense: 1 }))
        compare(model.append({ name: "Quince", stock: "9007199254740993" }), 3)
        verify(model.remove(2))
        compare(model.pendingChanges, 4)
        model.submitAll()
        tryVerify(() => model.pendingChanges === 0 && !model.submitting, 30000)
        const rows = result(shop.execute("SELECT name, stock FROM articles ORDER BY id")).rows()
        compare(rows.map(row => row.name), ["Apricot", "Peach", "Quince"])
        compare(rows.map(row => row.stock), [9007199254740991, 2, "9007199254740993"])
        result(shop.execute("UPDATE articles SET name = 'Melon' WHERE name = 'Apricot'"))
        verify(model.set(0, { name: "Mango" }))
        model.submitAll()
        tryVerify(() => model.error.isError, 30000)
        compare(model.error.code, SqlError.RowChanged)
        model.revertAll()
    }

    /// Delegates that do not know the columns' names edit what edit and display give them.
    function test_editHasTheValuesOfTheColumns_data() { return servers() }
    function test_editHasTheValuesOfTheColumns(server) {
        const shop = connectHere(server)
        result(shop.execute("DROP TABLE IF EXISTS stamps"))
        result(shop.execute(
            "CREATE TABLE stamps (id BIGINT PRIMARY KEY, moment DATETIME, document JSON)"))
        result(shop.execute(
            "INSERT INTO stamps VALUES (9007199254740993, '2026-01-31 12:30:00', '[1, 2]')"))
        const model = createTemporaryObject(tableComponent, testCase,
                                            { connection: shop, table: "stamps" })
        tryVerify(() => model.complete, 30000)
        const edit = column => model.data(model.index(0, column), Qt.EditRole)
        verify(edit(0) === "9007199254740993")
        compare(edit(1).toISOString(), "2026-01-31T12:30:00.000Z")
        compare(JSON.parse(edit(2)), [1, 2])
        // Written as it was read, it is no change.
        for (const column of [0, 1, 2])
            model.setData(model.index(0, column), edit(column), Qt.EditRole)
        compare(model.pendingChanges, 0)
        verify(model.setData(model.index(0, 1), new Date(edit(1).getTime() + 24 * 3600 * 1000),
                             Qt.EditRole))
        compare(model.data(model.index(0, 1), TableModel.OriginalValueRole).toISOString(),
                "2026-01-31T12:30:00.000Z")
        verify(model.data(model.index(0, 0), TableModel.OriginalValueRole) === "9007199254740993")
        model.submitAll()
        tryVerify(() => model.pendingChanges === 0 && !model.submitting, 30000)
        compare(valueOf(shop, "SELECT CONCAT(moment) FROM stamps"), "2026-02-01 12:30:00")
    }

    /// What a column cannot have is refused where it is typed, and error says why.
    function test_valuesAreStoredAsGivenOrRefused_data() { return servers() }
    function test_valuesAreStoredAsGivenOrRefused(server) {
        const shop = connectHere(server)
        result(shop.execute("DROP TABLE IF EXISTS strict"))
        result(shop.execute("CREATE TABLE strict (id INT PRIMARY KEY, n INT UNSIGNED,"
                            + " price DECIMAL(10, 2), day DATE, colour ENUM('red'),"
                            + " document JSON)"))
        const large = '{"a": 1, "id": 9007199254740993}'
        result(shop.execute("INSERT INTO strict (id, n, document) VALUES (1, 1, ?)", [large]))
        result(shop.setSessionVariable("sql_mode", ""))
        const model = createTemporaryObject(tableComponent, testCase,
                                            { connection: shop, table: "strict" })
        tryVerify(() => model.complete, 30000)
        for (const values of [{ n: -1 }, { n: 4294967296 }, { n: 1.5 }, { price: "12,5" },
                              { price: "12x" }, { price: 1.234 }, { day: "31.01.2026" },
                              { day: new Date(Date.UTC(2026, 0, 31, 12)) }, { colour: "blue" },
                              { document: "{" }, { document: { a: NaN } }, { id: null },
                              { n: 7, price: "x" }]) {
            verify(!model.set(0, values), JSON.stringify(values))
            compare(model.error.code, SqlError.InvalidParameter)
            verify(model.error.message.length > 0)
        }
        compare(model.append({ id: 2, n: -1 }), -1)
        verify(!model.setData(model.index(0, 1), "-1", Qt.EditRole))
        compare(model.pendingChanges, 0)
        compare(model.get(0).n, 1)
        // It is its text, as a number of it would be rounded:
        // an edit of something else leaves it alone.
        verify(model.get(0).document === large)
        verify(model.set(0, { n: 4294967295, price: "12.5", day: new Date(Date.UTC(2026, 0, 31)),
                              colour: "red" }))
        model.submitAll()
        tryVerify(() => model.pendingChanges === 0 && !model.submitting, 30000)
        const row = result(shop.execute(
            "SELECT n, price, CONCAT(day) AS day, colour,"
            + " CONCAT(JSON_EXTRACT(document, '$.id')) AS id FROM strict")).first()
        compare(row.n, 4294967295)
        compare(row.price, "12.50")
        compare(row.day, "2026-01-31")
        compare(row.colour, "red")
        compare(row.id, "9007199254740993")
        verify(model.set(0, { document: [1, { b: [] }], price: "" }))
        model.submitAll()
        tryVerify(() => model.pendingChanges === 0 && !model.submitting, 30000)
        compare(valueOf(shop, "SELECT CONCAT(JSON_EXTRACT(document, '$[0]')) FROM strict"
                              + " WHERE price IS NULL"), "1")
    }

    Component {
        id: gridComponent

        TableView {
            width: 300
            height: 300
            delegate: Item {
                required property string display

                implicitWidth: 80
                implicitHeight: 20
            }
        }
    }

    function test_aTableViewShowsAllColumns_data() { return servers() }
    function test_aTableViewShowsAllColumns(server) {
        const list = createTemporaryObject(listComponent, testCase, {
            connection: connectHere(server),
            sql: "SELECT id, name FROM numbers WHERE id < 4 ORDER BY id" })
        const grid = createTemporaryObject(gridComponent, testCase, { model: list.rows })
        tryCompare(grid, "rows", 3, 30000)
        compare(grid.columns, 2)
        tryVerify(() => grid.itemAtCell(Qt.point(1, 2)) !== null, 30000)
        compare(grid.itemAtCell(Qt.point(1, 2)).display, "name 3")
    }
}
