// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "modelvalues.h"

#include "rowobjects.h"
#include "scriptvalues.h"

#include <AsyncMySql/querymodel.h>
#include <AsyncMySql/tablemodel.h>

#include <QtCore/qabstractitemmodel.h>
#include <QtCore/qdatetime.h>
#include <QtCore/qjsonarray.h>
#include <QtCore/qjsondocument.h>
#include <QtCore/qjsonvalue.h>
#include <QtQml/qjsengine.h>

namespace AsyncMySql::Quick {

using namespace Qt::StringLiterals;

static_assert(int(QueryModel::NullRole) == int(TableModel::NullRole));

namespace {

/// Models display the digits of the server, except for dates, which are formatted by the locale.
QString digits(const QVariant &value, const QString &shown)
{
    if (value.typeId() != QMetaType::QDateTime || !value.toDateTime().isValid())
        return shown;
    return value.toDateTime().date().toString(Qt::ISODate) + shown.mid(shown.lastIndexOf(u' '));
}

QString isoText(const QVariant &value)
{
    switch (value.typeId()) {
    case QMetaType::QDateTime:
        return value.toDateTime().toString(u"yyyy-MM-dd HH:mm:ss.zzz"_s);
    case QMetaType::QJsonValue: {
        // QJsonDocument writes objects and arrays only.
        const QByteArray array
            = QJsonDocument(QJsonArray{value.toJsonValue()}).toJson(QJsonDocument::Compact);
        return QString::fromUtf8(array.sliced(1).chopped(1));
    }
    default:
        return value.toString();
    }
}

/// Whether the value is from a JSON column, which is edited as text.
bool isDocument(const QVariant &value)
{
    if (value.metaType() == QMetaType::fromType<QJSValue>())
        return true;
    switch (value.typeId()) {
    case QMetaType::QVariantMap:
    case QMetaType::QVariantList:
    case QMetaType::QJsonValue:
    case QMetaType::QJsonObject:
    case QMetaType::QJsonArray:
        return true;
    default:
        return false;
    }
}

} // namespace

QVariant modelValue(const QAbstractItemModel &model, const QModelIndex &index,
                    const WantedRole &wanted, const std::function<QVariant(int)> &read)
{
    const int role = wanted.role;
    // What has not been read has no text either. Of most cells, the value shows that they were.
    const auto isMissing
        = [&](const QVariant &value) { return value.isNull() && !read(wanted.loaded).toBool(); };
    // Delegates that do not know the name of the column edit its value.
    if (role == Qt::EditRole) {
        const QVariant ofColumn
            = modelValue(model, index, {Qt::UserRole + index.column(), wanted.loaded}, read);
        return isDocument(ofColumn) || isMissing(ofColumn) ? read(role) : ofColumn;
    }
    const QVariant value = read(role);
    QJSEngine *const engine = engineOf(&model);
    // The server's text is not available for these.
    if (role == TableModel::OriginalValueRole || role == TableModel::ServerValueRole)
        return value.isNull() ? value : scriptValue(value, engine, [&] { return isoText(value); });
    const int column = role - Qt::UserRole;
    if (column < 0 || column >= model.columnCount())
        return value;
    const QModelIndex cell = model.index(index.row(), column);
    const auto text = [&] { return digits(value, cell.data(Qt::DisplayRole).toString()); };
    if (!value.isNull())
        return scriptValue(value, engine, text);
    // A zero date is not a valid date, but not NULL either.
    if (cell.data(QueryModel::NullRole).toBool() || isMissing(value))
        return value;
    return text();
}

QJSValue modelRow(const QAbstractItemModel &model, const QStringList &columnNames, int row)
{
    QJSEngine *const engine = engineOf(&model);
    if (!engine || row < 0 || row >= model.rowCount())
        return QJSValue(QJSValue::NullValue);
    const QModelIndex index = model.index(row, 0);
    return RowObjects(engine, columnNames).make([&index](int column) {
        return index.data(Qt::UserRole + column);
    });
}

} // namespace AsyncMySql::Quick
