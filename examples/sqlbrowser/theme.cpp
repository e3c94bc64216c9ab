// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "theme.h"

#include <QtCore/QSettings>
#include <QtGui/QPalette>
#include <QtWidgets/QApplication>
#include <QtWidgets/QProxyStyle>

using AsyncMySql::TableModel;

namespace {

QPalette makePalette(const QColor &window, const QColor &base, const QColor &alternate,
                     const QColor &text, const QColor &button, const QColor &highlight)
{
    QPalette palette(button, window);
    palette.setColor(QPalette::Base, base);
    palette.setColor(QPalette::AlternateBase, alternate);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(role, text);
    palette.setColor(QPalette::ToolTipBase, base);
    palette.setColor(QPalette::ToolTipText, text);
    palette.setColor(QPalette::Highlight, highlight);
    palette.setColor(QPalette::HighlightedText, Qt::white);
    palette.setColor(QPalette::Link, highlight);
    QColor faint = text;
    faint.setAlpha(120);
    palette.setColor(QPalette::PlaceholderText, faint);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, faint);
    palette.setColor(QPalette::Disabled, QPalette::Highlight, button);
    return palette;
}

/// Fusion with more space between the columns of tables and around the text of buttons.
class RoomyStyle : public QProxyStyle
{
public:
    RoomyStyle()
        : QProxyStyle("Fusion")
    {
    }

    int pixelMetric(PixelMetric metric, const QStyleOption *option,
                    const QWidget *widget) const override
    {
        switch (metric) {
        case PM_HeaderMargin:
            return 6;
        case PM_FocusFrameHMargin:
            return 4;
        default:
            return QProxyStyle::pixelMetric(metric, option, widget);
        }
    }

    QSize sizeFromContents(ContentsType type, const QStyleOption *option, const QSize &size,
                           const QWidget *widget) const override
    {
        const int room = type == CT_PushButton ? 12 : 0;
        return QProxyStyle::sizeFromContents(type, option, size + QSize(room, 0), widget);
    }
};

QColor choose(const QPalette &palette, const char *light, const char *dark)
{
    return QColor(QLatin1String(Theme::isDark(palette) ? dark : light));
}

} // namespace

void Theme::apply(Scheme scheme)
{
    static const QPalette systemPalette = QApplication::palette();
    QApplication::setStyle(new RoomyStyle);
    switch (scheme) {
    case Scheme::System:
        QApplication::setPalette(systemPalette);
        break;
    case Scheme::Light:
        QApplication::setPalette(
            makePalette("#f3f4f6", "#ffffff", "#f6f8fa", "#1f2328", "#eef0f2", "#2f6fd0"));
        break;
    case Scheme::Dark:
        QApplication::setPalette(
            makePalette("#26292e", "#1b1d21", "#212429", "#e3e6ea", "#33373d", "#3d78c9"));
        break;
    }
}

Theme::Scheme Theme::savedScheme()
{
    return static_cast<Scheme>(QSettings().value("theme", 0).toInt());
}

void Theme::saveScheme(Scheme scheme)
{
    QSettings().setValue("theme", static_cast<int>(scheme));
}

bool Theme::isDark(const QPalette &palette)
{
    return palette.color(QPalette::Base).lightness() < 128;
}

QColor Theme::accent(const QPalette &palette)
{
    return choose(palette, "#1f5fbf", "#7fb2f5");
}

QColor Theme::errorText(const QPalette &palette)
{
    return choose(palette, "#a4161a", "#ff9c99");
}

QColor Theme::errorBackground(const QPalette &palette)
{
    return choose(palette, "#fdecea", "#4a2325");
}

QColor Theme::goodText(const QPalette &palette)
{
    return choose(palette, "#1a7f37", "#6fd08c");
}

QColor Theme::warningText(const QPalette &palette)
{
    return choose(palette, "#8a5a00", "#e8b75a");
}

QColor Theme::faintText(const QPalette &palette)
{
    return choose(palette, "#7b838c", "#8b939d");
}

QColor Theme::cellBackground(TableModel::CellState state, const QPalette &palette)
{
    switch (state) {
    case TableModel::CellState::Stored:
        break;
    case TableModel::CellState::Changed:
        return choose(palette, "#fff3c4", "#5a4a14");
    case TableModel::CellState::Submitting:
        return choose(palette, "#d6e8ff", "#1f4468");
    case TableModel::CellState::Failed:
        return choose(palette, "#ffd7d4", "#6b2426");
    case TableModel::CellState::Conflicting:
        return choose(palette, "#ead9ff", "#4d2f74");
    }
    return {};
}
