// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

import QtQuick
import QtQuick.Templates as T

T.Button {
    id: button

    /// The fill colour; without one, the button has a frame.
    property color tint: "transparent"
    readonly property bool filled: tint.a > 0

    implicitHeight: Theme.controlHeight
    implicitWidth: implicitContentWidth + Theme.px(24)
    leftPadding: Theme.px(10)
    rightPadding: Theme.px(10)
    font.pixelSize: Theme.fontSize
    focusPolicy: Qt.StrongFocus
    opacity: enabled ? 1 : 0.45
    Accessible.name: text
    Keys.onEnterPressed: button.clicked()
    Keys.onReturnPressed: button.clicked()

    contentItem: Text {
        color: button.filled ? Theme.accentText : Theme.text
        elide: Text.ElideRight
        font: button.font
        horizontalAlignment: Text.AlignHCenter
        text: button.text
        verticalAlignment: Text.AlignVCenter
    }
    background: Rectangle {
        border.color: button.visualFocus ? (button.filled ? Theme.text : Theme.accent)
                                         : (button.filled ? button.tint : Theme.border)
        border.width: button.visualFocus ? 2 : 1
        color: {
            const base = button.filled ? button.tint : Theme.field
            if (button.down)
                return Qt.darker(base, 1.15)
            return button.hovered && button.enabled ? Qt.lighter(base, Theme.dark ? 1.2 : 1.06)
                                                    : base
        }
        radius: Theme.px(4)
    }
}
