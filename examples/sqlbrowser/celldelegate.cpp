// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "celldelegate.h"

#include "fixedmodel.h"
#include "theme.h"

#include <AsyncMySql/Error>
#include <AsyncMySql/QueryModel>
#include <AsyncMySql/TableModel>

#include <QtCore/QDateTime>
#include <QtCore/QRegularExpression>
#include <QtGui/QHelpEvent>
#include <QtWidgets/QAbstractItemView>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QToolTip>

#include <algorithm>
#include <limits>

using namespace AsyncMySql;

// The role has the same number in both models and in FixedModel.
static_assert(int(QueryModel::NullRole) == int(TableModel::NullRole));

namespace {

bool isTextual(const QByteArray &bytes)
{
    const QString text = QString::fromUtf8(bytes);
    return text.toUtf8() == bytes && std::all_of(text.begin(), text.end(), [](QChar c) {
               return c.isPrint() || c.isSpace();
           });
}

TableModel::CellState stateOf(const QModelIndex &index)
{
    return index.data(TableModel::CellStateRole).value<TableModel::CellState>();
}

bool isTable(const QModelIndex &index)
{
    return qobject_cast<const TableModel *>(index.model()) != nullptr;
}

QString toolTipOf(const QModelIndex &index)
{
    QStringList lines;
    if (isTable(index)) {
        const auto error = index.data(TableModel::RowErrorRole).value<Error>();
        if (error)
            lines.append(error.message());
        if (stateOf(index) == TableModel::CellState::Conflicting) {
            const QVariant present = index.data(TableModel::ServerValueRole);
            lines.append(CellDelegate::tr("In the table now: %1")
                             .arg(present.isNull() ? "NULL" : CellDelegate::textOf(present)));
        }
        if (stateOf(index) != TableModel::CellState::Stored) {
            const QVariant stored = index.data(TableModel::OriginalValueRole);
            lines.append(CellDelegate::tr("As it was read: %1")
                             .arg(stored.isNull() ? "NULL" : CellDelegate::textOf(stored)));
        }
    }
    return lines.join('\n');
}

} // namespace

QString CellDelegate::textOf(const Row &row, int column)
{
    const QVariant value = row.value(column);
    return value.typeId() == QMetaType::QByteArray ? textOf(value) : row.text(column);
}

QString CellDelegate::exactText(const QModelIndex &index)
{
    if (index.data(QueryModel::NullRole).toBool())
        return "NULL";
    Row row;
    if (const auto *result = qobject_cast<const QueryModel *>(index.model()))
        row = result->row(index.row());
    else if (const auto *fixed = qobject_cast<const FixedModel *>(index.model()))
        row = fixed->row(index.row());
    return row.isValid() ? textOf(row, index.column()) : textOf(index.data(Qt::EditRole));
}

QString CellDelegate::textOf(const QVariant &value)
{
    switch (value.typeId()) {
    case QMetaType::QDate:
        return value.toDate().toString(Qt::ISODate);
    case QMetaType::QTime:
        return value.toTime().toString("HH:mm:ss.zzz").remove(".000");
    case QMetaType::QDateTime:
        return value.toDateTime().toString("yyyy-MM-dd HH:mm:ss.zzz").remove(".000");
    case QMetaType::QByteArray: {
        const QByteArray bytes = value.toByteArray();
        // Bytes that would be read as digits when edited are written as digits.
        return isTextual(bytes) && !bytes.startsWith("0x")
                   ? QString::fromUtf8(bytes)
                   : "0x" + QString::fromLatin1(bytes.toHex());
    }
    default:
        return value.toString();
    }
}

void CellDelegate::initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const
{
    QStyledItemDelegate::initStyleOption(option, index);
    // Views only elide a single line.
    option->text = option->text.left(500).replace('\n', u'⏎');
    if (index.data(TableModel::NullRole).toBool()) {
        option->text = "NULL";
        option->font.setItalic(true);
        option->palette.setColor(QPalette::Text, Theme::faintText(option->palette));
    }
    if (!isTable(index))
        return;
    const QColor background = Theme::cellBackground(stateOf(index), option->palette);
    if (background.isValid())
        option->backgroundBrush = background;
    const auto row = index.data(TableModel::RowStateRole).value<TableModel::RowState>();
    if (row == TableModel::RowState::Removed)
        option->font.setStrikeOut(true);
}

QWidget *CellDelegate::createEditor(QWidget *parent, const QStyleOptionViewItem &,
                                    const QModelIndex &) const
{
    auto *edit = new QLineEdit(parent);
    edit->setFrame(false);
    // Bytes have two digits each, and no value may be truncated when it is edited.
    edit->setMaxLength(std::numeric_limits<int>::max());
    return edit;
}

void CellDelegate::setEditorData(QWidget *editor, const QModelIndex &index) const
{
    auto *edit = static_cast<QLineEdit *>(editor);
    // The model also emits dataChanged() while the user is typing.
    if (edit->isModified())
        return;
    edit->setText(textOf(index.data(Qt::EditRole)));
    if (index.data(TableModel::NullRole).toBool())
        edit->setPlaceholderText("NULL");
}

void CellDelegate::setModelData(QWidget *editor, QAbstractItemModel *model,
                                const QModelIndex &index) const
{
    const auto *edit = static_cast<QLineEdit *>(editor);
    if (!edit->isModified())
        return;
    const QString text = edit->text();
    const bool isBinary = index.data(Qt::EditRole).typeId() == QMetaType::QByteArray;
    static const QRegularExpression hex("^0x((?:[0-9a-fA-F]{2})*)$");
    const QRegularExpressionMatch digits = isBinary ? hex.match(text) : QRegularExpressionMatch();
    if (digits.hasMatch())
        model->setData(index, QByteArray::fromHex(digits.captured(1).toLatin1()));
    else
        model->setData(index, text);
}

bool CellDelegate::helpEvent(QHelpEvent *event, QAbstractItemView *view,
                             const QStyleOptionViewItem &option, const QModelIndex &index)
{
    const QString text = event->type() == QEvent::ToolTip ? toolTipOf(index) : QString();
    if (text.isEmpty())
        return QStyledItemDelegate::helpEvent(event, view, option, index);
    QToolTip::showText(event->globalPos(), text, view);
    return true;
}
