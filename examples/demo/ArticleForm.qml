// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

import QtQuick
import QtQuick.Layouts
import AsyncMySql

/// The fields of one row of a TableModel.
FocusScope {
    id: form

    required property TableModel table
    readonly property var columnNames: table.columnNames
    required property int index
    required property int id
    required property string name
    required property string category
    required property string price
    required property int stock
    required property var rowError
    /// Changes whenever the row changes, for bindings without a role.
    property int revision: 0
    readonly property bool changed: stateOf("name", revision) !== TableModel.CellState.Stored
                                    || stateOf("category", revision) !== TableModel.CellState.Stored
                                    || stateOf("price", revision) !== TableModel.CellState.Stored
                                    || stateOf("stock", revision) !== TableModel.CellState.Stored
    readonly property bool conflicting: rowError !== undefined && rowError !== null
                                        && rowError.code === SqlError.RowChanged

    signal saveRequested()

    function focusFirst() {
        nameField.forceActiveFocus(Qt.ShortcutFocusReason)
        nameField.selectAll()
    }

    function cell(column: string): var {
        return table.index(index, columnNames.indexOf(column))
    }

    function stateOf(column: string, atRevision: int): int {
        return atRevision < 0 ? 0 : table.data(cell(column), TableModel.CellStateRole)
    }

    function set(column: string, value: var) {
        table.setData(cell(column), value)
    }

    function frameOf(column: string, atRevision: int): color {
        switch (stateOf(column, atRevision)) {
        case TableModel.CellState.Changed:
        case TableModel.CellState.Submitting:
            return Theme.warning
        case TableModel.CellState.Failed:
        case TableModel.CellState.Conflicting:
            return Theme.bad
        default:
            return Theme.border
        }
    }

    function revert() {
        table.revertRow(index)
    }

    implicitHeight: column.implicitHeight
    Keys.onEscapePressed: event => {
        event.accepted = changed
        if (changed)
            revert()
    }
    Keys.onReturnPressed: saveRequested()
    Keys.onEnterPressed: saveRequested()

    Connections {
        target: form.table

        function onDataChanged() {
            ++form.revision
        }
    }

    component Label: Text {
        Layout.preferredWidth: Theme.px(64)
        color: Theme.secondaryText
        font.pixelSize: Theme.smallFontSize
    }

    ColumnLayout {
        id: column

        width: parent.width
        spacing: Theme.spacing

        GridLayout {
            Layout.fillWidth: true
            columnSpacing: Theme.spacing
            columns: 2
            rowSpacing: Theme.px(6)

            Label {
                text: qsTr("Number")
            }
            Text {
                objectName: "articleNumber"
                Layout.preferredHeight: Theme.px(20)
                color: Theme.text
                font.pixelSize: Theme.fontSize
                text: form.id
                verticalAlignment: Text.AlignVCenter
            }
            Label {
                text: qsTr("Name")
            }
            AppTextField {
                id: nameField

                objectName: "nameField"
                Layout.fillWidth: true
                Accessible.name: qsTr("Name")
                frame: form.frameOf("name", form.revision)
                maximumLength: 80
                text: form.name
                onTextEdited: form.set("name", text)
            }
            Label {
                text: qsTr("Category")
            }
            AppComboBox {
                objectName: "categoryBox"
                Layout.fillWidth: true
                Accessible.name: qsTr("Category")
                currentIndex: model.indexOf(form.category)
                frame: form.frameOf("category", form.revision)
                model: ["furniture", "light", "kitchen", "storage", "textiles"]
                onActivated: index => form.set("category", model[index])
            }
            Label {
                text: qsTr("Price")
            }
            AppTextField {
                objectName: "priceField"
                Layout.fillWidth: true
                Accessible.name: qsTr("Price")
                frame: form.frameOf("price", form.revision)
                inputMethodHints: Qt.ImhFormattedNumbersOnly
                text: form.price
                // As digits, since 0.10 is not an exact binary fraction. Some locales use a
                // comma.
                validator: RegularExpressionValidator {
                    regularExpression: /\d{1,8}([.,]\d{0,2})?/
                }
                onTextEdited: {
                    if (acceptableInput)
                        form.set("price", text.replace(",", ".").replace(/\.$/, ""))
                }
            }
            Label {
                text: qsTr("Stock")
            }
            AppTextField {
                objectName: "stockField"
                Layout.fillWidth: true
                Accessible.name: qsTr("Stock")
                frame: form.frameOf("stock", form.revision)
                inputMethodHints: Qt.ImhDigitsOnly
                text: form.stock
                // Without group separators, which Number() does not support or reads as a point.
                validator: RegularExpressionValidator {
                    regularExpression: /\d{1,6}/
                }
                onTextEdited: if (acceptableInput) form.set("stock", Number(text))
                Keys.onUpPressed: form.set("stock", form.stock + 1)
                Keys.onDownPressed: form.set("stock", Math.max(0, form.stock - 1))
            }
        }
        Text {
            objectName: "rowError"
            Layout.fillWidth: true
            color: Theme.bad
            font.pixelSize: Theme.smallFontSize
            maximumLineCount: 2
            elide: Text.ElideRight
            text: form.conflicting ? qsTr("Another client has changed this article.")
                                   : form.rowError ? form.rowError.message : ""
            visible: text.length > 0
            wrapMode: Text.WordWrap
        }
        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.spacing

            Item {
                Layout.fillWidth: true
            }
            AppButton {
                objectName: "revertButton"
                enabled: form.changed
                text: form.conflicting ? qsTr("Take theirs") : qsTr("Revert")
                onClicked: form.revert()
            }
            AppButton {
                objectName: "saveButton"
                enabled: form.changed
                text: form.conflicting ? qsTr("Keep mine") : qsTr("Save")
                tint: Theme.accent
                onClicked: {
                    if (form.conflicting)
                        form.table.acceptServerValues(form.index)
                    form.saveRequested()
                }
            }
        }
    }
}
