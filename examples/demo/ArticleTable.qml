// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Templates as T
import AsyncMySql

/// The rows of a QueryModel.
FocusScope {
    id: table

    required property QueryModel model
    readonly property var columnNames: model.columnNames
    property int currentArticle: 0
    /// Whether all rows are read because the end was requested.
    property bool hurry: false
    readonly property int rowHeight: Theme.px(28)
    readonly property real numberWidth: Theme.px(86)
    readonly property real categoryWidth: width >= Theme.px(560) ? Theme.px(100) : 0
    readonly property real nameWidth: width - categoryWidth - 2 * numberWidth - Theme.px(12)
    readonly property alias view: view

    signal activated()

    function goToEnd() {
        if (model.complete) {
            view.currentIndex = view.count - 1
            view.positionViewAtEnd()
            return
        }
        hurry = true
        fetch()
    }

    function fetchInHurry() {
        if (hurry)
            fetch()
    }

    function goToBeginning() {
        hurry = false
        view.currentIndex = 0
        view.positionViewAtBeginning()
        choice.restart()
    }

    function fetch() {
        if (model.canFetchMore(model.index(-1, -1)))
            model.fetchMore(model.index(-1, -1))
    }

    readonly property var titles: ({
        "name": qsTr("Article"),
        "category": qsTr("Category"),
        "price": qsTr("Price"),
        "stock": qsTr("Stock")
    })

    function widthOf(column: string): real {
        return column === "name" ? nameWidth : column === "category" ? categoryWidth : numberWidth
    }

    Connections {
        target: table.model

        function onModelReset() {
            table.hurry = false
            // The qmllint of Qt 6.4 does not know this function.
            Qt.callLater(table.goToBeginning) // qmllint disable type
        }

        function onCountChanged() {
            if (!table.hurry)
                return
            view.positionViewAtEnd()
            if (!table.model.complete)
                Qt.callLater(table.fetchInHurry) // qmllint disable type
        }

        function onCompleteChanged() {
            if (table.hurry && table.model.complete) {
                table.hurry = false
                view.currentIndex = view.count - 1
                view.positionViewAtEnd()
            }
        }
    }

    // Skips articles that are passed while an arrow key is held down.
    Timer {
        id: choice

        interval: 60
        onTriggered: table.readCurrent()
    }
    Row {
        id: header

        width: parent.width
        height: table.rowHeight

        Repeater {
            model: ["name", "category", "price", "stock"]

            T.AbstractButton {
                id: heading

                required property string modelData
                readonly property bool isNumber: modelData === "price" || modelData === "stock"
                readonly property int column: table.columnNames.indexOf(modelData)
                readonly property bool sorted: column >= 0 && table.model.sortColumn === column

                objectName: "heading-" + modelData
                width: table.widthOf(modelData)
                height: header.height
                focusPolicy: Qt.NoFocus
                visible: width > 0
                onClicked: {
                    const down = sorted && table.model.sortOrder === Qt.AscendingOrder
                    table.model.sortBy(column, down ? Qt.DescendingOrder : Qt.AscendingOrder)
                }

                contentItem: Text {
                    leftPadding: Theme.px(8)
                    rightPadding: Theme.px(8)
                    color: heading.hovered ? Theme.text : Theme.secondaryText
                    elide: Text.ElideRight
                    font.bold: true
                    font.pixelSize: Theme.smallFontSize
                    horizontalAlignment: heading.isNumber ? Text.AlignRight : Text.AlignLeft
                    text: table.titles[heading.modelData]
                          + (!heading.sorted ? ""
                             : table.model.sortOrder === Qt.AscendingOrder ? " ▲" : " ▼")
                    verticalAlignment: Text.AlignVCenter
                }
            }
        }
    }
    Rectangle {
        y: header.height
        width: parent.width
        height: 1
        color: Theme.border
    }
    ListView {
        id: view

        objectName: "articleList"
        anchors.fill: parent
        anchors.topMargin: header.height + 1
        boundsBehavior: Flickable.StopAtBounds
        cacheBuffer: 20 * table.rowHeight
        clip: true
        focus: true
        highlightMoveDuration: 0
        keyNavigationEnabled: true
        model: table.model
        pixelAligned: true
        reuseItems: true
        // The view requests more rows when it creates its last one, which may be too early.
        onAtYEndChanged: if (atYEnd && count > 0) table.fetch()
        onCurrentIndexChanged: choice.restart()
        onCountChanged: choice.restart()

        T.ScrollBar.vertical: T.ScrollBar {
            id: scrollBar

            implicitWidth: Theme.px(12)
            padding: Theme.px(2)
            policy: T.ScrollBar.AlwaysOn
            minimumSize: 0.06
            visible: size < 1

            contentItem: Rectangle {
                implicitWidth: Theme.px(8)
                color: scrollBar.pressed || scrollBar.hovered ? Theme.secondaryText : Theme.neutral
                radius: width / 2
            }
        }

        delegate: Rectangle {
            id: row

            required property int index
            required property int id
            required property string name
            required property string category
            required property string price
            required property int stock
            readonly property bool current: ListView.isCurrentItem

            width: ListView.view.width
            height: table.rowHeight
            color: current ? Theme.selection : area.containsMouse ? Theme.hover : "transparent"

            Text {
                width: table.nameWidth
                height: parent.height
                leftPadding: Theme.px(8)
                rightPadding: Theme.px(8)
                color: Theme.text
                elide: Text.ElideRight
                font.pixelSize: Theme.fontSize
                text: row.name
                textFormat: Text.PlainText
                verticalAlignment: Text.AlignVCenter
            }
            Text {
                x: table.nameWidth
                width: table.categoryWidth
                height: parent.height
                leftPadding: Theme.px(8)
                color: Theme.secondaryText
                elide: Text.ElideRight
                font.pixelSize: Theme.fontSize
                text: row.category
                textFormat: Text.PlainText
                verticalAlignment: Text.AlignVCenter
                visible: width > 0
            }
            Text {
                x: table.nameWidth + table.categoryWidth
                width: table.numberWidth
                height: parent.height
                rightPadding: Theme.px(8)
                color: Theme.text
                font.pixelSize: Theme.fontSize
                horizontalAlignment: Text.AlignRight
                // For display only: the stored number stays exact.
                text: Number(row.price).toLocaleString(Qt.locale(), "f", 2)
                textFormat: Text.PlainText
                verticalAlignment: Text.AlignVCenter
            }
            Text {
                x: table.nameWidth + table.categoryWidth + table.numberWidth
                width: table.numberWidth
                height: parent.height
                rightPadding: Theme.px(8)
                color: row.stock > 0 ? Theme.text : Theme.bad
                font.pixelSize: Theme.fontSize
                horizontalAlignment: Text.AlignRight
                text: row.stock
                textFormat: Text.PlainText
                verticalAlignment: Text.AlignVCenter
            }
            MouseArea {
                id: area

                anchors.fill: parent
                hoverEnabled: true
                onClicked: view.currentIndex = row.index
                onDoubleClicked: table.activated()
            }
        }

        Keys.onPressed: event => {
            const page = Math.max(1, Math.floor(height / table.rowHeight) - 1)
            switch (event.key) {
            case Qt.Key_PageDown:
                currentIndex = Math.min(count - 1, currentIndex + page)
                break
            case Qt.Key_PageUp:
                currentIndex = Math.max(0, currentIndex - page)
                break
            case Qt.Key_Home:
                table.goToBeginning()
                break
            case Qt.Key_End:
                table.goToEnd()
                break
            case Qt.Key_Enter:
            case Qt.Key_Return:
                table.activated()
                break
            default:
                return
            }
            event.accepted = true
        }
    }
    // A press that stops a moving list does not reach a row, and gives the list the focus, too.
    Item {
        anchors.fill: view

        PointHandler {
            onActiveChanged: {
                if (active)
                    view.forceActiveFocus(Qt.MouseFocusReason)
            }
        }
    }
    Rectangle {
        anchors.fill: view
        border.color: Theme.accent
        border.width: 1
        color: "transparent"
        radius: Theme.px(3)
        visible: view.activeFocus
    }
    Text {
        anchors.centerIn: view
        color: Theme.secondaryText
        font.pixelSize: Theme.fontSize
        text: table.model.loading ? qsTr("Searching …") : qsTr("No article has such a name")
        visible: view.count === 0
    }

    function readCurrent() {
        const row = view.currentIndex
        if (row < 0 || row >= model.count)
            return
        currentArticle = model.get(row).id
    }
}
