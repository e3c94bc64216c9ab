// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "schemapanel.h"

#include "icons.h"
#include "schemamodel.h"
#include "sqlstatement.h"
#include "theme.h"

#include <QtGui/QAction>
#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtGui/QPainter>
#include <QtWidgets/QMenu>
#include <QtWidgets/QStyledItemDelegate>
#include <QtWidgets/QTreeView>
#include <QtWidgets/QVBoxLayout>

using Kind = SchemaModel::Kind;

namespace {

/// Writes the details after the name, in a faint colour.
class SchemaDelegate : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override
    {
        QStyledItemDelegate::paint(painter, option, index);
        const QString detail = index.data(SchemaModel::DetailRole).toString();
        if (detail.isEmpty())
            return;
        QStyleOptionViewItem item(option);
        initStyleOption(&item, index);
        const QStyle *style = option.widget->style();
        QRect area = style->subElementRect(QStyle::SE_ItemViewItemText, &item, option.widget);
        const int margin = style->pixelMetric(QStyle::PM_FocusFrameHMargin, &item) + 1;
        area.adjust(margin + item.fontMetrics.horizontalAdvance(item.text + "  "), 0, -margin, 0);
        const bool isSelected = option.state.testFlag(QStyle::State_Selected);
        painter->save();
        painter->setPen(isSelected ? option.palette.color(QPalette::HighlightedText)
                                   : Theme::faintText(option.palette));
        // On the line of the name, which the style places by whole pixels.
        area = QStyle::alignedRect(option.direction, Qt::AlignLeft | Qt::AlignVCenter,
                                   QSize(area.width(), option.fontMetrics.height()), area);
        painter->drawText(area, Qt::AlignLeft | Qt::AlignTop,
                          option.fontMetrics.elidedText(detail, Qt::ElideRight, area.width()));
        painter->restore();
    }

    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        return QStyledItemDelegate::sizeHint(option, index) + QSize(0, 3);
    }
};

Kind kindOf(const QModelIndex &index)
{
    return index.data(SchemaModel::KindRole).value<Kind>();
}

} // namespace

SchemaPanel::SchemaPanel(SchemaModel *model, QWidget *parent)
    : QWidget(parent)
    , m_model(model)
    , m_tree(new QTreeView)
{
    m_tree->setObjectName("schemaTree");
    m_tree->setModel(model);
    m_tree->setHeaderHidden(true);
    m_tree->setUniformRowHeights(true);
    m_tree->setItemDelegate(new SchemaDelegate(m_tree));
    m_tree->setContextMenuPolicy(Qt::CustomContextMenu);
    m_tree->setFrameShape(QFrame::NoFrame);
    m_tree->setExpandsOnDoubleClick(false);
    m_tree->setIndentation(16);
    m_tree->setAccessibleName(tr("Databases"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_tree);

    connect(m_tree, &QTreeView::activated, this, &SchemaPanel::activate);
    connect(m_tree, &QWidget::customContextMenuRequested, this, &SchemaPanel::showMenu);
    connect(m_model, &SchemaModel::databasesChanged, this, &SchemaPanel::openWanted);
    // A single click shows the tables of a database.
    connect(m_model, &SchemaModel::loaded, this, [this](const QModelIndex &index) {
        if (index.isValid() && kindOf(index) == Kind::Database)
            m_tree->expand(m_model->index(0, 0, index));
    });
}

void SchemaPanel::openDatabase(const QString &database)
{
    m_wanted = database;
    openWanted();
}

void SchemaPanel::openWanted()
{
    const int row = int(m_model->databases().indexOf(m_wanted));
    if (row < 0)
        return;
    const QModelIndex index = m_model->index(row, 0);
    m_tree->expand(index);
    if (!m_tree->currentIndex().isValid())
        m_tree->setCurrentIndex(index);
    m_wanted.clear();
}

void SchemaPanel::activate(const QModelIndex &index)
{
    const QString name = index.data(SchemaModel::NameRole).toString();
    switch (kindOf(index)) {
    case Kind::Database:
        Q_EMIT databaseActivated(name);
        m_tree->setExpanded(index, !m_tree->isExpanded(index));
        break;
    case Kind::Table:
    case Kind::View:
        Q_EMIT tableActivated(index.data(SchemaModel::DatabaseRole).toString(), name);
        break;
    case Kind::Column:
    case Kind::Routine:
        Q_EMIT textWanted(quotedName(name));
        break;
    default:
        m_tree->setExpanded(index, !m_tree->isExpanded(index));
        break;
    }
}

void SchemaPanel::showMenu(const QPoint &position)
{
    const QModelIndex index = m_tree->indexAt(position);
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const QString name = index.data(SchemaModel::NameRole).toString();
    const QString database = index.data(SchemaModel::DatabaseRole).toString();
    const QString fullName = quotedName(database) + '.' + quotedName(name);
    const Kind kind = kindOf(index);
    if (kind == Kind::Table || kind == Kind::View) {
        menu->addAction(Icons::icon(Icons::Glyph::Table), tr("&Open and edit"), this,
                        [=] { Q_EMIT tableActivated(database, name); });
        menu->addAction(tr("&Select all rows"), this,
                        [=] { Q_EMIT sqlWanted("SELECT * FROM " + fullName); });
        menu->addAction(Icons::icon(Icons::Glyph::Export), tr("E&xport…"), this,
                        [=] { Q_EMIT exportWanted(database, name); });
    }
    if (kind == Kind::Table || kind == Kind::View || kind == Kind::Routine) {
        const QString what = kind == Kind::Table                                    ? "TABLE "
                             : kind == Kind::View                                   ? "VIEW "
                             : index.data(Qt::ToolTipRole).toString() == "FUNCTION" ? "FUNCTION "
                                                                                    : "PROCEDURE ";
        menu->addAction(tr("Show its &definition"), this,
                        [=] { Q_EMIT sqlWanted("SHOW CREATE " + what + fullName); });
        menu->addSeparator();
    }
    if (kind == Kind::Database) {
        menu->addAction(Icons::icon(Icons::Glyph::Database), tr("&Use this database"), this,
                        [=] { Q_EMIT databaseActivated(name); });
    }
    if (index.isValid()) {
        menu->addAction(tr("&Copy the name"), this,
                        [name] { QGuiApplication::clipboard()->setText(name); });
        menu->addAction(tr("&Insert into the editor"), this,
                        [=] { Q_EMIT textWanted(quotedName(name)); });
        menu->addSeparator();
    }
    const QPersistentModelIndex kept = index;
    menu->addAction(Icons::icon(Icons::Glyph::Refresh), tr("&Read again"), this, [=] {
        m_model->reload(kept);
        m_tree->expand(kept);
    });
    menu->popup(m_tree->viewport()->mapToGlobal(position));
}
