// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import ShopDemo

/// Shows the values of the frame meter, and an animation.
RowLayout {
    id: view

    required property FrameMeter meter
    /// One frame at 60 a second.
    readonly property real frame: 1000 / 60

    spacing: Theme.spacing

    Item {
        implicitHeight: Theme.px(20)
        implicitWidth: implicitHeight

        Rectangle {
            anchors.fill: parent
            border.color: Theme.border
            border.width: Theme.px(2)
            color: "transparent"
            radius: width / 2
        }
        Item {
            anchors.fill: parent

            Rectangle {
                anchors.horizontalCenter: parent.horizontalCenter
                y: -Theme.px(2)
                width: Theme.px(6)
                height: width
                color: Theme.accent
                radius: width / 2
            }
            RotationAnimation on rotation {
                duration: 1500
                from: 0
                loops: Animation.Infinite
                to: 360
            }
        }
    }
    // A bar for each quarter of a second; the line is one frame.
    Item {
        id: bars

        readonly property real step: Theme.px(3)

        implicitHeight: Theme.px(24)
        implicitWidth: view.meter.history.length * step

        Repeater {
            model: view.meter.history.length

            Rectangle {
                required property int index
                readonly property real gap: view.meter.history[index]

                x: index * bars.step
                y: bars.height - height
                width: bars.step - 1
                height: Math.min(1, gap / (3 * view.frame)) * bars.height
                color: gap > 3 * view.frame ? Theme.bad
                     : gap > view.frame ? Theme.warning : Theme.good
            }
        }
        Rectangle {
            y: Math.round(bars.height * 2 / 3)
            width: parent.width
            height: 1
            color: Theme.neutral
        }
    }
    ColumnLayout {
        spacing: 0

        Text {
            objectName: "longestGap"
            Layout.preferredWidth: Theme.px(126)
            color: Theme.text
            elide: Text.ElideRight
            font.pixelSize: Theme.smallFontSize
            text: view.meter.longestGap < 1000
                  ? qsTr("longest gap %1 ms").arg(Math.round(view.meter.longestGap))
                  : qsTr("longest gap %1 s").arg((view.meter.longestGap / 1000)
                                                    .toLocaleString(Qt.locale(), "f", 1))
        }
        Text {
            color: Theme.secondaryText
            font.pixelSize: Theme.smallFontSize
            text: qsTr("%1 frames/s").arg(view.meter.framesPerSecond)
        }
    }
}
