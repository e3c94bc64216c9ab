// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

import QtQuick
import QtTest
import AsyncMySql
import AsyncMySqlTest

/// What tests with servers share.
TestCase {
    id: serverTest

    /// In all servers, between createDatabases() and dropDatabases().
    property string databaseName
    property Component connectionComponent: Component {
        Connection {}
    }
    property Component poolComponent: Component {
        Pool {}
    }
    property Component serverComponent: Component {
        ScriptedServer {}
    }

    when: windowShown
    visible: true
    width: 640
    height: 480

    /// For a _data function: a row for each server.
    function servers() : var {
        verify(TestServers.all.length > 0, "There is no server to test with: run tests/run")
        return TestServers.all
    }

    function connect(server) {
        return createTemporaryObject(connectionComponent, serverTest,
                                     { url: server.url, password: server.password })
    }

    function connectHere(server) {
        const connection = connect(server)
        connection.database = databaseName
        return connection
    }

    function createDatabases(statements) {
        databaseName = TestServers.uniqueName("quick")
        for (const server of servers()) {
            result(connect(server).execute("CREATE DATABASE " + databaseName))
            const connection = connectHere(server)
            for (const sql of statements)
                result(connection.execute(sql))
        }
    }

    function dropDatabases() {
        for (const server of TestServers.all)
            result(connect(server).execute("DROP DATABASE " + databaseName))
    }

    /// Waits for the end of the task and insists on its success.
    function result(task) {
        tryVerify(() => task.isFinished, 30000)
        verify(!task.error.isError, task.error.message)
        return task.result
    }

    /// The one value of a statement.
    function valueOf(connection, sql, parameters) {
        return result(connection.execute(sql, parameters)).value(0, 0)
    }

    function newPool(server, properties) {
        return createTemporaryObject(poolComponent, serverTest, Object.assign({
            url: server.url, password: server.password, database: databaseName }, properties))
    }

    /// Waits for the lease of the pool.
    function leaseOf(pool) {
        const job = pool.acquire()
        tryVerify(() => job.isFinished, 30000)
        verify(!job.error.isError, job.error.message)
        return job.lease
    }
}
