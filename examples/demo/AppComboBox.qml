// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Templates as T

T.ComboBox {
    id: box

    property color frame: Theme.border

    implicitHeight: Theme.controlHeight
    implicitWidth: Theme.px(120)
    leftPadding: Theme.px(8)
    rightPadding: Theme.px(26)
    font.pixelSize: Theme.fontSize

    contentItem: Text {
        color: Theme.text
        elide: Text.ElideRight
        font: box.font
        text: box.displayText
        verticalAlignment: Text.AlignVCenter
    }
    indicator: Text {
        anchors.right: parent.right
        anchors.rightMargin: Theme.px(9)
        anchors.verticalCenter: parent.verticalCenter
        color: Theme.secondaryText
        font.pixelSize: Theme.smallFontSize
        text: "▾"
    }
    background: Rectangle {
        border.color: box.activeFocus ? Theme.accent : box.frame
        border.width: box.activeFocus || !Qt.colorEqual(box.frame, Theme.border) ? 2 : 1
        color: Theme.field
        radius: Theme.px(4)
    }
    delegate: T.ItemDelegate {
        id: option

        required property int index
        required property var modelData

        width: ListView.view.width
        height: Theme.controlHeight
        leftPadding: Theme.px(8)
        font.pixelSize: Theme.fontSize
        highlighted: box.highlightedIndex === index

        contentItem: Text {
            color: Theme.text
            font: option.font
            text: box.textRole ? option.modelData[box.textRole] : option.modelData
            verticalAlignment: Text.AlignVCenter
        }
        background: Rectangle {
            color: option.highlighted ? Theme.selection : Theme.card
        }
    }
    popup: T.Popup {
        y: box.height
        width: box.width
        height: Math.min(contentItem.implicitHeight + 2, Theme.px(220))
        padding: 1

        contentItem: ListView {
            clip: true
            currentIndex: box.highlightedIndex
            implicitHeight: contentHeight
            model: box.popup.visible ? box.delegateModel : null
        }
        background: Rectangle {
            border.color: Theme.border
            color: Theme.card
        }
    }
}
