// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

import QtQuick
import AsyncMySql

ServerTest {
    id: testCase

    name: "Tasks"

    function initTestCase() { createDatabases([]) }

    function cleanupTestCase() { dropDatabases() }

    function test_thenIsCalledOnceWithTheResult_data() { return servers() }
    function test_thenIsCalledOnceWithTheResult(server) {
        const shop = connectHere(server)
        let calls = []
        const query = shop.execute("SELECT 7 AS n")
        compare(query.state, Query.Waiting)
        verify(query.then(result => calls.push(result.first().n)) === query)
        query.failed(() => calls.push("failed"))
        compare(calls, [])
        tryCompare(query, "isFinished", true, 30000)
        compare(calls, [7])
        compare(query.state, Query.Finished)
        // What comes late is called as well, and not from inside of then().
        query.then(result => calls.push(result.first().n + 1))
        compare(calls, [7])
        tryVerify(() => calls.length === 2, 30000)
        compare(calls, [7, 8])
    }

    function test_failedIsCalledWithTheError_data() { return servers() }
    function test_failedIsCalledWithTheError(server) {
        const shop = connectHere(server)
        let error
        let wasCalled = false
        const query = shop.execute("SELECT nonsense FROM nowhere.never")
        let signalled
        query.errorOccurred.connect(failure => { signalled = failure.number })
        query.then(() => { wasCalled = true }).failed(failure => { error = failure })
        tryVerify(() => error !== undefined, 30000)
        verify(!wasCalled)
        verify(error.isError)
        compare(error.code, SqlError.ServerError)
        compare(error.execution, SqlError.Execution.Rejected)
        verify(error.number === 1049 || error.number === 1142 || error.number === 1146,
               error.number)
        compare(signalled, error.number)
        verify(error.message.length > 0)
        compare(error.statement, "SELECT nonsense FROM nowhere.never")
    }

    function test_promisesWaitForTasks_data() { return servers() }
    function test_promisesWaitForTasks(server) {
        const shop = connectHere(server)
        let sum
        Promise.all([shop.execute("SELECT 1 AS n"), shop.execute("SELECT 2 AS n")])
            .then(results => { sum = results[0].first().n + results[1].first().n })
        tryVerify(() => sum === 3, 30000)
    }

    function test_anExceptionInOneFunctionDoesNotKeepOthersFromBeingCalled_data() {
        return servers()
    }
    function test_anExceptionInOneFunctionDoesNotKeepOthersFromBeingCalled(server) {
        ignoreWarning(/thrown on purpose/)
        const shop = connectHere(server)
        let called = false
        shop.execute("SELECT 1").then(() => { throw new Error("thrown on purpose") })
            .then(() => { called = true })
        tryVerify(() => called, 30000)
        compare(valueOf(shop, "SELECT 2"), 2)
    }

    function test_anythingCanBeThrown(): void {
        ignoreWarning(/no stock/)
        const shop = connectHere(servers()[0])
        let called = false
        shop.execute("SELECT 1").then(() => { throw "no stock" }).then(() => { called = true })
        tryVerify(() => called, 30000)
        // To return an error is not to throw it.
        shop.execute("SELECT 1").then(() => new Error("returned")).then(() => { called = false })
        tryVerify(() => !called, 30000)
    }

    function test_cancellingReachesTheServer_data() { return servers() }
    function test_cancellingReachesTheServer(server) {
        const shop = connectHere(server)
        const query = shop.execute("SELECT SLEEP(30)")
        tryCompare(query, "state", Query.Running, 30000)
        query.cancel()
        tryCompare(query, "isFinished", true, 30000)
        compare(query.error.code, SqlError.Cancelled)
        compare(valueOf(shop, "SELECT 3"), 3)
    }

    function test_aQueryHasALimitOfTime_data() { return servers() }
    function test_aQueryHasALimitOfTime(server) {
        const query = connectHere(server).execute("SELECT SLEEP(30)")
        query.timeout = 100
        tryCompare(query, "isFinished", true, 30000)
        compare(query.error.code, SqlError.QueryTimeout)
    }

    function test_rowsComeAsTheyAreRead_data() { return servers() }
    function test_rowsComeAsTheyAreRead(server) {
        const shop = connectHere(server)
        const query = shop.execute(
            "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 900)"
            + " SELECT i FROM n")
        query.streaming = true
        query.bufferLimit = 1000
        let sum = 0
        const take = () => { for (const row of query.takeRows(100)) sum += row.i }
        query.rowsReady.connect(take)
        query.finished.connect(take)
        tryCompare(query, "isFinished", true, 30000)
        compare(sum, 900 * 901 / 2)
        compare(query.progress.rows, 900)
    }

    function test_manyRowsAreWrittenByOneStatement_data() { return servers() }
    function test_manyRowsAreWrittenByOneStatement(server) {
        const shop = connectHere(server)
        result(shop.execute("CREATE TEMPORARY TABLE t (a INT, b VARCHAR(20))"))
        const batch = shop.executeBatch("INSERT INTO t VALUES (?, ?)",
                                        [[1, "a"], [2, null], [3, "c"]])
        compare(batch.rowCount, 3)
        let done = false
        batch.then(() => { done = true })
        tryVerify(() => done, 30000)
        compare(batch.affectedRows, 3)
        compare(valueOf(shop, "SELECT COUNT(*) FROM t WHERE b IS NOT NULL"), 2)
    }

    function test_aCommittedTransactionIsInEffect_data() { return servers() }
    function test_aCommittedTransactionIsInEffect(server) {
        const shop = connectHere(server)
        result(shop.execute("CREATE TEMPORARY TABLE t (a INT PRIMARY KEY) ENGINE=InnoDB"))
        const transaction = shop.beginTransaction(
            { isolationLevel: TransactionOptions.Serializable })
        transaction.execute("INSERT INTO t VALUES (1)")
        transaction.savepoint("here")
        transaction.execute("INSERT INTO t VALUES (2)")
        transaction.rollbackTo("here")
        let states = []
        transaction.stateChanged.connect(() => states.push(transaction.state))
        let committed = false
        transaction.then(() => { committed = true })
        transaction.commit()
        tryVerify(() => committed, 30000)
        compare(states, [Transaction.Active, Transaction.Committed])
        compare(result(shop.execute("SELECT a FROM t")).rows().map(row => row.a), [1])
    }

    function test_aFailedTransactionChangesNothing_data() { return servers() }
    function test_aFailedTransactionChangesNothing(server) {
        const shop = connectHere(server)
        result(shop.execute("CREATE TEMPORARY TABLE t (a INT PRIMARY KEY) ENGINE=InnoDB"))
        const transaction = shop.beginTransaction()
        transaction.execute("INSERT INTO t VALUES (1)")
        transaction.execute("INSERT INTO t VALUES (1)")
        transaction.commit()
        let error
        transaction.failed(failure => { error = failure })
        tryVerify(() => error !== undefined, 30000)
        compare(error.number, 1062)
        compare(transaction.state, Transaction.Failed)
        compare(valueOf(shop, "SELECT COUNT(*) FROM t"), 0)
    }

    function test_whatIsNotMeantIsRefused(): void {
        const shop = connectHere(servers()[0])
        const refused = call => {
            try { call() } catch (error) { return error.message }
            return ""
        }
        verify(refused(() => shop.beginTransaction({ isolationLevel: "Serialisable" }))
            .includes("Serialisable"))
        verify(refused(() => shop.beginTransaction({ readonly: true })).includes("readonly"))
        verify(refused(() => shop.executeBatch("DO ?", undefined)).includes("array"))
        verify(refused(() => shop.executeBatch("DO ?", [{ a: 1 }])).includes("array"))
        compare(refused(() => shop.executeBatch("DO ?", [])), "")
        compare(refused(() => { shop.beginTransaction({ readOnly: true }).rollback() }), "")
        ignoreWarning(/There is no port 70000/)
        const port = shop.port
        shop.port = 70000
        compare(shop.port, port)
    }

    function test_otherVerbsAreTasksToo_data() { return servers() }
    function test_otherVerbsAreTasksToo(server) {
        const shop = connectHere(server)
        let pinged = false
        shop.ping().then(() => { pinged = true })
        tryVerify(() => pinged, 30000)
        verify(shop.connected)
        verify(shop.serverVersion.length > 0)
        compare(shop.serverFlavour, server.isMySql ? Connection.MySql : Connection.MariaDb)
        result(shop.selectDatabase("information_schema"))
        compare(shop.database, "information_schema")
        result(shop.setSessionVariable("@answer", 42))
        compare(valueOf(shop, "SELECT @answer"), 42)
        result(shop.resetSession())
        result(shop.close())
        tryCompare(shop, "state", Connection.Unconnected, 30000)
    }
}
