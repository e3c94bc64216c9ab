// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

import QtQuick
import AsyncMySqlTest

/// The blocks of QML in README.md, as readme.cmake made pages of them.
ServerTest {
    id: testCase

    name: "Readme"

    function initTestCase() {
        createDatabases([
            "CREATE TABLE articles (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY,"
                + " name VARCHAR(60), price DECIMAL(9, 2), stock INT NOT NULL DEFAULT 0)",
            "INSERT INTO articles (name, price, stock)"
                + " VALUES ('Apple', 1.20, 4), ('Pear', 1.50, 7), ('Plum', 2, 9)",
            "CREATE TABLE orders (id INT AUTO_INCREMENT PRIMARY KEY, customer INT)"])
    }

    function cleanupTestCase() { dropDatabases() }

    function test_theBlockRuns_data() {
        const rows = []
        for (let number = 1; number <= 12; ++number)
            rows.push({ tag: "block " + number, number: number })
        return rows
    }

    function test_theBlockRuns(data) {
        failOnWarning(/.?/)
        const server = TestServers.all[0]
        const component = Qt.createComponent("Readme" + data.number + ".qml")
        compare(component.errorString(), "")
        const page = createTemporaryObject(component, testCase, {
            url: server.url, password: server.password, databaseName: databaseName })
        verify(page)
        const shop = page.pool
        result(shop.execute("SELECT 1"))
        tryVerify(() => shop.statistics.inUse + shop.statistics.waiting === 0, 30000)
        verify(!shop.lastError.isError, shop.lastError.message)
        wait(0)
    }

    /// The commonest mistake shows.
    function test_theNumbersGiveWayToAnError() {
        const server = TestServers.all[0]
        const page = createTemporaryObject(Qt.createComponent("Readme10.qml"), testCase, {
            url: server.url, password: server.password + "wrong", databaseName: databaseName })
        const label = Array.from(page.children).find(child => child.text !== undefined)
        tryVerify(() => page.pool.lastError.isError, 30000)
        tryVerify(() => label.text === page.pool.lastError.message, 30000)
    }

    function test_whatTheBlocksDid() {
        const shop = connectHere(TestServers.all[0])
        compare(valueOf(shop, "SELECT price FROM articles WHERE name = 'Quince'"), "2.50")
        compare(valueOf(shop, "SELECT stock FROM articles WHERE name = 'Apple'"), 3)
        compare(valueOf(shop, "SELECT customer FROM orders"), 7)
    }
}
