// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

import QtQuick
import QtQuick.Layouts

/// A part of the window with a title.
Rectangle {
    id: card

    property string title
    /// Items to the right of the title.
    property alias corner: cornerRow.data
    default property alias content: body.data

    implicitHeight: column.implicitHeight + 2 * Theme.margin
    color: Theme.card
    border.color: Theme.border
    radius: Theme.radius

    ColumnLayout {
        id: column

        anchors.fill: parent
        anchors.margins: Theme.margin
        spacing: Theme.spacing

        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.spacing
            visible: card.title.length > 0

            Text {
                Layout.fillWidth: true
                color: Theme.text
                elide: Text.ElideRight
                font.bold: true
                font.pixelSize: Theme.titleFontSize
                text: card.title
            }
            RowLayout {
                id: cornerRow

                spacing: Theme.spacing
            }
        }
        ColumnLayout {
            id: body

            Layout.fillHeight: true
            Layout.fillWidth: true
            spacing: Theme.spacing
        }
    }
}
