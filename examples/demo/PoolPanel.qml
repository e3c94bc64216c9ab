// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import AsyncMySql
import ShopDemo

/// What the sessions of a pool do, the jobs that wait for them, and the switch of the server.
Card {
    id: panel

    required property Pool pool
    required property PrivateServer server
    required property Workload workload
    readonly property int pauseAfterPlug: 10000

    function togglePlug() {
        if (server.nodes > 0)
            nodePlugs.toggle()
        else if (server.state === PrivateServer.Stopped)
            server.plugIn()
        else
            server.pullThePlug(pauseAfterPlug)
    }

    readonly property var statistics: pool.statistics
    /// The pool waits for its next attempt to connect.
    readonly property bool isWaiting: !isNaN(pool.nextReconnect.getTime())

    // The model of the legend are the names of its entries: a model with texts and colours would
    // make all items anew with each change of the language or of the theme, and a layout of
    // Qt 6.4 uses the former items once more when the window has another size as well (a crash).
    readonly property var stateTints: ({
        "inUse": Theme.accent,
        "idle": Theme.good,
        "connecting": Theme.warning
    })
    readonly property var stateTexts: ({
        "inUse": qsTr("%1 in use"),
        "idle": qsTr("%1 idle"),
        "connecting": qsTr("%1 connecting")
    })
    readonly property var serverStateNames: ({
        [PrivateServer.Running]: "",
        [PrivateServer.Stopping]: qsTr("The server is being stopped …"),
        [PrivateServer.Stopped]: qsTr("The server is off"),
        [PrivateServer.Starting]: qsTr("The server is starting …")
    })

    title: qsTr("Connections")
    corner: [
        Rectangle {
            implicitHeight: Theme.px(9)
            implicitWidth: implicitHeight
            color: panel.statistics.open > 0 ? Theme.good
                 : panel.isWaiting ? Theme.bad
                 : panel.statistics.connecting > 0 ? Theme.warning
                 : Theme.neutral
            radius: height / 2
        },
        Text {
            objectName: "connectionState"
            color: Theme.text
            font.pixelSize: Theme.fontSize
            text: panel.statistics.open > 0 ? qsTr("connected")
                : panel.isWaiting ? qsTr("waiting to reconnect")
                : panel.statistics.connecting > 0 ? qsTr("connecting")
                : qsTr("not connected")
        }
    ]

    RowLayout {
        spacing: Theme.spacing

        Text {
            Layout.preferredWidth: Theme.px(116)
            color: Theme.secondaryText
            elide: Text.ElideRight
            font.pixelSize: Theme.smallFontSize
            text: qsTr("Open")
        }
        // One mark per session: in use, idle, connecting, and those that could be opened.
        Row {
            Layout.fillWidth: true
            spacing: Theme.px(4)

            Repeater {
                model: panel.statistics.maximum

                Rectangle {
                    required property int index
                    readonly property int idle: panel.statistics.inUse + panel.statistics.idle
                    readonly property int connecting: idle + panel.statistics.connecting

                    width: Theme.px(14)
                    height: Theme.px(10)
                    border.color: Theme.border
                    color: index < panel.statistics.inUse ? Theme.accent
                         : index < idle ? Theme.good
                         : index < connecting ? Theme.warning
                         : Theme.field
                    radius: Theme.px(2)
                }
            }
        }
        Text {
            objectName: "sessionsOpen"
            Layout.preferredWidth: Theme.px(62)
            color: Theme.text
            font.pixelSize: Theme.smallFontSize
            horizontalAlignment: Text.AlignRight
            text: qsTr("%1 of %2").arg(panel.statistics.open).arg(panel.statistics.maximum)
        }
    }
    // What the colours mean.
    RowLayout {
        Layout.fillWidth: true
        spacing: Theme.margin

        Repeater {
            model: ["inUse", "idle", "connecting"]

            RowLayout {
                id: entry

                required property string modelData

                spacing: Theme.px(4)

                Rectangle {
                    implicitHeight: Theme.px(8)
                    implicitWidth: implicitHeight
                    color: panel.stateTints[entry.modelData]
                    radius: Theme.px(2)
                }
                Text {
                    objectName: "sessions-" + entry.modelData
                    color: Theme.secondaryText
                    font.pixelSize: Theme.smallFontSize
                    text: panel.stateTexts[entry.modelData]
                              .arg(panel.statistics[entry.modelData])
                }
            }
        }
        Item {
            Layout.fillWidth: true
        }
    }
    RowLayout {
        spacing: Theme.spacing

        Text {
            Layout.preferredWidth: Theme.px(116)
            color: Theme.secondaryText
            font.pixelSize: Theme.smallFontSize
            text: qsTr("Jobs waiting")
        }
        // One mark per job, up to the available width.
        Item {
            Layout.fillWidth: true
            implicitHeight: Theme.px(10)

            Row {
                id: marks

                readonly property int room: Math.max(1, Math.floor(parent.width / Theme.px(4)))

                height: parent.height
                spacing: Theme.px(1)

                Repeater {
                    model: Math.min(panel.statistics.waiting, marks.room)

                    Rectangle {
                        width: Theme.px(3)
                        height: marks.height
                        color: panel.statistics.open > 0 ? Theme.accent : Theme.warning
                    }
                }
            }
        }
        Text {
            objectName: "queueLength"
            Layout.preferredWidth: Theme.px(62)
            color: Theme.text
            font.pixelSize: Theme.smallFontSize
            horizontalAlignment: Text.AlignRight
            text: qsTr("%L1").arg(panel.statistics.waiting)
        }
    }
    CountdownRow {
        objectName: "reconnectCountdown"
        Layout.fillWidth: true
        label: panel.isWaiting ? qsTr("Attempt %1 in").arg(panel.pool.reconnectAttempt + 1)
                               : qsTr("Next attempt in")
        moment: panel.pool.nextReconnect
        tint: Theme.warning
    }
    Text {
        objectName: "answeredJobs"
        Layout.fillWidth: true
        color: Theme.secondaryText
        elide: Text.ElideRight
        font.pixelSize: Theme.smallFontSize
        text: qsTr("Given %L1, answered %L2, failed %L3").arg(panel.workload.sent)
                  .arg(panel.workload.answered).arg(panel.workload.failed)
    }
    Item {
        Layout.fillHeight: true
    }
    Text {
        objectName: "serverState"
        Layout.fillWidth: true
        color: panel.server.error.length > 0 ? Theme.bad : Theme.warning
        elide: Text.ElideRight
        font.pixelSize: Theme.smallFontSize
        text: panel.server.error || panel.serverStateNames[panel.server.state]
        visible: text.length > 0
    }
    NodePlugs {
        id: nodePlugs

        Layout.fillWidth: true
        nodes: panel.server.nodes
        pause: panel.pauseAfterPlug
        pool: panel.pool
        visible: nodes > 0
    }
    RowLayout {
        spacing: Theme.spacing

        AppSwitch {
            objectName: "workloadSwitch"
            checked: panel.workload.running
            text: qsTr("10 queries/s")
            onToggled: panel.workload.running = checked
        }
        Item {
            Layout.fillWidth: true
        }
        AppButton {
            objectName: "plugButton"
            visible: panel.server.nodes === 0
            enabled: panel.server.available
                     && (panel.server.state === PrivateServer.Running
                         || panel.server.state === PrivateServer.Stopped)
            text: panel.server.state === PrivateServer.Stopped
                  ? qsTr("Plug in (%1)").arg(Math.ceil(restart.remaining / 1000))
                  : qsTr("Pull the plug")
            tint: panel.server.state === PrivateServer.Stopped ? Theme.good : Theme.bad
            onClicked: panel.togglePlug()

            CountdownRow {
                id: restart

                counting: true
                moment: panel.server.restart
                visible: false
            }
        }
    }
}
