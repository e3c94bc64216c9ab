// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

import QtQuick
import AsyncMySql

// Without a window, Qt's runtime ends at once.
Window {
    visible: true

    Pool {
        url: "mysql://anna@127.0.0.1:1/?tls-mode=disabled"
        queueTimeout: 1000

        Component.onCompleted: execute("SELECT VERSION() AS version").then(
            result => {
                console.log(result.first().version);
                Qt.quit();
            },
            error => {
                console.log(error.message);
                Qt.quit();
            })
    }
}
