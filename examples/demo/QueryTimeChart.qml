// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts

/// The durations of the last queries, as bars on a logarithmic scale.
Card {
    id: chart

    readonly property int capacity: 90
    property int total: 0
    property var samples: []
    readonly property real longest: 20000 // ms

    function add(milliseconds: real, kind: string) {
        pending.push({ milliseconds: milliseconds, kind: kind })
        ++total
        if (!redraw.running)
            redraw.start()
    }

    /// 0 for a millisecond and less, 1 at the longest.
    function level(milliseconds: real): real {
        return Math.min(1, Math.log(Math.max(1, milliseconds)) / Math.log(longest))
    }

    function formatted(milliseconds: real): string {
        return milliseconds < 1000 ? qsTr("%1 ms").arg(Math.round(milliseconds))
                                   : qsTr("%1 s").arg((milliseconds / 1000)
                                                      .toLocaleString(Qt.locale(), "f", 1))
    }

    property var pending: []
    readonly property real median: {
        const times = samples.map(sample => sample.milliseconds).sort((a, b) => a - b)
        return times.length > 0 ? times[Math.floor(times.length / 2)] : 0
    }
    readonly property var tints: ({
        "load": Theme.accent,
        "search": Theme.good,
        "edit": Theme.warning
    })
    readonly property var kinds: ({
        "load": qsTr("load"),
        "search": qsTr("search"),
        "edit": qsTr("edit")
    })

    title: qsTr("Query times")
    corner: [
        Repeater {
            model: ["load", "search", "edit"]

            RowLayout {
                id: entry

                required property string modelData

                spacing: Theme.px(4)

                Rectangle {
                    implicitHeight: Theme.px(8)
                    implicitWidth: implicitHeight
                    color: chart.tints[entry.modelData]
                }
                Text {
                    color: Theme.secondaryText
                    font.pixelSize: Theme.smallFontSize
                    text: chart.kinds[entry.modelData]
                }
            }
        }
    ]

    // Many queries may end in one turn of the event loop, for which the bars move once.
    Timer {
        id: redraw

        interval: 100
        onTriggered: {
            chart.samples = chart.samples.concat(chart.pending).slice(-chart.capacity)
            chart.pending = []
        }
    }
    Item {
        id: plot

        readonly property real labelWidth: Theme.px(46)

        Layout.fillHeight: true
        Layout.fillWidth: true
        Layout.minimumHeight: Theme.px(50)

        Repeater {
            model: [1, 10, 100, 1000, 10000]

            Item {
                id: line

                required property real modelData

                y: Math.round(plot.height * (1 - chart.level(modelData)))
                   - (modelData === 1 ? 1 : 0)
                width: plot.width

                Text {
                    anchors.verticalCenter: parent.verticalCenter
                    width: plot.labelWidth - Theme.px(5)
                    color: Theme.secondaryText
                    font.pixelSize: Theme.px(10)
                    horizontalAlignment: Text.AlignRight
                    text: chart.formatted(line.modelData).replace(/[.,]0(?= )/, "")
                }
                Rectangle {
                    x: plot.labelWidth
                    width: plot.width - plot.labelWidth
                    height: 1
                    color: Theme.border
                }
            }
        }
        Repeater {
            model: chart.capacity

            Rectangle {
                required property int index
                readonly property var sample: chart.samples[index - chart.capacity
                                                            + chart.samples.length]
                readonly property real step: (plot.width - plot.labelWidth) / chart.capacity

                x: plot.labelWidth + index * step
                y: plot.height - height
                width: Math.max(1, step - Theme.px(1))
                height: sample ? Math.max(2, plot.height * chart.level(sample.milliseconds)) : 0
                color: sample ? chart.tints[sample.kind] : "transparent"
            }
        }
    }
    Text {
        objectName: "queryTimes"
        Layout.fillWidth: true
        color: Theme.secondaryText
        elide: Text.ElideRight
        font.pixelSize: Theme.smallFontSize
        text: chart.total === 0 ? qsTr("No query yet")
                                : qsTr("Queries: %L1, median of the last ones: %2")
                                      .arg(chart.total)
                                      .arg(chart.formatted(Math.max(1, chart.median)))
    }
}
