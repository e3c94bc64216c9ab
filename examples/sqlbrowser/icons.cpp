// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "icons.h"

#include "theme.h"

#include <QtGui/QIconEngine>
#include <QtGui/QPainter>
#include <QtGui/QPainterPath>
#include <QtGui/QPalette>
#include <QtWidgets/QApplication>

namespace {

using Glyph = Icons::Glyph;

QColor colorOf(Glyph glyph, const QPalette &palette)
{
    switch (glyph) {
    case Glyph::Run:
    case Glyph::RunAll:
    case Glyph::Submit:
    case Glyph::Add:
        return Theme::goodText(palette);
    case Glyph::Stop:
    case Glyph::Remove:
    case Glyph::Warning:
        return Theme::errorText(palette);
    case Glyph::Key:
    case Glyph::Folder:
        return Theme::warningText(palette);
    case Glyph::Column:
        return Theme::faintText(palette);
    case Glyph::Revert:
    case Glyph::Refresh:
    case Glyph::Export:
    case Glyph::History:
        return palette.color(QPalette::Text);
    default:
        return Theme::accent(palette);
    }
}

QPainterPath triangle(qreal left)
{
    QPainterPath path;
    path.moveTo(left, 3);
    path.lineTo(left + 8, 8);
    path.lineTo(left, 13);
    path.closeSubpath();
    return path;
}

void paintLines(QPainter &painter, std::initializer_list<QLineF> lines)
{
    painter.drawLines(QList<QLineF>(lines));
}

void paintDatabase(QPainter &painter)
{
    painter.drawEllipse(QRectF(2.5, 1.5, 11, 4));
    for (const qreal y : {5.0, 8.5})
        painter.drawArc(QRectF(2.5, y, 11, 4), 180 * 16, 180 * 16);
    painter.drawArc(QRectF(2.5, 10.5, 11, 4), 180 * 16, 180 * 16);
    paintLines(painter, {{2.5, 3.5, 2.5, 12.5}, {13.5, 3.5, 13.5, 12.5}});
}

/// Three quarters of a circle with an arrow.
void paintTurn(QPainter &painter, bool backwards)
{
    painter.save();
    if (backwards) {
        painter.translate(16, 0);
        painter.scale(-1, 1);
    }
    painter.drawArc(QRectF(3, 3, 10, 10), 50 * 16, -290 * 16);
    QPainterPath head;
    head.moveTo(13.5, 1.5);
    head.lineTo(13.5, 6);
    head.lineTo(9, 5.2);
    head.closeSubpath();
    painter.fillPath(head, painter.pen().color());
    painter.restore();
}

void paintFolder(QPainter &painter)
{
    QPainterPath path;
    path.moveTo(1.5, 13);
    path.lineTo(1.5, 3.5);
    path.lineTo(6, 3.5);
    path.lineTo(7.5, 5.5);
    path.lineTo(14.5, 5.5);
    path.lineTo(14.5, 13);
    path.closeSubpath();
    painter.drawPath(path);
}

void paintWarning(QPainter &painter)
{
    QPainterPath path;
    path.moveTo(8, 2);
    path.lineTo(14.5, 13.5);
    path.lineTo(1.5, 13.5);
    path.closeSubpath();
    painter.drawPath(path);
    paintLines(painter, {{8, 6.3, 8, 9.5}, {8, 11.5, 8, 11.6}});
}

/// In a square of 16 × 16.
void paintGlyph(QPainter &painter, Glyph glyph)
{
    const QColor color = painter.pen().color();
    switch (glyph) {
    case Glyph::Database:
    case Glyph::Application:
        paintDatabase(painter);
        break;
    case Glyph::Table:
        painter.drawRoundedRect(QRectF(1.5, 2.5, 13, 11), 1.5, 1.5);
        paintLines(painter, {{1.5, 6, 14.5, 6}, {6, 6, 6, 13.5}, {1.5, 9.8, 14.5, 9.8}});
        break;
    case Glyph::View:
        painter.drawEllipse(QRectF(1.5, 4, 13, 8));
        painter.setBrush(color);
        painter.drawEllipse(QRectF(6, 6, 4, 4));
        break;
    case Glyph::Routine:
        painter.drawArc(QRectF(7, 1.5, 5, 5), 20 * 16, 160 * 16);
        paintLines(painter, {{7, 4, 7, 12}, {4.5, 7.5, 10, 7.5}});
        painter.drawArc(QRectF(2, 9.5, 5, 5), 200 * 16, 160 * 16);
        break;
    case Glyph::Column:
        painter.drawRoundedRect(QRectF(5, 2.5, 6, 11), 1, 1);
        break;
    case Glyph::Key:
        painter.drawEllipse(QRectF(1.5, 5, 6, 6));
        paintLines(painter, {{7.5, 8, 14.5, 8}, {14, 8, 14, 11}, {11.3, 8, 11.3, 10.3}});
        break;
    case Glyph::Folder:
        paintFolder(painter);
        break;
    case Glyph::Run:
        painter.fillPath(triangle(4.5), color);
        break;
    case Glyph::RunAll:
        painter.fillPath(triangle(1), color);
        painter.fillPath(triangle(7.5), color);
        break;
    case Glyph::Stop:
        painter.setBrush(color);
        painter.drawRoundedRect(QRectF(4, 4, 8, 8), 1, 1);
        break;
    case Glyph::Connect:
        painter.drawRoundedRect(QRectF(4.5, 5.5, 7, 5), 1, 1);
        paintLines(painter, {{6.5, 2.5, 6.5, 5.5}, {9.5, 2.5, 9.5, 5.5}, {8, 10.5, 8, 14}});
        break;
    case Glyph::Refresh:
        paintTurn(painter, false);
        break;
    case Glyph::Revert:
        paintTurn(painter, true);
        break;
    case Glyph::Add:
        paintLines(painter, {{8, 3, 8, 13}, {3, 8, 13, 8}});
        break;
    case Glyph::Remove:
        paintLines(painter, {{3, 8, 13, 8}});
        break;
    case Glyph::Submit:
        paintLines(painter, {{2.5, 8.5, 6.5, 12.5}, {6.5, 12.5, 13.5, 4}});
        break;
    case Glyph::Export:
        paintLines(painter, {{8, 2, 8, 10},
                             {8, 10, 5, 7},
                             {8, 10, 11, 7},
                             {2.5, 10, 2.5, 13.5},
                             {2.5, 13.5, 13.5, 13.5},
                             {13.5, 13.5, 13.5, 10}});
        break;
    case Glyph::Session:
        painter.drawRoundedRect(QRectF(1.5, 5.5, 7.5, 5), 2.5, 2.5);
        painter.drawRoundedRect(QRectF(7, 5.5, 7.5, 5), 2.5, 2.5);
        break;
    case Glyph::Warning:
        paintWarning(painter);
        break;
    case Glyph::History:
        painter.drawEllipse(QRectF(2, 2, 12, 12));
        paintLines(painter, {{8, 4.5, 8, 8}, {8, 8, 10.5, 9.5}});
        break;
    }
}

class GlyphEngine : public QIconEngine
{
public:
    explicit GlyphEngine(Glyph glyph)
        : m_glyph(glyph)
    {
    }

    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State) override
    {
        const QPalette palette = QApplication::palette();
        QColor color = colorOf(m_glyph, palette);
        if (mode == QIcon::Disabled)
            color = palette.color(QPalette::Disabled, QPalette::Text);
        else if (mode == QIcon::Selected)
            color = palette.color(QPalette::HighlightedText);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        const int side = qMin(rect.width(), rect.height());
        painter->translate(rect.center() + QPointF(1, 1) - QPointF(side, side) / 2);
        painter->scale(side / 16.0, side / 16.0);
        painter->setPen(QPen(color, 1.4, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        paintGlyph(*painter, m_glyph);
        painter->restore();
    }

    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State state) override
    {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRect(QPoint(), size), mode, state);
        return pixmap;
    }

    QIconEngine *clone() const override { return new GlyphEngine(*this); }

private:
    Glyph m_glyph;
};

} // namespace

QIcon Icons::icon(Glyph glyph)
{
    return QIcon(new GlyphEngine(glyph));
}
