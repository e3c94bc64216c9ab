// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

import QtQuick
import AsyncMySql
import AsyncMySqlTest

ServerTest {
    id: testCase

    name: "Lifetime"

    Component {
        id: searchComponent

        Item {
            property Connection connection
            property string seen

            function search(sql: string) {
                connection.execute(sql).then(result => { seen = result.first().value })
            }
        }
    }

    function newServer() { return createTemporaryObject(serverComponent, testCase) }

    function test_theCollectorTakesNoTaskBeforeItsEnd() {
        const server = newServer()
        server.answer("SELECT 1", "one")
        const shop = connect(server)
        let calls = 0
        for (let i = 0; i < 50; ++i)
            shop.execute("SELECT 1").then(result => { if (result.first().value === "one") ++calls })
        gc()
        wait(0)
        gc()
        tryVerify(() => calls === 50, 30000)
        compare(server.countQuery("SELECT 1"), 50)
    }

    function test_aTaskLivesForAsLongAsItIsHeld() {
        const server = newServer()
        server.answer("SELECT 1", "one")
        const shop = connect(server)
        let query = shop.execute("SELECT 1")
        tryCompare(query, "isFinished", true, 30000)
        for (let i = 0; i < 3; ++i) {
            gc()
            wait(0)
        }
        compare(query.result.first().value, "one")
        const result = query.result
        query = null
        gc()
        wait(0)
        gc()
        compare(result.first().value, "one")
    }

    function test_tasksEndWhenTheConnectionIsDestroyed() {
        const server = newServer()
        server.stall("SELECT 1")
        const shop = connect(server)
        const running = shop.execute("SELECT 1")
        const waiting = shop.execute("SELECT 2")
        let codes = []
        running.failed(error => codes.push(error.code))
        waiting.failed(error => {
            codes.push(error.code)
            compare(error.execution, SqlError.Execution.NotSent)
        })
        tryCompare(running, "state", Query.Running, 30000)
        shop.destroy()
        tryVerify(() => codes.length === 2, 30000)
        compare(codes, [SqlError.ConnectionClosed, SqlError.ConnectionClosed])
        gc()
        wait(0)
        compare(running.state, Query.Finished)
        compare(running.error.execution, SqlError.Execution.Unknown)
        running.cancel()
        compare(running.result.rowCount, 0)
        compare(running.availableRows, 0)
    }

    function test_aTransactionOutlivesItsConnectionHarmlessly() {
        const server = newServer()
        server.stall("SELECT 1")
        const shop = connect(server)
        const transaction = shop.beginTransaction()
        const query = transaction.execute("SELECT 1")
        tryCompare(query, "state", Query.Running, 30000)
        shop.destroy()
        tryCompare(transaction, "isFinished", true, 30000)
        compare(transaction.state, Transaction.Failed)
        compare(query.error.isError, true)
        let thrown
        try {
            transaction.execute("SELECT 2")
        } catch (error) {
            thrown = error
        }
        verify(thrown !== undefined)
    }

    function test_aFunctionMayDestroyTheConnection() {
        const server = newServer()
        server.answer("SELECT 1", "one")
        const shop = connect(server)
        let second
        shop.execute("SELECT 1").then(() => shop.destroy())
        shop.execute("SELECT 1").then(() => { second = "done" }, error => { second = error.code })
        tryVerify(() => second !== undefined, 30000)
        gc()
    }

    function test_aFunctionOfAComponentThatIsGoneDoesNoHarm() {
        const server = newServer()
        server.answer("SELECT 1", "one")
        const shop = connect(server)
        const item = createTemporaryObject(searchComponent, testCase, { connection: shop })
        item.search("SELECT 1")
        item.destroy()
        wait(0)
        gc()
        // It may be told that there is nothing to write to any more.
        let done = false
        shop.execute("SELECT 1").then(() => { done = true })
        tryVerify(() => done, 30000)
    }

    Component {
        id: elementComponent

        Query {}
    }

    function test_anElementThatIsDestroyedCancelsItsStatement() {
        const server = newServer()
        server.stall("SELECT 1")
        const shop = connect(server)
        const query = createTemporaryObject(elementComponent, testCase,
                                            { connection: shop, sql: "SELECT 1" })
        tryCompare(query, "state", Query.Running, 30000)
        query.destroy()
        tryCompare(shop, "pendingJobs", 0, 30000)
    }

    function test_anElementOutlivesItsConnection() {
        const server = newServer()
        server.stall("SELECT 1")
        const shop = connect(server)
        const query = createTemporaryObject(elementComponent, testCase,
                                            { connection: shop, sql: "SELECT 1" })
        tryCompare(query, "state", Query.Running, 30000)
        shop.destroy()
        tryCompare(query, "state", Query.Finished, 30000)
        compare(query.error.code, SqlError.ConnectionClosed)
        compare(query.connection, null)
        query.execute()
        wait(0)
        compare(query.state, Query.Finished)
    }

    function test_aLostConnectionLosesNoQueryThatOnlyReads() {
        const server = newServer()
        server.answer("SELECT 1", "one")
        server.dieOnce("SELECT 1")
        const shop = connect(server)
        let value
        shop.execute("SELECT 1").then(result => { value = result.first().value })
        tryVerify(() => value === "one", 30000)
        compare(server.countQuery("SELECT 1"), 2)
    }

    function test_aLostConnectionIsToldByTheErrorOfAChange() {
        const server = newServer()
        server.dieOnce("DELETE FROM t")
        const shop = connect(server)
        let error
        shop.execute("DELETE FROM t").failed(failure => { error = failure })
        tryVerify(() => error !== undefined, 30000)
        compare(error.code, SqlError.ConnectionLost)
        compare(error.execution, SqlError.Execution.Unknown)
        compare(server.countQuery("DELETE FROM t"), 1)
    }

    Component {
        id: watcherComponent

        Connection {
            property var lost: []

            onSessionStateLost: held => lost.push(held)
        }
    }

    function test_lostSessionStateIsNamed_data() {
        return [{ tag: "variables", sql: "SET @a = 1", held: "user variables" },
                { tag: "temporary tables", sql: "CREATE TEMPORARY TABLE t (a INT)",
                  held: "temporary tables" },
                { tag: "nothing", sql: "SELECT 1", held: "" }]
    }
    function test_lostSessionStateIsNamed(data) {
        const server = newServer()
        const shop = createTemporaryObject(watcherComponent, testCase,
                                           { url: server.url, password: server.password })
        result(shop.execute(data.sql))
        server.cutAll()
        tryCompare(shop, "state", Connection.Unconnected, 30000)
        if (data.held)
            tryVerify(() => shop.lost.length === 1, 30000)
        result(shop.ping())
        compare(shop.lost.length, data.held ? 1 : 0)
        if (data.held)
            verify(shop.lost[0].includes(data.held), shop.lost[0])
    }

    function test_jobsWaitForTheServer() {
        const server = newServer()
        server.answer("SELECT 1", "one")
        server.stopListening()
        const shop = connect(server)
        let value
        let code = SqlError.NoError
        shop.errorOccurred.connect(error => { code = error.code })
        shop.execute("SELECT 1").then(result => { value = result.first().value })
        tryCompare(shop, "state", Connection.WaitingToReconnect, 30000)
        compare(code, SqlError.ConnectionRefused)
        compare(shop.lastError.code, SqlError.ConnectionRefused)
        compare(shop.pendingJobs, 1)
        verify(shop.reconnectAttempt >= 1)
        verify(shop.nextReconnect instanceof Date)
        server.listenAgain()
        shop.reconnectNow()
        tryVerify(() => value === "one", 30000)
        compare(shop.pendingJobs, 0)
    }

    function test_abortEndsAllJobs() {
        const server = newServer()
        server.stall("SELECT 1")
        const shop = connect(server)
        const query = shop.execute("SELECT 1")
        tryCompare(query, "state", Query.Running, 30000)
        shop.abort()
        tryCompare(query, "isFinished", true, 30000)
        compare(query.error.code, SqlError.ConnectionClosed)
    }

    Component {
        id: optionsComponent

        Connection {
            password: "sesame"
            url: "mysql://anna@db.example.org:3307/shop?idle-timeout=5s"
            user: "otto"
            queryTimeout: 1500
            pipeliningMode: ConnectionOptions.PipeliningMode.Never
        }
    }

    function test_pipeliningIsForcedOrForbidden_data() {
        return [{ tag: "never", mode: ConnectionOptions.PipeliningMode.Never,
                  pipelining: Connection.Disabled },
                { tag: "always", mode: ConnectionOptions.PipeliningMode.Always,
                  pipelining: Connection.Active }]
    }
    function test_pipeliningIsForcedOrForbidden(data) {
        const server = newServer()
        server.answer("SELECT 1", "one")
        const shop = connect(server)
        compare(shop.pipeliningMode, ConnectionOptions.PipeliningMode.Automatic)
        compare(shop.pipelining, Connection.Undetermined)
        shop.pipelineDepth = 8
        shop.pipeliningMode = data.mode
        compare(shop.pipeliningMode, data.mode)
        result(shop.execute("SELECT 1"))
        compare(shop.pipelining, data.pipelining)
    }

    function test_optionsGoOnTopOfTheUrlInWhateverOrder() {
        const shop = createTemporaryObject(optionsComponent, testCase)
        compare(shop.host, "db.example.org")
        compare(shop.port, 3307)
        compare(shop.user, "otto")
        compare(shop.password, "sesame")
        compare(shop.database, "shop")
        compare(shop.idleTimeout, 5000)
        compare(shop.queryTimeout, 1500)
        compare(shop.pipeliningMode, ConnectionOptions.PipeliningMode.Never)
        verify(shop.url.toString().indexOf("sesame") < 0)
        shop.url = "mysql://eva@other.example.org/"
        compare(shop.host, "other.example.org")
        compare(shop.user, "otto")
        compare(shop.pipeliningMode, ConnectionOptions.PipeliningMode.Never)
        compare(shop.state, Connection.Unconnected)
    }

    function test_aMistakeInTheUrlIsTheErrorOfJobs() {
        const shop = createTemporaryObject(optionsComponent, testCase,
                                           { url: "mysql://host/?nonsense=1" })
        const query = shop.execute("SELECT 1")
        tryCompare(query, "isFinished", true, 30000)
        compare(query.error.code, SqlError.InvalidOptions)
    }
}
