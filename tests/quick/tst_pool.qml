// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

import QtQuick
import QtTest
import AsyncMySql
import AsyncMySqlTest

ServerTest {
    id: testCase

    name: "Pool"

    function initTestCase() {
        createDatabases([
            "CREATE TABLE numbers (id INT PRIMARY KEY, name VARCHAR(40))",
            "INSERT INTO numbers VALUES (1, 'one'), (2, 'two'), (3, 'three')"])
    }

    function cleanupTestCase() { dropDatabases() }

    Component {
        id: queryComponent

        Query {}
    }

    Component {
        id: queryModelComponent

        QueryModel {}
    }

    Component {
        id: tableModelComponent

        TableModel {}
    }

    Component {
        id: spyComponent

        SignalSpy {}
    }

    function test_propertiesOverrideTheUrl() {
        const pool = createTemporaryObject(poolComponent, testCase, {
            maximumConnections: 3, idleTimeout: 1500, user: "bert",
            url: "mysql://anna@db.example.org:3307/shop?queue-timeout=7s&idle-timeout=1min" })
        compare(pool.host, "db.example.org")
        compare(pool.port, 3307)
        compare(pool.user, "bert")
        compare(pool.database, "shop")
        compare(pool.queueTimeout, 7000)
        compare(pool.idleTimeout, 1500)
        compare(pool.maximumConnections, 3)
        compare(pool.minimumConnections, 0)
        compare(pool.maximumParallelConnects, 2)
        compare(pool.maximumLifetime, 30 * 60 * 1000)
        compare(pool.leaseWarning, 0)
        compare(pool.resetPolicy, Pool.ResetPolicy.WhenDirty)
        pool.resetPolicy = Pool.ResetPolicy.Always
        pool.maximumLifetime = 60000
        pool.leaseWarning = 5000
        pool.queueTimeout = 100
        pool.minimumConnections = 2
        compare(pool.resetPolicy, Pool.ResetPolicy.Always)
        compare(pool.maximumLifetime, 60000)
        compare(pool.leaseWarning, 5000)
        compare(pool.queueTimeout, 100)
        compare(pool.host, "db.example.org")
        compare(pool.statistics.maximum, 3)
        compare(pool.statistics.open, 0)
    }

    function test_withoutUrlOnlyTheOtherPropertiesCount_data() {
        return [{ tag: "Pool", component: poolComponent },
                { tag: "Connection", component: connectionComponent }]
    }
    function test_withoutUrlOnlyTheOtherPropertiesCount(data) {
        const url = "mysql://anna@db.example.org:3307/shop?idle-timeout=1min"
        const none = createTemporaryObject(data.component, testCase, { password: "sesame" })
        const own = createTemporaryObject(data.component, testCase, { password: "sesame" })
        for (const before of [url, "mysql://host/?nonsense=1"]) {
            own.url = before
            own.url = ""
            compare(own.url, none.url)
            for (const option of ["host", "port", "user", "password", "database", "idleTimeout"])
                compare(own[option], none[option], option)
        }
        own.user = "bert"
        own.url = url
        own.url = ""
        compare(own.user, "bert")
        const late = own.execute("SELECT 1")
        const lateOfNone = none.execute("SELECT 1")
        late.cancel()
        lateOfNone.cancel()
        tryVerify(() => late.isFinished && lateOfNone.isFinished, 30000)
        compare(late.error.code, lateOfNone.error.code)
    }

    function test_unknownEnumeratorsAreRefused_data() {
        return [{ tag: "tlsMode" }, { tag: "pipeliningMode" }, { tag: "resetPolicy" },
                { tag: "hostSelection" }]
    }
    function test_unknownEnumeratorsAreRefused(data) {
        const pool = createTemporaryObject(poolComponent, testCase)
        const before = pool[data.tag]
        ignoreWarning(new RegExp("There is no " + data.tag + " 99"))
        pool[data.tag] = 99
        compare(pool[data.tag], before)
    }

    function test_changesAreNotified_data() {
        return [
            { tag: "url", signal: "optionsChanged", value: "mysql://anna@db.example.org" },
            { tag: "host", signal: "optionsChanged", value: "db.example.org" },
            { tag: "hosts", signal: "optionsChanged",
              value: ["db1", "db2:3307;role=replica;weight=2"] },
            { tag: "hostSelection", signal: "optionsChanged",
              value: HostPolicy.Selection.RoundRobin },
            { tag: "requiresWritable", signal: "optionsChanged", value: true },
            { tag: "followsMembers", signal: "optionsChanged", value: true },
            { tag: "database", signal: "optionsChanged", value: "shop" },
            { tag: "idleTimeout", signal: "optionsChanged", value: 1 },
            { tag: "queueTimeout", signal: "optionsChanged", value: 1 },
            { tag: "maximumConnections", signal: "maximumConnectionsChanged", value: 1 },
            { tag: "minimumConnections", signal: "minimumConnectionsChanged", value: 1 },
            { tag: "maximumParallelConnects", signal: "maximumParallelConnectsChanged", value: 1 },
            { tag: "maximumLifetime", signal: "maximumLifetimeChanged", value: 1 },
            { tag: "leaseWarning", signal: "leaseWarningChanged", value: 1 },
            { tag: "resetPolicy", signal: "resetPolicyChanged", value: Pool.ResetPolicy.Never }]
    }
    function test_changesAreNotified(data) {
        const pool = createTemporaryObject(poolComponent, testCase)
        const spy = createTemporaryObject(spyComponent, testCase,
                                          { target: pool, signalName: data.signal })
        pool[data.tag] = data.value
        compare(spy.count, 1)
        compare(pool[data.tag].toString(), data.value.toString())
        pool[data.tag] = data.value
        compare(spy.count, 1)
    }

    function test_jobsRunSideBySide_data() { return servers() }
    function test_jobsRunSideBySide(server) {
        const pool = newPool(server, { maximumConnections: 2 })
        const slow = pool.execute("SELECT SLEEP(30)")
        tryCompare(slow, "state", Query.Running, 30000)
        compare(valueOf(pool, "SELECT name FROM numbers WHERE id = ?", [2]), "two")
        verify(!slow.isFinished)
        tryVerify(() => pool.statistics.inUse === 1 && pool.statistics.idle === 1, 30000)
        slow.cancel()
        tryCompare(slow, "isFinished", true, 30000)
        compare(slow.error.code, SqlError.Cancelled)
        const batch = pool.executeBatch("INSERT INTO numbers VALUES (?, ?)",
                                        [[10, "ten"], [11, "eleven"]])
        tryCompare(batch, "isFinished", true, 30000)
        verify(!batch.error.isError, batch.error.message)
        compare(batch.affectedRows, 2)
        const transaction = pool.beginTransaction()
        const deleted = transaction.execute("DELETE FROM numbers WHERE id >= 10")
        transaction.commit()
        tryCompare(transaction, "state", Transaction.Committed, 30000)
        compare(deleted.result.affectedRows, 2)
    }

    function test_readerHasSessionsOfItsOwn_data() { return servers() }
    function test_readerHasSessionsOfItsOwn(server) {
        const pool = newPool(server, {})
        const reader = pool.reader()
        const query = reader.execute("SELECT name FROM numbers WHERE id = ?", [3])
        tryCompare(query, "isFinished", true, 30000)
        compare(query.result.first().name, "three")
        compare(pool.statistics.open, 0)
        tryCompare(reader.statistics, "open", 1, 30000)
        const model = createTemporaryObject(queryModelComponent, testCase, {
            connection: reader, sql: "SELECT name FROM numbers WHERE id < 4 ORDER BY id" })
        tryVerify(() => model.rowCount() === 3, 30000)
        const transaction = reader.beginTransaction({ readOnly: true })
        const first = transaction.execute("SELECT COUNT(*) AS n FROM numbers")
        transaction.commit()
        tryCompare(transaction, "state", Transaction.Committed, 30000)
        verify(first.result.first().n >= 3)

        verify(pool.reader() === reader)
        verify(pool.reader(Pool.ReadConsistency.Eventual) === reader)
        const consistent = pool.reader(Pool.ReadConsistency.ReadYourWrites)
        verify(consistent !== reader)
        verify(pool.reader(Pool.ReadConsistency.ReadYourWrites) === consistent)
        ignoreWarning(/There is no consistency 99/)
        compare(pool.reader(99), null)
    }

    function test_statisticsFollow() {
        const pool = newPool(servers()[0], { maximumConnections: 1 })
        let seen = []
        pool.statisticsChanged.connect(() => seen.push(pool.statistics.waiting))
        const slow = pool.execute("SELECT SLEEP(30)")
        pool.execute("SELECT 1")
        pool.execute("SELECT 2")
        compare(seen, [])
        tryVerify(() => seen[seen.length - 1] === 2, 30000)
        tryCompare(slow, "state", Query.Running, 30000)
        slow.cancel()
        tryVerify(() => seen[seen.length - 1] === 0, 30000)
        tryVerify(() => pool.statistics.idle === 1, 30000)
    }

    function test_sessionsAreOpenedAndClosed() {
        const pool = newPool(servers()[0], {})
        result(pool.warmUp(3))
        compare(pool.statistics.open, 3)
        result(pool.close())
        compare(pool.statistics.open, 0)
        result(pool.warmUp(1))
        pool.clear()
        tryVerify(() => pool.statistics.open === 0, 30000)
        const slow = pool.execute("SELECT SLEEP(30)")
        tryCompare(slow, "state", Query.Running, 30000)
        const draining = pool.drain(1)
        tryCompare(draining, "isFinished", true, 30000)
        compare(draining.error.code, SqlError.QueueTimeout)
        tryCompare(slow, "isFinished", true, 30000)
        compare(slow.error.code, SqlError.ConnectionClosed)
        const second = pool.execute("SELECT SLEEP(30)")
        tryCompare(second, "state", Query.Running, 30000)
        pool.abort()
        verify(!second.isFinished)
        tryCompare(second, "isFinished", true, 30000)
        compare(second.error.code, SqlError.ConnectionClosed)
        compare(valueOf(pool, "SELECT 'again'"), "again")
    }

    function test_failuresAreReported() {
        const server = createTemporaryObject(serverComponent, testCase)
        server.stopListening()
        const pool = newPool(server, {})
        let errors = []
        pool.errorOccurred.connect(error => errors.push(error.code))
        const query = pool.execute("SELECT 1")
        tryVerify(() => errors.length > 0, 30000)
        compare(errors[0], SqlError.ConnectionRefused)
        compare(pool.lastError.code, SqlError.ConnectionRefused)
        tryVerify(() => pool.reconnectAttempt > 0, 30000)
        verify(!query.isFinished)
        server.answer("SELECT 1", "one")
        server.listenAgain()
        pool.reconnectNow()
        compare(result(query).first().value, "one")
        tryCompare(pool, "reconnectAttempt", 0, 30000)
    }

    function test_elementsUseAllThatExecutes_data() {
        const rows = []
        for (const server of servers()) {
            for (const kind of ["connection", "pool", "transaction", "lease", "C++ pool",
                                "C++ transaction", "C++ lease"])
                rows.push({ tag: server.tag + ", " + kind, server: server, kind: kind })
        }
        return rows
    }
    function test_elementsUseAllThatExecutes(data) {
        const pool = newPool(data.server, { maximumConnections: 2 })
        const own = executorOf(pool, data)
        const query = createTemporaryObject(queryComponent, testCase, {
            connection: own, sql: "SELECT name FROM numbers WHERE id = ?", parameters: [3] })
        tryVerify(() => query.result.hasRows, 30000)
        compare(query.result.first().name, "three")
        compare(query.connection, own)
        const queryModel = createTemporaryObject(queryModelComponent, testCase, {
            connection: own, sql: "SELECT name FROM numbers ORDER BY id" })
        tryVerify(() => queryModel.count === 3, 30000)
        compare(queryModel.get(0).name, "one")
        compare(queryModel.connection, own)
        const tableModel = createTemporaryObject(tableModelComponent, testCase, {
            connection: own, table: "numbers" })
        tryVerify(() => tableModel.count === 3, 30000)
        compare(tableModel.get(1).name, "two")
        compare(tableModel.connection, own)
        query.connection = null
        queryModel.connection = null
        tableModel.connection = null
        if (data.kind === "transaction")
            result(own.rollback())
        if (data.kind === "lease")
            own.release()
        TestServers.deleteExecutors()
    }

    function executorOf(pool, data) {
        switch (data.kind) {
        case "connection":
            return connectHere(data.server)
        case "transaction":
            return pool.beginTransaction()
        case "lease":
            return leaseOf(pool)
        case "C++ pool":
        case "C++ transaction":
        case "C++ lease":
            return TestServers.newExecutor(data.kind.slice(4), data.server.url,
                                           data.server.password, databaseName)
        default:
            return pool
        }
    }
}
