// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

import QtQuick
import QtQuick.Layouts
import AsyncMySql

/// A slow query with its progress, which can be cancelled.
Card {
    id: panel

    required property Pool pool
    property var query: null
    readonly property bool running: query !== null
    readonly property int total: 1000000
    readonly property var progress: query ? query.progress : lastProgress
    property var lastProgress: ({ rows: 0, bytes: 0 })
    property string outcome

    function start() {
        if (running)
            return
        outcome = ""
        const started = Date.now()
        query = pool.execute(
            "SELECT id, CONV(LEFT(SHA2(REPEAT(name, 40), 512), 8), 16, 10) FROM catalogue")
        query.then(result => {
            const seconds = (Date.now() - started) / 1000
            panel.end()
            panel.outcome = qsTr("%L1 checksums in %2 s").arg(result.rowCount)
                                .arg(seconds.toLocaleString(Qt.locale(), "f", 1))
        }, error => {
            panel.end()
            panel.outcome = error.code === SqlError.Cancelled
                            ? qsTr("Cancelled after %L1 rows").arg(panel.progress.rows)
                            : error.message
        })
    }

    function end() {
        lastProgress = { rows: query.progress.rows, bytes: query.progress.bytes }
        query = null
    }

    function cancel() {
        if (running)
            query.cancel()
    }

    title: qsTr("A slow query")

    Text {
        Layout.fillWidth: true
        color: Theme.secondaryText
        font.pixelSize: Theme.smallFontSize
        text: qsTr("The server computes a checksum of each of the 1,000,000 articles.")
        wrapMode: Text.WordWrap
    }
    Item {
        Layout.fillHeight: true
    }
    Rectangle {
        Layout.fillWidth: true
        implicitHeight: Theme.px(8)
        border.color: Theme.border
        color: Theme.field
        radius: height / 2

        Rectangle {
            width: parent.width * Math.min(1, panel.progress.rows / panel.total)
            height: parent.height
            color: panel.running ? Theme.accent : Theme.neutral
            radius: height / 2
        }
    }
    Text {
        objectName: "slowQueryText"
        Layout.fillWidth: true
        color: Theme.text
        elide: Text.ElideRight
        font.pixelSize: Theme.smallFontSize
        text: {
            if (!panel.running)
                return panel.outcome || qsTr("Not started")
            if (panel.progress.rows === 0)
                return qsTr("Waiting for the first rows …")
            return qsTr("%L1 rows, %2 MB").arg(panel.progress.rows)
                .arg((panel.progress.bytes / 1e6).toLocaleString(Qt.locale(), "f", 1))
        }
    }
    RowLayout {
        Layout.fillWidth: true
        spacing: Theme.spacing

        Item {
            Layout.fillWidth: true
        }
        AppButton {
            objectName: "slowQueryButton"
            text: panel.running ? qsTr("Cancel") : qsTr("Start")
            tint: panel.running ? Theme.bad : Theme.accent
            onClicked: panel.running ? panel.cancel() : panel.start()
        }
    }
}
