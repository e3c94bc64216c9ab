// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

import QtQuick
import QtTest
import AsyncMySql

ServerTest {
    id: testCase

    name: "Elements"

    function initTestCase() { createDatabases([]) }

    function cleanupTestCase() { dropDatabases() }

    function create(properties) {
        return createTemporaryObject(queryComponent, testCase, properties)
    }

    SignalSpy {
        id: finished

        signalName: "finished"
    }

    Component {
        id: queryComponent

        Query {}
    }

    function test_anElementFollowsItsProperties_data() { return servers() }
    function test_anElementFollowsItsProperties(server) {
        const shop = connectHere(server)
        const query = createTemporaryObject(queryComponent, testCase, {
            connection: shop, sql: "SELECT ? + 1 AS n", parameters: [1] })
        tryVerify(() => query.result.hasRows, 30000)
        compare(query.result.first().n, 2)
        query.parameters = [41]
        tryVerify(() => query.result.first().n === 42, 30000)
        query.active = false
        query.sql = "SELECT 'by hand' AS n WHERE 1 < ?"
        wait(0)
        verify(!query.running)
        let late
        query.execute().then(result => { late = result.first().n })
        tryVerify(() => late === "by hand", 30000)
    }

    function test_changesOfOneTurnAreOneExecution(): void {
        const shop = connectHere(servers()[0])
        const query = create({})
        finished.target = query
        finished.clear()
        query.sql = "SELECT ? AS n"
        query.parameters = [1]
        query.connection = shop
        query.parameters = [2]
        tryCompare(query, "isFinished", true, 30000)
        compare(query.result.first().n, 2)
        // Nothing else is on its way.
        result(shop.ping())
        compare(finished.count, 1)
    }

    function test_passwordThatCannotBeSentIsRefused(): void {
        const shop = connectHere(servers()[0])
        const password = shop.password
        let code = SqlError.NoError
        shop.changePassword("a\u0000b").then(() => {}, error => { code = error.code })
        tryVerify(() => code !== SqlError.NoError, 30000)
        compare(code, SqlError.InvalidParameter)
        compare(shop.password, password)
    }

    function test_whoWaitsForAnExecutionHearsOfThatOne(): void {
        const query = create({ connection: connectHere(servers()[0]), sql: "SELECT ? AS n",
                               active: false })
        let told = []
        query.parameters = [1]
        query.execute().then(result => told.push(result.first().n), error => told.push(error.code))
        query.parameters = [2]
        query.execute().then(result => told.push(result.first().n), error => told.push(error.code))
        compare(told, [])
        tryVerify(() => told.length === 2, 30000)
        compare(told, [SqlError.Cancelled, 2])
    }

    function test_elementCanStartAgainFromItsSignals(): void {
        const query = create({ connection: connectHere(servers()[0]), sql: "SELECT ? AS n",
                               active: false })
        let results = []
        let told = []
        const again = () => {
            results.push(query.result.first().n)
            if (query.parameters[0] < 3) {
                query.parameters = [query.parameters[0] + 1]
                query.execute().then(result => told.push(result.first().n))
            }
        }
        for (const signal of ["resultChanged", "finished"]) {
            results = []
            told = []
            query[signal].connect(again)
            query.parameters = [1]
            query.execute().then(result => told.push(result.first().n))
            tryVerify(() => told.length === 3, 30000)
            query[signal].disconnect(again)
            compare(results, [1, 2, 3], signal)
            compare(told, [1, 2, 3], signal)
            tryCompare(query, "running", false, 30000)
            verify(!query.error.isError)
        }
    }

    function test_whatIsTakenAwayEndsTheExecution_data(): var {
        return [{ tag: "statement", property: "sql", value: "" },
                { tag: "connection", property: "connection", value: null }]
    }
    function test_whatIsTakenAwayEndsTheExecution(data): void {
        const query = create({ connection: connectHere(servers()[0]), sql: "SELECT SLEEP(30)" })
        finished.target = query
        finished.clear()
        let error
        query.then(() => {}, failure => { error = failure })
        tryCompare(query, "state", Query.Running, 30000)
        query[data.property] = data.value
        tryCompare(query, "running", false, 30000)
        compare(query.error.code, SqlError.Cancelled)
        compare(finished.count, 1)
        compare(error.code, SqlError.Cancelled)
    }

    function test_executeWithoutAConnectionFails(): void {
        const query = create({ sql: "SELECT 1" })
        let error
        query.execute().failed(failure => { error = failure })
        compare(error, undefined)
        tryVerify(() => error !== undefined, 30000)
        compare(error.code, SqlError.InvalidOptions)
        verify(query.isFinished)
        ignoreWarning(/not a Connection, Pool, Transaction or Lease/)
        query.connection = testCase
        compare(query.connection, null)
    }

    function test_rowsThatWaitAreTold(): void {
        const query = create({ connection: connectHere(servers()[0]),
                               sql: "SELECT 1 AS n UNION SELECT 2", streaming: true })
        let told = []
        let taken = []
        query.availableRowsChanged.connect(() => told.push(query.availableRows))
        query.finished.connect(() => {
            taken.push(query.takeRows(1)[0].n)
            taken.push(query.takeRows()[0].n)
        })
        tryVerify(() => taken.length === 2, 30000)
        compare(taken, [1, 2])
        verify(told.includes(2))
        compare(told.slice(-2), [1, 0])
    }
}
