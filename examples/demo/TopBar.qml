// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

import QtQuick
import QtQuick.Layouts
import AsyncMySql
import ShopDemo

Rectangle {
    id: bar

    required property Pool pool
    required property FrameMeter meter

    // A pool has sessions of one server: any of them answers.
    Query {
        id: version

        connection: bar.pool
        sql: "SELECT VERSION() AS version"
        onErrorOccurred: error => bar.retry(version, error)
    }
    Query {
        id: cipher

        connection: bar.pool
        sql: "SHOW SESSION STATUS LIKE 'Ssl_cipher'"
        onErrorOccurred: error => bar.retry(cipher, error)
    }

    /// A server that is not there at the beginning may come.
    function retry(query: Query, error: var) {
        if (error.category === SqlError.Category.Connection)
            query.execute()
    }

    implicitHeight: Theme.px(48)
    color: Theme.card

    Rectangle {
        anchors.bottom: parent.bottom
        width: parent.width
        height: 1
        color: Theme.border
    }
    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: Theme.margin
        anchors.rightMargin: Theme.margin
        spacing: Theme.margin

        ColumnLayout {
            Layout.fillWidth: true
            spacing: 0

            Text {
                Layout.fillWidth: true
                color: Theme.text
                elide: Text.ElideRight
                font.bold: true
                font.pixelSize: Theme.px(16)
                text: qsTr("Sample shop")
            }
            Text {
                Layout.fillWidth: true
                color: Theme.secondaryText
                elide: Text.ElideRight
                font.pixelSize: Theme.smallFontSize
                text: {
                    if (!version.result.hasRows)
                        return qsTr("No server yet")
                    const name = version.result.first().version
                    return cipher.result.hasRows && cipher.result.first().Value.length > 0
                        ? qsTr("%1, encrypted").arg(name) : name
                }
            }
        }
        FrameMeterView {
            meter: bar.meter
        }
        AppButton {
            objectName: "themeButton"
            text: Theme.dark ? qsTr("Light") : qsTr("Dark")
            onClicked: Theme.dark = !Theme.dark
        }
    }
}
