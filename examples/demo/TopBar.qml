// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

import QtQuick
import QtQuick.Layouts
import AsyncMySql
import ShopDemo

Rectangle {
    id: bar

    required property Connection connection
    required property FrameMeter meter

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
                text: bar.connection.serverVersion.length === 0
                      ? qsTr("No server yet")
                      : bar.connection.isEncrypted
                        ? qsTr("%1, encrypted").arg(bar.connection.serverVersion)
                        : bar.connection.serverVersion
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
