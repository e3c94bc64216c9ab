// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

import QtQuick
import QtQuick.Layouts
import AsyncMySql

/// A search of the catalogue as you type, and the articles that it finds.
Card {
    id: pane

    required property Pool pool
    readonly property alias currentArticle: table.currentArticle
    readonly property alias table: table
    readonly property alias model: articles

    /// Emitted when the first rows of a query have arrived.
    signal answeredIn(real milliseconds)

    function focusSearch() {
        searchField.forceActiveFocus(Qt.ShortcutFocusReason)
        searchField.selectAll()
    }

    /// Refreshes after a change.
    function refresh() {
        // A million rows are only read again for F5.
        if (articles.count <= 20000)
            articles.refresh()
    }

    /// Escapes the special characters of LIKE.
    function pattern(text: string): string {
        return text.replace(/[\\%_]/g, "\\$&") + "%"
    }

    QueryModel {
        id: articles

        connection: pane.pool
        fetchSize: table.hurry ? 20000 : 500
        // The index is ordered by name, so the first rows arrive immediately.
        sql: "SELECT id, name, category, price, stock FROM catalogue FORCE INDEX (name)"
             + " WHERE name LIKE ? ORDER BY name"
        parameters: [pane.pattern(searchField.text)]
        onElapsedChanged: {
            if (elapsed > 0)
                pane.answeredIn(elapsed)
        }
        // The rows that were read stay, and the others are read when the server is back.
        onErrorOccurred: error => {
            if (error.category === SqlError.Category.Connection)
                refresh()
        }
    }

    RowLayout {
        Layout.fillWidth: true
        spacing: Theme.spacing

        AppTextField {
            id: searchField

            objectName: "searchField"
            Layout.fillWidth: true
            Accessible.name: placeholderText
            focus: true
            placeholderText: qsTr("Search among 1,000,000 articles: oak tab …")
            KeyNavigation.tab: table
            Keys.onDownPressed: table.forceActiveFocus(Qt.TabFocusReason)
            Keys.onEscapePressed: event => {
                event.accepted = length > 0
                clear()
            }
        }
        Text {
            objectName: "searchStatus"
            Layout.maximumWidth: pane.width / 2
            Layout.preferredWidth: Math.max(Theme.px(190), implicitWidth)
            color: articles.error.code !== SqlError.NoError ? Theme.bad : Theme.secondaryText
            elide: Text.ElideRight
            font.pixelSize: Theme.smallFontSize
            horizontalAlignment: Text.AlignRight
            text: {
                if (articles.loading && pane.pool.statistics.open === 0)
                    return qsTr("Waiting for the server …")
                if (articles.error.code !== SqlError.NoError)
                    return articles.error.message
                if (articles.complete)
                    return qsTr("%L1 found, %L2 ms").arg(articles.count).arg(articles.elapsed)
                return qsTr("%L1 read, more to come, %L2 ms").arg(articles.count)
                                                             .arg(articles.elapsed)
            }
        }
    }
    ArticleTable {
        id: table

        Layout.fillHeight: true
        Layout.fillWidth: true
        model: articles
    }
}
