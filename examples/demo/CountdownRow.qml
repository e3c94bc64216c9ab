// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

import QtQuick
import QtQuick.Layouts

/// The time until a moment as a text and a bar, or a dash if there is no moment.
RowLayout {
    id: row

    property string label
    /// Shown instead of the seconds if there is no moment.
    property string otherwise: "–"
    property var moment
    property color tint: Theme.accent
    /// Whether remaining is kept up to date.
    property bool counting: visible
    readonly property bool active: isMoment(moment)
    property real total: 1
    property real remaining: 0

    function isMoment(value: var): bool {
        return value !== undefined && value !== null && !isNaN(value.getTime())
    }

    function update() {
        remaining = Math.max(0, moment.getTime() - Date.now())
    }

    spacing: Theme.spacing
    onMomentChanged: {
        if (isMoment(moment)) {
            update()
            total = Math.max(1, remaining)
        }
    }

    Timer {
        interval: 50
        repeat: true
        running: row.active && row.counting
        onTriggered: row.update()
    }
    Text {
        Layout.preferredWidth: Theme.px(116)
        color: Theme.secondaryText
        elide: Text.ElideRight
        font.pixelSize: Theme.smallFontSize
        text: row.label
    }
    Rectangle {
        Layout.fillWidth: true
        implicitHeight: Theme.px(6)
        color: Theme.field
        border.color: Theme.border
        radius: height / 2

        Rectangle {
            width: row.active ? parent.width * Math.min(1, row.remaining / row.total) : 0
            height: parent.height
            color: row.tint
            radius: height / 2
        }
    }
    Text {
        objectName: "countdownText"
        Layout.preferredWidth: Theme.px(62)
        color: row.active ? Theme.text : Theme.secondaryText
        elide: Text.ElideRight
        font.pixelSize: Theme.smallFontSize
        horizontalAlignment: Text.AlignRight
        text: row.active ? qsTr("%1 s").arg((row.remaining / 1000).toLocaleString(Qt.locale(),
                                                                                  "f", 1))
                         : row.otherwise
    }
}
