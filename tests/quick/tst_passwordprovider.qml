// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

import QtQuick
import QtTest
import AsyncMySql
import AsyncMySqlTest

ServerTest {
    id: testCase

    name: "PasswordProvider"

    property AuthenticationChallenge challenge
    property int calls: 0

    Component {
        id: serverComponent

        ScriptedServer {}
    }

    function ask(newChallenge) {
        ++calls
        challenge = newChallenge
    }

    function init() {
        calls = 0
        challenge = null
    }

    function connectionTo(server, properties) {
        return createTemporaryObject(connectionComponent, testCase,
                                     Object.assign({ url: server.url, password: "" }, properties))
    }

    function test_returnsAtOnce() {
        const server = createTemporaryObject(serverComponent, testCase)
        const connection = connectionTo(server, { passwordProvider: c => c.user + "'s" })
        verify(connection.passwordProvider)
        const query = connection.execute("SELECT 1")
        tryVerify(() => query.isFinished)
        verify(!query.error.isError, query.error.message)
    }

    function test_answersLater_data() { return [{ tag: "connection" }, { tag: "pool" }] }

    function test_answersLater(data) {
        const server = createTemporaryObject(serverComponent, testCase)
        const component = data.tag === "pool" ? poolComponent : connectionComponent
        const executor = createTemporaryObject(component, testCase, {
            url: server.url, password: "", passwordProvider: c => { ask(c) } })
        const queries = [executor.execute("SELECT 1"), executor.execute("SELECT 2")]
        tryCompare(testCase, "calls", 1)
        verify(challenge.isOpen)
        verify(!challenge.isQuestion)
        compare(challenge.factor, 1)
        compare(challenge.attempt, 1)
        compare(challenge.prompt, "")
        verify(!challenge.refusal.isError)
        gc()
        challenge.answer("secret")
        verify(!challenge.isOpen)
        for (const query of queries) {
            tryVerify(() => query.isFinished)
            verify(!query.error.isError, query.error.message)
        }
        compare(calls, 1)
        challenge.answer("too late")
    }

    function test_refuses_data() {
        return [{ tag: "cancel", provider: c => c.cancel() },
                { tag: "null", provider: c => null },
                { tag: "forgotten", provider: c => undefined },
                { tag: "throws", provider: c => { throw new Error("no keychain") },
                  warning: /no keychain/ }]
    }

    function test_refuses(data) {
        const server = createTemporaryObject(serverComponent, testCase)
        if (data.warning)
            ignoreWarning(data.warning)
        const connection = connectionTo(server, { passwordProvider: data.provider })
        const query = connection.execute("SELECT 1")
        tryVerify(() => { gc(); return query.isFinished })
        compare(query.error.code, SqlError.AuthenticationCancelled)
    }

    function test_closesWhenNobodyWaits() {
        const server = createTemporaryObject(serverComponent, testCase)
        const connection = connectionTo(server, { passwordProvider: c => { ask(c) } })
        const query = connection.execute("SELECT 1")
        tryCompare(testCase, "calls", 1)
        let closed = 0
        challenge.closed.connect(() => ++closed)
        query.cancel()
        tryVerify(() => closed === 1)
        verify(!challenge.isOpen)
        compare(query.error.code, SqlError.Cancelled)
    }

    function test_setsOtherValues() {
        const server = createTemporaryObject(serverComponent, testCase)
        const connection = connectionTo(server, { passwordLifetime: 840000 })
        compare(connection.passwordLifetime, 840000)
        ignoreWarning(/no function/)
        connection.passwordProvider = 42
        connection.passwordProvider = c => "x"
        connection.passwordProvider = undefined
        const query = connection.execute("SELECT 1")
        tryVerify(() => query.isFinished)
        verify(!query.error.isError)
    }
}
