// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import AsyncMySql
import ShopDemo

T.ApplicationWindow {
    id: window

    required property url shopUrl
    property bool startsDark: desktop.window.hslLightness < 0.5
    readonly property int bottomHeight: Math.max(Theme.px(privateServer.nodes > 0 ? 232 : 196),
                                                 Math.min(Theme.px(300), height * 0.3))

    /// The URL with options.
    function urlWith(options: string): url {
        const text = String(shopUrl)
        return text + (text.includes("?") ? "&" : "?") + options
    }

    width: Math.max(minimumWidth, Math.min(1280, Screen.desktopAvailableWidth))
    height: Math.max(minimumHeight, Math.min(800, Screen.desktopAvailableHeight))
    minimumWidth: 860
    minimumHeight: 560
    visible: true
    color: Theme.window
    title: qsTr("AsyncMySql: sample shop")

    Binding {
        property: "scale"
        target: Theme
        // For a large screen that the desktop does not scale.
        value: window.height >= 1800 ? 2 : window.height >= 1300 ? 1.5 : 1
    }
    Component.onCompleted: Theme.dark = startsDark

    SystemPalette {
        id: desktop
    }

    /// All that the window does goes through it.
    Pool {
        id: shop

        objectName: "shop"
        maximumConnections: 6
        // The server waits while the rest of a result is not read.
        url: window.urlWith("idle-timeout=10s&init=SET net_write_timeout = 86400")
    }
    PrivateServer {
        id: privateServer

        // The pool reconnects automatically after its back-off. The application knows that the
        // server is running, and does not wait for that.
        onStateChanged: {
            if (state === PrivateServer.Running)
                shop.reconnectNow()
        }
    }
    FrameMeter {
        id: frameMeter

        objectName: "frameMeter"
        window: window
    }
    Workload {
        id: workload

        objectName: "workload"
        pool: shop
        onAnsweredIn: milliseconds => chart.add(milliseconds, "load")
    }

    Shortcut {
        sequence: "Ctrl+F"
        onActivated: search.focusSearch()
    }
    Shortcut {
        sequence: "Ctrl+S"
        onActivated: editor.save()
    }
    Shortcut {
        sequence: "F5"
        onActivated: search.model.refresh()
    }
    Shortcut {
        sequence: "Ctrl+P"
        onActivated: poolPanel.togglePlug()
    }
    Shortcut {
        sequence: "Ctrl+L"
        onActivated: workload.running = !workload.running
    }
    Shortcut {
        sequence: "Ctrl+R"
        onActivated: slowQuery.start()
    }
    // Wherever the focus is. Fields that use the key receive it when no query runs.
    Shortcut {
        enabled: slowQuery.running
        sequence: "Esc"
        onActivated: slowQuery.cancel()
        onActivatedAmbiguously: slowQuery.cancel()
    }
    Shortcut {
        sequence: "Ctrl+D"
        onActivated: Theme.dark = !Theme.dark
    }
    Shortcut {
        sequence: "Ctrl+Q"
        onActivated: Qt.quit()
    }

    ColumnLayout {
        anchors.fill: parent
        spacing: 0

        TopBar {
            Layout.fillWidth: true
            pool: shop
            meter: frameMeter
        }
        ColumnLayout {
            Layout.fillHeight: true
            Layout.fillWidth: true
            Layout.margins: Theme.margin
            spacing: Theme.margin

            RowLayout {
                Layout.fillHeight: true
                Layout.fillWidth: true
                spacing: Theme.margin

                SearchPane {
                    id: search

                    Layout.fillHeight: true
                    Layout.fillWidth: true
                    pool: shop
                    title: qsTr("Catalogue")
                    onAnsweredIn: milliseconds => chart.add(milliseconds, "search")
                    table.onActivated: editor.focusFirst()
                }
                DetailEditor {
                    id: editor

                    Layout.fillHeight: true
                    Layout.preferredWidth: Math.max(Theme.px(300), window.width * 0.27)
                    article: search.currentArticle
                    pool: shop
                    onSaved: milliseconds => {
                        chart.add(milliseconds, "edit")
                        search.refresh()
                    }
                }
            }
            RowLayout {
                Layout.fillWidth: true
                Layout.preferredHeight: window.bottomHeight
                Layout.maximumHeight: window.bottomHeight
                spacing: Theme.margin

                PoolPanel {
                    id: poolPanel

                    Layout.fillHeight: true
                    Layout.preferredWidth: Math.max(Theme.px(320), window.width * 0.3)
                    pool: shop
                    server: privateServer
                    workload: workload
                }
                QueryTimeChart {
                    id: chart

                    Layout.fillHeight: true
                    Layout.fillWidth: true
                }
                SlowQueryPanel {
                    id: slowQuery

                    Layout.fillHeight: true
                    Layout.preferredWidth: Math.max(Theme.px(220), window.width * 0.2)
                    pool: shop
                }
            }
        }
        Text {
            Layout.fillWidth: true
            Layout.bottomMargin: Theme.px(6)
            Layout.leftMargin: Theme.margin
            Layout.rightMargin: Theme.margin
            color: Theme.secondaryText
            elide: Text.ElideRight
            font.pixelSize: Theme.smallFontSize
            text: qsTr("Ctrl+F search · Ctrl+S save · Esc revert, cancel · Ctrl+L load · "
                       + "Ctrl+P plug · Ctrl+R slow query · Ctrl+D light, dark")
        }
    }
}
