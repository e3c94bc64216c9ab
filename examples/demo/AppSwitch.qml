// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

import QtQuick
import QtQuick.Templates as T

T.Switch {
    id: control

    implicitHeight: Theme.px(22)
    implicitWidth: implicitContentWidth
    spacing: Theme.px(6)
    font.pixelSize: Theme.fontSize
    Accessible.name: text

    indicator: Rectangle {
        anchors.verticalCenter: parent.verticalCenter
        width: Theme.px(32)
        height: Theme.px(18)
        border.color: control.visualFocus ? Theme.text
                    : control.checked ? Theme.accent : Theme.neutral
        border.width: control.visualFocus ? 2 : 1
        color: control.checked ? Theme.accent : "transparent"
        radius: height / 2

        Rectangle {
            x: control.checked ? parent.width - width - Theme.px(3) : Theme.px(3)
            anchors.verticalCenter: parent.verticalCenter
            width: Theme.px(12)
            height: width
            color: control.checked ? Theme.accentText : Theme.neutral
            radius: height / 2
        }
    }
    contentItem: Text {
        leftPadding: control.indicator.width + control.spacing
        color: Theme.text
        font: control.font
        text: control.text
        verticalAlignment: Text.AlignVCenter
    }
}
