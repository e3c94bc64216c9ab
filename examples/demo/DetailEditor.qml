// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import AsyncMySql

/// Edits the selected article. The model keeps pending changes of other articles.
Card {
    id: editor

    required property Pool pool
    property int article: 0
    readonly property alias model: articles
    readonly property bool waits: articles.submitting

    /// Emitted when changes were saved in the table.
    signal saved(real milliseconds)

    property real submitStarted: 0
    readonly property int logLength: 12

    function formatted(milliseconds: real): string {
        return milliseconds < 1000 ? qsTr("%1 ms").arg(milliseconds)
                                   : qsTr("%1 s").arg((milliseconds / 1000)
                                                      .toLocaleString(Qt.locale(), "f", 1))
    }

    /// Adds a line to the results of the edits.
    function log(what: string, isError: bool) {
        entries.insert(0, {
            time: new Date().toLocaleTimeString(Qt.locale(), "HH:mm:ss"),
            what: what,
            isError: isError
        })
        if (entries.count > logLength)
            entries.remove(logLength)
    }

    function save() {
        if (articles.pendingChanges === 0)
            return
        // Changes during a submission are submitted after it.
        if (!articles.submitting)
            submitStarted = Date.now()
        articles.submitAll()
    }

    function focusFirst() {
        const form = forms.currentForm
        if (form)
            form.focusFirst()
    }

    title: qsTr("Article")
    corner: Text {
        objectName: "editorState"
        color: articles.error.code !== SqlError.NoError ? Theme.bad : Theme.secondaryText
        font.pixelSize: Theme.smallFontSize
        text: articles.submitting
              ? editor.pool.statistics.open > 0 ? qsTr("Saving …")
                                              : qsTr("Saves when the server is back")
              : articles.loading && editor.pool.statistics.open === 0
              ? qsTr("Waiting for the server …")
              : articles.pendingChanges > 0 ? qsTr("Not saved: %L1").arg(articles.pendingChanges)
              : ""
    }

    TableModel {
        id: articles

        connection: editor.pool
        table: "catalogue"
        filter: "id = ?"
        filterParameters: [editor.article]
        submitPolicy: TableModel.Manual
        onSubmitted: {
            const milliseconds = Date.now() - editor.submitStarted
            editor.log(qsTr("Saved, in %1").arg(editor.formatted(milliseconds)), false)
            editor.saved(milliseconds)
        }
        // No change is lost with the connection, and none is written twice, since the model keeps
        // the original values.
        onErrorOccurred: error => {
            editor.log(error.message, true)
            if (error.category !== SqlError.Category.Connection)
                return
            if (pendingChanges > 0)
                submitAll()
            else
                refresh()
        }
    }

    ListModel {
        id: entries
    }

    Item {
        Layout.fillWidth: true
        implicitHeight: forms.currentForm ? forms.currentForm.implicitHeight : Theme.px(190)

        Repeater {
            id: forms

            property ArticleForm currentForm: null

            model: articles
            delegate: ArticleForm {
                id: form

                anchors.fill: parent
                table: articles
                visible: id === editor.article
                onVisibleChanged: if (visible) forms.currentForm = form
                Component.onCompleted: if (visible) forms.currentForm = form
                Component.onDestruction: if (forms.currentForm === form) forms.currentForm = null
                onSaveRequested: editor.save()
            }
        }
        Text {
            anchors.centerIn: parent
            color: Theme.secondaryText
            font.pixelSize: Theme.fontSize
            text: articles.loading ? qsTr("Loading …") : qsTr("Choose an article in the list")
            visible: forms.currentForm === null
        }
    }
    // The results of the last edits, the latest one first.
    Item {
        Layout.fillHeight: true
        Layout.fillWidth: true
        clip: true

        Column {
            width: parent.width
            spacing: Theme.px(4)

            Repeater {
                model: entries

                RowLayout {
                    id: entry

                    required property string time
                    required property string what
                    required property bool isError

                    width: parent.width
                    spacing: Theme.spacing
                    opacity: y + height <= parent.parent.height ? 1 : 0

                    Text {
                        color: Theme.secondaryText
                        font.pixelSize: Theme.smallFontSize
                        text: entry.time
                    }
                    Text {
                        Layout.fillWidth: true
                        color: entry.isError ? Theme.bad : Theme.good
                        elide: Text.ElideRight
                        font.pixelSize: Theme.smallFontSize
                        text: entry.what
                        textFormat: Text.PlainText
                    }
                }
            }
        }
    }
}
