// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

import QtQuick
import AsyncMySql

/// Models that are cancelled, that lose their connection, and that go while something is under way.
ServerTest {
    id: testCase

    name: "ModelLife"

    function initTestCase() {
        createDatabases([
            "CREATE TABLE numbers (id INT PRIMARY KEY)",
            "INSERT INTO numbers WITH RECURSIVE n AS"
                + " (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 900) SELECT i FROM n",
            "CREATE TABLE articles (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(40) NOT NULL,"
                + " stock INT) ENGINE=InnoDB"])
    }

    function cleanupTestCase() { dropDatabases() }

    Component {
        id: rowsComponent

        QueryModel {
            fetchSize: 50
            prefetch: false
        }
    }

    Component {
        id: tableComponent

        TableModel {
            table: "articles"
            submitPolicy: TableModel.Manual
        }
    }

    function rows(shop, sql) {
        return createTemporaryObject(rowsComponent, testCase, { connection: shop, sql: sql })
    }

    /// A model of two articles that were just made.
    function table(shop, properties = {}) {
        result(shop.execute("DELETE FROM articles"))
        result(shop.execute("INSERT INTO articles (name, stock) VALUES ('Apple', 1), ('Pear', 2)"))
        const model = createTemporaryObject(tableComponent, testCase,
                                            Object.assign({ connection: shop }, properties))
        tryVerify(() => model.complete, 30000)
        compare(model.count, 2)
        return model
    }

    /// A transaction that keeps all others from writing the articles.
    function lock(shop) {
        const transaction = shop.beginTransaction()
        result(transaction.execute("SELECT * FROM articles FOR UPDATE"))
        return transaction
    }

    function cut(connection, other) {
        const number = connection.connectionId
        verify(number > 0)
        result(other.execute("KILL " + number))
    }

    function stateOf(model, row, column) {
        return model.data(model.index(row, column), TableModel.CellStateRole)
    }

    // Rows of a query

    function test_rowsMayGoAtAnyTime_data() {
        const all = []
        for (const server of servers()) {
            for (const moment of ["waiting", "running", "partly read", "read", "refreshing"])
                all.push(Object.assign({}, server,
                                       { tag: server.tag + ", " + moment, moment: moment }))
        }
        return all
    }
    function test_rowsMayGoAtAnyTime(data) {
        const shop = connectHere(data)
        const model = rows(
            shop, data.moment === "running" ? "SELECT SLEEP(30)" : "SELECT id FROM numbers")
        if (data.moment === "running") {
            tryCompare(shop, "pendingJobs", 1, 30000)
            tryCompare(shop, "connected", true, 30000)
        } else if (data.moment !== "waiting") {
            tryVerify(() => model.count > 0, 30000)
        }
        if (data.moment === "read" || data.moment === "refreshing") {
            while (!model.complete) {
                model.fetchMore(model.index(-1, -1))
                tryVerify(() => !model.loading, 30000)
            }
            compare(model.count, 900)
        }
        if (data.moment === "refreshing")
            model.refresh()
        model.destroy()
        // Nothing is left that would keep others waiting. A refresh begins from the event loop,
        // perhaps behind this statement, and ends with the model, which goes later as well.
        compare(valueOf(shop, "SELECT 7"), 7)
        tryCompare(shop, "pendingJobs", 0, 30000)
    }

    function test_rowsAreCancelled_data() { return servers() }
    function test_rowsAreCancelled(server) {
        const shop = connectHere(server)
        const model = rows(shop, "SELECT SLEEP(30) AS id")
        tryCompare(model, "loading", true, 30000)
        model.cancel()
        tryCompare(model, "loading", false, 30000)
        compare(model.error.code, SqlError.Cancelled)
        model.sql = "SELECT id FROM numbers WHERE id < 4"
        tryCompare(model, "count", 3, 30000)
        verify(!model.error.isError)
    }

    function test_rowsComeThoughTheConnectionIsLost_data() { return servers() }
    function test_rowsComeThoughTheConnectionIsLost(server) {
        const shop = connectHere(server)
        const other = connectHere(server)
        result(other.ping())
        const model = rows(shop, "SELECT id, SLEEP(0.5) FROM numbers WHERE id = 1")
        tryCompare(shop, "connected", true, 30000)
        cut(shop, other)
        tryCompare(model, "count", 1, 30000)
        verify(!model.error.isError)
        compare(model.get(0).id, 1)
    }

    // A table

    function test_aTableMayGoAtAnyTime_data() {
        const all = []
        for (const server of servers()) {
            for (const moment of ["reading", "changed", "submitting"])
                all.push(Object.assign({}, server,
                                       { tag: server.tag + ", " + moment, moment: moment }))
        }
        return all
    }
    function test_aTableMayGoAtAnyTime(data) {
        const shop = connectHere(data)
        const other = connectHere(data)
        const model = table(shop)
        const transaction = data.moment === "submitting" ? lock(other) : null
        if (data.moment === "reading") {
            model.refresh()
        } else {
            verify(model.set(0, { stock: 9 }))
            if (transaction) {
                model.submitAll()
                tryCompare(model, "submitting", true, 30000)
            }
        }
        model.destroy()
        wait(0)
        if (transaction)
            result(transaction.rollback())
        // It was not committed, and holds no lock.
        compare(valueOf(shop, "SELECT stock FROM articles WHERE name = 'Apple'"), 1)
        compare(result(other.execute(
            "UPDATE articles SET stock = 5 WHERE name = 'Apple'")).affectedRows, 1)
    }

    function test_submittingIsCancelled_data() { return servers() }
    function test_submittingIsCancelled(server) {
        const shop = connectHere(server)
        const other = connectHere(server)
        const model = table(shop)
        const transaction = lock(other)
        verify(model.set(0, { stock: 9 }))
        compare(stateOf(model, 0, 2), TableModel.CellState.Changed)
        model.submitAll()
        tryCompare(model, "submitting", true, 30000)
        compare(stateOf(model, 0, 2), TableModel.CellState.Submitting)
        model.cancel()
        tryCompare(model, "submitting", false, 30000)
        compare(model.pendingChanges, 1)
        result(transaction.rollback())
        compare(valueOf(shop, "SELECT stock FROM articles WHERE name = 'Apple'"), 1)
        model.submitAll()
        tryVerify(() => model.pendingChanges === 0 && !model.submitting, 30000)
        compare(stateOf(model, 0, 2), TableModel.CellState.Stored)
        compare(valueOf(shop, "SELECT stock FROM articles WHERE name = 'Apple'"), 9)
    }

    function test_changesAreWrittenOnceThoughTheConnectionIsLost_data() { return servers() }
    function test_changesAreWrittenOnceThoughTheConnectionIsLost(server) {
        const shop = connectHere(server)
        const other = connectHere(server)
        const model = table(shop)
        const transaction = lock(other)
        verify(model.set(0, { stock: 9 }))
        compare(model.append({ name: "Quince", stock: 3 }), 2)
        model.submitAll()
        tryCompare(model, "submitting", true, 30000)
        const third = connectHere(server)
        cut(shop, third)
        result(transaction.rollback())
        // What was surely rolled back is written once more; of the rest it says what is to be done.
        tryVerify(() => !model.submitting, 30000)
        if (model.pendingChanges > 0) {
            verify(model.error.isError)
            model.submitAll()
            tryVerify(() => model.pendingChanges === 0 && !model.submitting, 30000)
        }
        compare(valueOf(shop, "SELECT stock FROM articles WHERE name = 'Apple'"), 9)
        compare(valueOf(shop, "SELECT COUNT(*) FROM articles WHERE name = 'Quince'"), 1)
    }

    function test_policiesSayWhenChangesAreWritten_data() { return servers() }
    function test_policiesSayWhenChangesAreWritten(server) {
        const shop = connectHere(server)
        const model = table(shop, { submitPolicy: TableModel.OnFieldChange })
        const stock = name => valueOf(shop, "SELECT stock FROM articles WHERE name = ?", [name])
        verify(model.set(0, { stock: 4 }))
        tryVerify(() => model.pendingChanges === 0 && !model.submitting, 30000)
        compare(stock("Apple"), 4)
        model.submitPolicy = TableModel.OnRowChange
        verify(model.set(0, { stock: 5 }))
        compare(model.pendingChanges, 1)
        verify(model.set(1, { stock: 6 }))
        tryVerify(() => model.pendingChanges === 1 && !model.submitting, 30000)
        compare(stock("Apple"), 5)
        compare(stock("Pear"), 2)
        verify(model.submit())
        tryVerify(() => model.pendingChanges === 0 && !model.submitting, 30000)
        compare(stock("Pear"), 6)
    }

    function test_conflictsAreDecidedByTheUser_data() { return servers() }
    function test_conflictsAreDecidedByTheUser(server) {
        const shop = connectHere(server)
        const model = table(shop)
        result(shop.execute("UPDATE articles SET stock = stock + 100"))
        verify(model.set(0, { stock: 9 }))
        verify(model.set(1, { stock: 8 }))
        model.submitAll()
        tryVerify(() => model.error.code === SqlError.RowChanged && !model.submitting, 30000)
        compare(valueOf(shop, "SELECT SUM(stock) FROM articles"), "203")
        tryCompare(model, "loading", false, 30000)
        tryVerify(() => stateOf(model, 0, 2) === TableModel.CellState.Conflicting, 30000)
        compare(model.data(model.index(0, 2), TableModel.ServerValueRole), 101)
        compare(model.data(model.index(0, 2), TableModel.OriginalValueRole), 1)
        verify(model.data(model.index(0, 2), TableModel.RowErrorRole).isError)
        model.acceptServerValues(0)
        model.revertRow(1)
        model.submitAll()
        tryVerify(() => model.pendingChanges === 0 && !model.submitting, 30000)
        compare(valueOf(shop, "SELECT stock FROM articles WHERE name = 'Apple'"), 9)
        compare(valueOf(shop, "SELECT stock FROM articles WHERE name = 'Pear'"), 102)
    }
}
