// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/TableModel>

#include <QtCore/QString>
#include <QtGui/QColor>

QT_BEGIN_NAMESPACE
class QPalette;
QT_END_NAMESPACE

/// The colours of the application: Qt's Fusion style, light or dark.
class Theme
{
public:
    enum class Scheme { System, Light, Dark };

    /// Also applies to open windows.
    static void apply(Scheme scheme);
    static Scheme savedScheme();
    static void saveScheme(Scheme scheme);

    static bool isDark(const QPalette &palette);
    static QColor accent(const QPalette &palette);
    static QColor errorText(const QPalette &palette);
    static QColor errorBackground(const QPalette &palette);
    static QColor goodText(const QPalette &palette);
    static QColor warningText(const QPalette &palette);
    static QColor faintText(const QPalette &palette);
    /// The background of a cell; invalid for the ordinary one.
    static QColor cellBackground(AsyncMySql::TableModel::CellState state, const QPalette &palette);
};
