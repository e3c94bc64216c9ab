// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

pragma Singleton

import QtQuick

/// Colours and measures. Sizes are for a window of 900 × 600 and more; scale makes them larger.
QtObject {
    property bool dark: false
    property real scale: 1

    readonly property color window: dark ? "#14171c" : "#eef1f5"
    readonly property color card: dark ? "#1d2229" : "#ffffff"
    readonly property color field: dark ? "#14181e" : "#f6f8fa"
    readonly property color border: dark ? "#343c47" : "#d3dae3"
    readonly property color text: dark ? "#e6eaf0" : "#1b2430"
    readonly property color secondaryText: dark ? "#9aa6b5" : "#5a6778"
    readonly property color accent: dark ? "#4c9dff" : "#1769d2"
    readonly property color accentText: dark ? "#0b1017" : "#ffffff"
    readonly property color selection: dark ? "#23405f" : "#d9e8fb"
    readonly property color hover: dark ? "#252c35" : "#f0f4f9"
    readonly property color good: dark ? "#4cc38a" : "#14804a"
    readonly property color warning: dark ? "#e5a63b" : "#a96500"
    readonly property color bad: dark ? "#ff6b6b" : "#c8322b"
    readonly property color neutral: dark ? "#7d8998" : "#7b8796"

    readonly property int fontSize: px(13)
    readonly property int smallFontSize: px(11)
    readonly property int titleFontSize: px(14)
    readonly property int spacing: px(8)
    readonly property int margin: px(12)
    readonly property int radius: px(6)
    readonly property int controlHeight: px(30)

    function px(pixels: real): int {
        return Math.round(pixels * scale)
    }
}
