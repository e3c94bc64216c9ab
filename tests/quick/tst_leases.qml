// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

import QtQuick
import QtTest
import AsyncMySql

ServerTest {
    id: testCase

    name: "Leases"

    function initTestCase() { createDatabases([]) }

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
        id: spyComponent

        SignalSpy {}
    }

    function test_aLeaseIsOneSession_data() { return servers() }
    function test_aLeaseIsOneSession(server) {
        const pool = newPool(server, { maximumConnections: 2 })
        let rows
        let id
        pool.acquire().then(lease => {
            id = lease.connectionId
            lease.execute("CREATE TEMPORARY TABLE basket (article INT)")
            lease.executeBatch("INSERT INTO basket VALUES (?)", [[7], [8]])
            const transaction = lease.beginTransaction()
            transaction.execute("INSERT INTO basket VALUES (9)")
            transaction.rollback()
            lease.execute("SELECT article, CONNECTION_ID() AS id FROM basket ORDER BY article")
                .then(result => { rows = result.rows() })
            // Only when all of that is done.
            lease.release()
            verify(!lease.valid)
            let thrown
            try {
                lease.execute("SELECT 1")
            } catch (error) {
                thrown = error
            }
            verify(thrown !== undefined)
            lease.release()
        })
        tryVerify(() => rows !== undefined, 30000)
        compare(rows, [{ article: 7, id: id }, { article: 8, id: id }])
        tryVerify(() => pool.statistics.idle === 1 && pool.statistics.inUse === 0, 30000)
        const gone = pool.execute("SELECT * FROM basket")
        tryCompare(gone, "isFinished", true, 30000)
        compare(gone.error.number, 1146)
    }

    function test_theSessionIsReported_data() { return servers() }
    function test_theSessionIsReported(server) {
        const pool = newPool(server, { maximumConnections: 1 })
        const lease = leaseOf(pool)
        verify(lease.serverVersion.length > 0)
        verify(!lease.inTransaction)
        const original = lease.database
        let changes = []
        lease.inTransactionChanged.connect(() => changes.push(lease.inTransaction))
        lease.databaseChanged.connect(() => changes.push(lease.database))
        lease.execute("START TRANSACTION")
        tryVerify(() => lease.inTransaction, 30000)
        const use = lease.execute("USE information_schema")
        tryCompare(use, "isFinished", true, 30000)
        tryVerify(() => changes.length >= 2, 30000)
        compare(changes, [true, "information_schema"])
        compare(lease.database, "information_schema")
        verify(typeof lease.trackedVariables === "object")
        lease.release()
        compare(changes, [true, "information_schema", false, ""])
        const next = leaseOf(pool)
        compare(next.database, original)
        verify(!next.inTransaction)
        next.release()
    }

    function test_aLostLeaseIsReported() {
        const server = createTemporaryObject(serverComponent, testCase)
        const pool = newPool(server, {})
        const lease = leaseOf(pool)
        verify(lease.valid)
        const variable = lease.execute("SET @a = 1")
        tryCompare(variable, "isFinished", true, 30000)
        let codes = []
        lease.sessionStateLost.connect(held => codes.push(held))
        lease.errorOccurred.connect(error => codes.push(error.code))
        server.cutAll()
        tryVerify(() => codes.length === 2, 30000)
        compare(codes, ["user variables", SqlError.ConnectionLost])
        compare(lease.error.code, SqlError.ConnectionLost)
        verify(!lease.valid)
        const late = lease.execute("INSERT 1")
        tryCompare(late, "isFinished", true, 30000)
        compare(late.error.code, SqlError.ConnectionLost)
    }

    function test_aFailedAcquireIsReported() {
        const server = createTemporaryObject(serverComponent, testCase)
        const pool = newPool(server, { maximumConnections: 1 })
        const lease = leaseOf(pool)
        let cancelled
        const job = pool.acquire()
        job.failed(error => { cancelled = error.code })
        job.cancel()
        tryVerify(() => cancelled !== undefined, 30000)
        compare(cancelled, SqlError.Cancelled)
        compare(job.lease, null)
        verify(lease.valid)
        lease.release()
    }

    function test_theTimeToWaitForALeaseIsLimited() {
        const server = createTemporaryObject(serverComponent, testCase)
        const pool = newPool(server, { maximumConnections: 1, queueTimeout: 60000 })
        const lease = leaseOf(pool)
        const job = pool.acquire()
        const spy = createTemporaryObject(spyComponent, testCase,
                                          { target: job, signalName: "queueTimeoutChanged" })
        compare(job.queueTimeout, 60000)
        let code
        job.failed(error => { code = error.code })
        job.queueTimeout = 20
        compare(spy.count, 1)
        tryVerify(() => code !== undefined, 30000)
        compare(code, SqlError.QueueTimeout)
        compare(job.queueTimeout, 20)
        verify(lease.valid)
        // It has ended.
        job.queueTimeout = 40
        compare(job.error.code, SqlError.QueueTimeout)
        lease.release()
    }

    function test_aForgottenLeaseBlocksNoJob_data() {
        return [
            { tag: "passed to a function",
              acquire: pool => { pool.acquire().then(lease => lease.valid) } },
            { tag: "asked for by nobody", acquire: pool => { pool.acquire() } },
            { tag: "used by a function of its task",
              acquire: pool => {
                  pool.acquire().then(lease => {
                      const task = lease.execute("SELECT 1")
                      task.finished.connect(() => task.isFinished && lease.valid)
                  })
              } }]
    }
    function test_aForgottenLeaseBlocksNoJob(data) {
        const server = createTemporaryObject(serverComponent, testCase)
        server.answer("SELECT 1", "one")
        server.answer("SELECT 2", "two")
        const pool = newPool(server, { maximumConnections: 1 })
        data.acquire(pool)
        compare(result(pool.execute("SELECT 2")).first().value, "two")
        compare(server.countQuery("SELECT 2"), 1)
    }

    /// A function of its own: nothing of the leases is left on the stack of the caller.
    function forgetLeases(pool, count) {
        for (let i = 0; i < count; ++i)
            leaseOf(pool)
    }

    function test_aForgottenLeaseIsNoObstacle_data() {
        return [
            { tag: "close", end: pool => result(pool.close()), open: 0 },
            { tag: "drain", end: pool => result(pool.drain(30000)), open: 0 },
            { tag: "maximum", end: pool => { pool.maximumConnections = 1 }, open: 1 }]
    }
    function test_aForgottenLeaseIsNoObstacle(data) {
        const server = createTemporaryObject(serverComponent, testCase)
        const pool = newPool(server, { maximumConnections: 2 })
        forgetLeases(pool, 2)
        data.end(pool)
        tryVerify(() => pool.statistics.open <= data.open, 30000)
    }

    function usedJob(pool) {
        const job = pool.acquire()
        tryVerify(() => job.isFinished, 30000)
        result(job.lease.execute("SELECT 1"))
        return job
    }

    function test_aJobKeepsItsLease() {
        const server = createTemporaryObject(serverComponent, testCase)
        server.answer("SELECT 1", "one")
        server.answer("SELECT 2", "two")
        const pool = newPool(server, { maximumConnections: 1 })
        const job = usedJob(pool)
        const behind = pool.execute("SELECT 2")
        for (let i = 0; i < 3; ++i) {
            gc()
            wait(0)
        }
        verify(job.lease)
        verify(job.lease.valid)
        verify(!behind.isFinished)
        const spy = createTemporaryObject(spyComponent, testCase,
                                          { target: job, signalName: "leaseChanged" })
        job.lease.destroy()
        tryCompare(spy, "count", 1, 30000)
        compare(job.lease, null)
        compare(result(behind).first().value, "two")
    }

    function test_aLeaseGoesWithItsJob() {
        const server = createTemporaryObject(serverComponent, testCase)
        server.answer("SELECT 1", "one")
        server.answer("SELECT 2", "two")
        const pool = newPool(server, { maximumConnections: 1 })
        usedJob(pool)
        compare(result(pool.execute("SELECT 2")).first().value, "two")
    }

    function test_aLeaseThatWasLostUnseenIsReported() {
        const server = createTemporaryObject(serverComponent, testCase)
        const pool = newPool(server, {})
        const job = pool.acquire()
        tryVerify(() => job.isFinished, 30000)
        pool.abort()
        tryVerify(() => pool.statistics.open === 0, 30000)
        for (let i = 0; i < 5; ++i)
            wait(0)
        const lease = job.lease
        let codes = []
        lease.errorOccurred.connect(error => codes.push(error.code))
        verify(!lease.valid)
        compare(lease.error.code, SqlError.ConnectionClosed)
        tryVerify(() => codes.length > 0, 30000)
        wait(0)
        compare(codes, [SqlError.ConnectionClosed])
    }

    /// A function of its own: nothing of the lease is left on the stack of the caller.
    function useLeaseOf(pool, query) {
        query.connection = leaseOf(pool)
    }

    function test_aLeaseInUseIsNotCollected() {
        const server = createTemporaryObject(serverComponent, testCase)
        server.answer("SELECT 1", "one")
        server.answer("SELECT 2", "two")
        server.stall("SELECT slow")
        const pool = newPool(server, { maximumConnections: 1 })
        // By JavaScript
        let lease = leaseOf(pool)
        const behind = pool.execute("SELECT 1")
        for (let i = 0; i < 3; ++i) {
            gc()
            wait(0)
        }
        verify(lease.valid)
        compare(pool.statistics.waiting, 1)
        // By a task
        const slow = lease.execute("SELECT slow")
        lease = null
        tryCompare(slow, "state", Query.Running, 30000)
        for (let i = 0; i < 3; ++i) {
            gc()
            wait(0)
        }
        verify(!slow.isFinished)
        compare(pool.statistics.waiting, 1)
        slow.cancel()
        compare(result(behind).first().value, "one")
        // By an element
        const query = createTemporaryObject(queryComponent, testCase, { active: false })
        useLeaseOf(pool, query)
        for (let i = 0; i < 3; ++i) {
            gc()
            wait(0)
        }
        query.sql = "SELECT 2"
        compare(result(query.execute()).first().value, "two")
        query.connection = null
        compare(result(pool.execute("SELECT 1")).first().value, "one")
    }

    function test_aDestroyedLeaseStopsItsTasks() {
        const server = createTemporaryObject(serverComponent, testCase)
        server.stall("SELECT slow")
        server.answer("SELECT 1", "one")
        const pool = newPool(server, { maximumConnections: 1 })
        const lease = leaseOf(pool)
        const slow = lease.execute("SELECT slow")
        let code
        slow.failed(error => { code = error.code })
        tryCompare(slow, "state", Query.Running, 30000)
        lease.destroy()
        tryVerify(() => code !== undefined, 30000)
        compare(code, SqlError.ConnectionClosed)
        compare(result(pool.execute("SELECT 1")).first().value, "one")
        tryVerify(() => server.countQuery("KILL QUERY 1") === 1, 30000)
    }

    function test_aLeaseOutlivesItsPool() {
        const server = createTemporaryObject(serverComponent, testCase)
        server.stall("SELECT slow")
        const pool = newPool(server, {})
        const lease = leaseOf(pool)
        const slow = lease.execute("SELECT slow")
        tryCompare(slow, "state", Query.Running, 30000)
        let codes = []
        lease.errorOccurred.connect(error => codes.push(error.code))
        pool.destroy()
        tryVerify(() => slow.isFinished && codes.length === 1, 30000)
        compare(codes, [SqlError.ConnectionClosed])
        compare(slow.error.code, SqlError.ConnectionClosed)
        const late = lease.execute("SELECT 1")
        tryCompare(late, "isFinished", true, 30000)
        compare(late.error.code, SqlError.ConnectionClosed)
        lease.release()
        gc()
        wait(0)
    }

    function test_elementsOfAReleasedLeaseSaySo() {
        const server = createTemporaryObject(serverComponent, testCase)
        server.answer("SELECT 1", "one")
        server.stall("SELECT 2")
        const pool = newPool(server, {})
        const query = createTemporaryObject(queryComponent, testCase)
        const model = createTemporaryObject(queryModelComponent, testCase)
        pool.acquire().then(lease => {
            query.connection = lease
            query.sql = "SELECT 1"
            model.connection = lease
            model.sql = "SELECT 2"
            lease.release()
        })
        tryVerify(() => query.isFinished && model.error.isError, 30000)
        compare(query.error.message, "The lease was released")
        compare(query.error.code, SqlError.ConnectionClosed)
        // Whether it has asked for its table before the lease was released, or not.
        verify(["The connection, transaction or lease was destroyed or released",
                "The lease was destroyed"].includes(model.error.message), model.error.message)
        compare(model.error.code, SqlError.ConnectionClosed)
        compare(server.countQuery("SELECT 1"), 0)
    }

    function test_aQueryOfAnEndedTransactionSaysSo() {
        const server = createTemporaryObject(serverComponent, testCase)
        const pool = newPool(server, {})
        const transaction = pool.beginTransaction()
        result(transaction.rollback())
        tryCompare(transaction, "isFinished", true, 30000)
        const query = createTemporaryObject(queryComponent, testCase, {
            connection: transaction, sql: "SELECT 1" })
        tryCompare(query, "isFinished", true, 30000)
        compare(query.error.code, SqlError.ConnectionClosed)
    }
}
