// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

import QtQuick
import QtQuick.Templates as T

T.TextField {
    id: field

    property color frame: Theme.border
    readonly property bool blank: length === 0 && preeditText.length === 0
    /// Elides text that does not fit, unless it is edited.
    readonly property bool elided: !activeFocus && contentWidth > width - leftPadding - rightPadding

    implicitHeight: Theme.controlHeight
    implicitWidth: Theme.px(120)
    leftPadding: Theme.px(8)
    rightPadding: Theme.px(8)
    color: elided ? "transparent" : Theme.text
    font.pixelSize: Theme.fontSize
    placeholderTextColor: Theme.secondaryText
    selectByMouse: true
    selectedTextColor: Theme.accentText
    selectionColor: Theme.accent
    verticalAlignment: Text.AlignVCenter
    // Text that is not edited is shown from its beginning.
    onTextChanged: if (!activeFocus) cursorPosition = 0

    Text {
        anchors.fill: parent
        anchors.leftMargin: field.leftPadding
        anchors.rightMargin: field.rightPadding
        color: field.blank ? field.placeholderTextColor : Theme.text
        elide: Text.ElideRight
        font: field.font
        text: field.blank ? field.placeholderText : field.text
        textFormat: Text.PlainText
        verticalAlignment: Text.AlignVCenter
        visible: field.blank || field.elided
    }

    background: Rectangle {
        border.color: field.activeFocus ? Theme.accent : field.frame
        border.width: field.activeFocus || !Qt.colorEqual(field.frame, Theme.border) ? 2 : 1
        color: Theme.field
        radius: Theme.px(4)
    }
}
