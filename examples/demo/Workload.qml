// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

import QtQuick
import AsyncMySql

/// Queues a small query ten times a second, whether or not the server is running.
Timer {
    id: workload

    required property Pool pool
    property int sent: 0
    property int answered: 0
    property int failed: 0

    signal answeredIn(real milliseconds)

    interval: 100
    repeat: true
    onTriggered: {
        const started = Date.now()
        const article = 1 + Math.floor(Math.random() * 1000000)
        ++sent
        pool.execute("SELECT name, price, stock FROM catalogue WHERE id = ?", [article]).then(
            () => {
                ++workload.answered
                workload.answeredIn(Date.now() - started)
            },
            () => ++workload.failed)
    }
}
