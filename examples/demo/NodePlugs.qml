// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import AsyncMySql
import ShopDemo

/// The nodes of a cluster: which one answers, and a plug for each.
ColumnLayout {
    id: plugs

    required property Pool pool
    required property int nodes
    /// In milliseconds.
    required property int pause
    /// Of the node that has answered last.
    property int port: 0
    /// The number of that node, unless it is off.
    property int answering: 0
    property string error

    /// The plug of the node that answers.
    function toggle() {
        const button = answering > 0 ? buttons.itemAt(answering - 1) as AppButton : null
        if (button !== null)
            button.clicked()
    }

    spacing: Theme.px(4)

    // A session says which node it is with. While there is none, the question waits.
    Query {
        id: question

        connection: plugs.pool
        sql: plugs.nodes > 0 ? "SELECT @@port AS port" : ""
        onFinished: {
            if (result.hasRows)
                plugs.port = result.first().port
            again.restart()
        }
    }
    Timer {
        id: again

        interval: 250
        onTriggered: question.execute()
    }

    Text {
        objectName: "answeringNode"
        Layout.fillWidth: true
        color: plugs.error.length > 0 ? Theme.bad : Theme.secondaryText
        elide: Text.ElideRight
        font.pixelSize: Theme.smallFontSize
        text: plugs.error || (plugs.answering > 0 ? qsTr("Node %1 answers").arg(plugs.answering)
                                                  : qsTr("No node answers"))
    }
    RowLayout {
        Layout.fillWidth: true
        spacing: Theme.spacing

        Repeater {
            id: buttons

            model: plugs.nodes

            AppButton {
                id: button

                required property int index
                readonly property bool isAnswering: plugs.port === server.port
                                                    && server.state === PrivateServer.Running

                function showAnswering() {
                    if (isAnswering)
                        plugs.answering = index + 1
                    else if (plugs.answering === index + 1)
                        plugs.answering = 0
                }

                objectName: "plugButton" + (index + 1)
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                leftPadding: Theme.px(4)
                rightPadding: Theme.px(4)
                enabled: server.state === PrivateServer.Running
                         || server.state === PrivateServer.Stopped
                text: server.state === PrivateServer.Stopped
                      ? qsTr("Plug in (%1)").arg(Math.ceil(restart.remaining / 1000))
                    : server.state === PrivateServer.Starting ? qsTr("%1 joins …").arg(index + 1)
                    : qsTr("Pull plug %1").arg(index + 1)
                tint: server.state === PrivateServer.Running ? Theme.bad : Theme.good
                onClicked: {
                    if (server.state === PrivateServer.Stopped)
                        server.plugIn()
                    else
                        server.pullThePlug(plugs.pause)
                }
                onIsAnsweringChanged: showAnswering()
                Component.onCompleted: showAnswering()

                PrivateServer {
                    id: server

                    node: button.index + 1
                    onStateChanged: plugs.error = error
                }
                CountdownRow {
                    id: restart

                    counting: true
                    moment: server.restart
                    visible: false
                }
            }
        }
    }
}
