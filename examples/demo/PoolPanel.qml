// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import AsyncMySql
import ShopDemo

/// The state of a connection, its pending jobs, and the switch of its server.
Card {
    id: panel

    required property Connection connection
    required property PrivateServer server
    required property Workload workload
    readonly property int pauseAfterPlug: 10000

    function togglePlug() {
        if (server.state === PrivateServer.Stopped)
            server.plugIn()
        else
            server.pullThePlug(pauseAfterPlug)
    }

    readonly property var stateNames: ({
        [Connection.Unconnected]: qsTr("not connected"),
        [Connection.Connecting]: qsTr("connecting"),
        [Connection.Authenticating]: qsTr("logging in"),
        [Connection.Connected]: qsTr("connected"),
        [Connection.Closing]: qsTr("closing"),
        [Connection.WaitingToReconnect]: qsTr("waiting to reconnect")
    })
    readonly property var serverStateNames: ({
        [PrivateServer.Running]: "",
        [PrivateServer.Stopping]: qsTr("The server is being stopped …"),
        [PrivateServer.Stopped]: qsTr("The server is off"),
        [PrivateServer.Starting]: qsTr("The server is starting …")
    })

    title: qsTr("Connection")
    corner: [
        Rectangle {
            implicitHeight: Theme.px(9)
            implicitWidth: implicitHeight
            color: {
                switch (panel.connection.state) {
                case Connection.Connected:
                    return Theme.good
                case Connection.Unconnected:
                case Connection.Closing:
                    return Theme.neutral
                case Connection.WaitingToReconnect:
                    return Theme.bad
                default:
                    return Theme.warning
                }
            }
            radius: height / 2
        },
        Text {
            objectName: "connectionState"
            color: Theme.text
            font.pixelSize: Theme.fontSize
            text: panel.stateNames[panel.connection.state]
        }
    ]

    RowLayout {
        spacing: Theme.spacing

        Text {
            Layout.preferredWidth: Theme.px(116)
            color: Theme.secondaryText
            font.pixelSize: Theme.smallFontSize
            text: qsTr("Jobs waiting")
        }
        // One mark per pending job, up to the available width.
        Item {
            Layout.fillWidth: true
            implicitHeight: Theme.px(10)

            Row {
                id: marks

                readonly property int room: Math.max(1, Math.floor(parent.width / Theme.px(4)))

                height: parent.height
                spacing: Theme.px(1)

                Repeater {
                    model: Math.min(panel.connection.pendingJobs, marks.room)

                    Rectangle {
                        width: Theme.px(3)
                        height: marks.height
                        color: panel.connection.isConnected ? Theme.accent : Theme.warning
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
            text: qsTr("%L1").arg(panel.connection.pendingJobs)
        }
    }
    CountdownRow {
        objectName: "idleCountdown"
        Layout.fillWidth: true
        label: qsTr("Idle, closes in")
        moment: panel.connection.idleDisconnect
        otherwise: panel.connection.isConnected ? qsTr("busy") : "–"
    }
    CountdownRow {
        objectName: "reconnectCountdown"
        Layout.fillWidth: true
        label: panel.connection.state === Connection.WaitingToReconnect
               ? qsTr("Attempt %1 in").arg(panel.connection.reconnectAttempt + 1)
               : qsTr("Next attempt in")
        moment: panel.connection.nextReconnect
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

                moment: panel.server.restart
                visible: false
            }
        }
    }
}
