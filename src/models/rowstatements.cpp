// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "rowstatements.h"

#include "rowkeys.h"
#include "samevalue.h"

#include <QtCore/qdatetime.h>
#include <QtCore/qhash.h>

#include <algorithm>

namespace AsyncMySql::Models {

using namespace Qt::StringLiterals;

namespace {

/// How a column is compared, and with which value.
enum class Comparison {
    Value,   ///< as it is
    Decimal, ///< by all digits, which a comparison with a text would not look at
    Digits,  ///< as the text of its digits, zero dates included
    Text,    ///< byte by byte, which collations do not do
    Bytes,   ///< of types that do not compare with bytes by themselves
};

Comparison comparisonOf(const TableColumn &column)
{
    static const QHash<QString, Comparison> comparisons = {
        {u"decimal"_s, Comparison::Decimal},
        {u"date"_s, Comparison::Digits},
        {u"datetime"_s, Comparison::Digits},
        {u"timestamp"_s, Comparison::Digits},
        {u"time"_s, Comparison::Digits},
        {u"uuid"_s, Comparison::Digits},
        {u"inet4"_s, Comparison::Digits},
        {u"inet6"_s, Comparison::Digits},
        {u"char"_s, Comparison::Text},
        {u"varchar"_s, Comparison::Text},
        {u"tinytext"_s, Comparison::Text},
        {u"text"_s, Comparison::Text},
        {u"mediumtext"_s, Comparison::Text},
        {u"longtext"_s, Comparison::Text},
        {u"enum"_s, Comparison::Text},
        {u"set"_s, Comparison::Text},
        {u"json"_s, Comparison::Text},
        {u"vector"_s, Comparison::Bytes},
        {u"geometry"_s, Comparison::Bytes},
        {u"point"_s, Comparison::Bytes},
        {u"linestring"_s, Comparison::Bytes},
        {u"polygon"_s, Comparison::Bytes},
        {u"multipoint"_s, Comparison::Bytes},
        {u"multilinestring"_s, Comparison::Bytes},
        {u"multipolygon"_s, Comparison::Bytes},
        {u"geometrycollection"_s, Comparison::Bytes},
        {u"geomcollection"_s, Comparison::Bytes},
    };
    return comparisons.value(column.typeName(), Comparison::Value);
}

/// A null QString would be NULL.
QString textOf(const Row &row, int column)
{
    const QString text = row.text(column);
    return text.isNull() ? u""_s : text;
}

QByteArray bytesOf(const Row &row, int column)
{
    const QByteArrayView bytes = row.bytes(column);
    return bytes.isEmpty() ? QByteArray("") : bytes.toByteArray();
}

/// "(10,2)" of "decimal(10,2) unsigned"
QString precisionOf(const TableColumn &column)
{
    const qsizetype begin = column.type.indexOf(u'(');
    const qsizetype end = column.type.indexOf(u')');
    return begin < 0 || end < begin ? u"(65,30)"_s : column.type.sliced(begin, end - begin + 1);
}

/// Appends the condition that the column still has exactly the value of \a row, independent of the
/// collation.
void appendUnchanged(QStringList *conditions, QVariantList *parameters, const TableColumn &column,
                     const Row &row, int index)
{
    const QString name = quoted(column.name);
    if (row.isNull(index)) {
        conditions->append(name + u" IS NULL"_s);
        return;
    }
    switch (comparisonOf(column)) {
    case Comparison::Value:
        conditions->append(name + u" <=> ?"_s);
        parameters->append(row.value(index));
        return;
    case Comparison::Decimal:
        conditions->append(u"%1 <=> CAST(? AS DECIMAL%2)"_s.arg(name, precisionOf(column)));
        parameters->append(textOf(row, index));
        return;
    case Comparison::Digits:
        conditions->append(u"CAST(%1 AS CHAR) <=> ?"_s.arg(name));
        parameters->append(textOf(row, index));
        return;
    case Comparison::Text:
        conditions->append(u"CAST(CONVERT(%1 USING utf8mb4) AS BINARY) <=> ?"_s.arg(name));
        parameters->append(bytesOf(row, index));
        return;
    case Comparison::Bytes:
        conditions->append(u"CAST(%1 AS BINARY) <=> ?"_s.arg(name));
        parameters->append(bytesOf(row, index));
        return;
    }
}

/// The value of a key column, for a comparison that can use the index.
QVariant keyValue(const TableColumn &column, const Row &row, int index)
{
    switch (comparisonOf(column)) {
    case Comparison::Value:
        return row.value(index);
    case Comparison::Bytes:
        return bytesOf(row, index);
    default:
        return textOf(row, index);
    }
}

QString keyCondition(const TableMetadata &table)
{
    QStringList conditions;
    for (const int index : table.key) {
        const TableColumn &column = table.columns[index];
        conditions.append(
            comparisonOf(column) == Comparison::Decimal
                ? u"%1 = CAST(? AS DECIMAL%2)"_s.arg(quoted(column.name), precisionOf(column))
                : quoted(column.name) + u" = ?"_s);
    }
    return conditions.join(u" AND "_s);
}

QString columnList(const TableMetadata &table)
{
    QStringList names;
    for (const TableColumn &column : table.columns)
        names.append(quoted(column.name));
    return names.join(u", "_s);
}

/// Whether \a value is exact: QVariants lack microseconds and zero dates.
bool holdsAll(const Row &row, int column, const QVariant &value)
{
    switch (value.typeId()) {
    case QMetaType::QDate:
        return value.toDate().isValid();
    case QMetaType::QTime:
    case QMetaType::QDateTime: {
        const QString text = row.text(column);
        const qsizetype point = text.lastIndexOf(u'.');
        const QStringView finer = point < 0 ? QStringView() : QStringView(text).mid(point + 4);
        const bool isValid = value.typeId() == QMetaType::QTime ? value.toTime().isValid()
                                                                : value.toDateTime().isValid();
        return isValid
               && std::all_of(finer.begin(), finer.end(), [](QChar c) { return c == u'0'; });
    }
    default:
        return true;
    }
}

/// The same as isValueOf(), or a value that the server may have converted it to.
bool hasValue(const Row &serverRow, int column, const QVariant &value)
{
    QVariant wanted = value;
    if (isValueOf(serverRow, column, wanted))
        return true;
    if (isNullValue(wanted) || serverRow.isNull(column))
        return false;
    const QVariant is = serverRow.value(column);
    return wanted.toString() == serverRow.text(column)
           || (wanted.convert(is.metaType()) && holdsAll(serverRow, column, is)
               && sameValue(wanted, is));
}

BoundStatement updateStatement(const TableMetadata &table, const RowTask &task)
{
    QStringList assignments;
    QStringList unchanged;
    QVariantList parameters;
    QVariantList oldValues;
    for (auto value = task.values.begin(); value != task.values.end(); ++value) {
        const TableColumn &column = table.columns[value.key()];
        assignments.append(quoted(column.name) + u" = ?"_s);
        parameters.append(*value);
        if (!task.isLocked)
            appendUnchanged(&unchanged, &oldValues, column, task.stored, value.key());
    }
    unchanged.prepend(keyCondition(table));
    parameters += storedKey(table, task.stored) + oldValues;
    return {u"UPDATE %1 SET %2 WHERE %3"_s.arg(table.quotedName, assignments.join(u", "_s),
                                               unchanged.join(u" AND "_s)),
            parameters};
}

BoundStatement insertStatement(const TableMetadata &table, const RowTask &task)
{
    QStringList names;
    QStringList placeholders;
    QVariantList parameters;
    for (auto value = task.values.begin(); value != task.values.end(); ++value) {
        names.append(quoted(table.columns[value.key()].name));
        placeholders.append(u"?"_s);
        parameters.append(*value);
    }
    return {u"INSERT INTO %1 (%2) VALUES (%3)"_s.arg(table.quotedName, names.join(u", "_s),
                                                     placeholders.join(u", "_s)),
            parameters};
}

BoundStatement deleteStatement(const TableMetadata &table, const RowTask &task)
{
    QStringList conditions(keyCondition(table));
    QVariantList parameters = storedKey(table, task.stored);
    for (int i = 0; i < table.columns.size(); ++i) {
        if (!task.isLocked && !table.columns[i].isGenerated && !table.key.contains(i))
            appendUnchanged(&conditions, &parameters, table.columns[i], task.stored, i);
    }
    return {u"DELETE FROM %1 WHERE %2"_s.arg(table.quotedName, conditions.join(u" AND "_s)),
            parameters};
}

/// Whether the server replaces the value by a generated number.
bool asksForNumber(const QVariant &value)
{
    return isNullValue(value) || value.toLongLong() == 0;
}

/// Whether the change of another client to the column would be lost.
bool matters(const RowTask &task, int column)
{
    switch (task.kind) {
    case RowTask::Kind::Remove:
        return true;
    case RowTask::Kind::Update:
        return task.values.contains(column);
    case RowTask::Kind::Insert:
        // The server decides the rest.
        return task.uncertain.contains(column);
    }
    Q_UNREACHABLE();
}

} // namespace

BoundStatement writeStatement(const TableMetadata &table, const RowTask &task)
{
    switch (task.kind) {
    case RowTask::Kind::Remove:
        return deleteStatement(table, task);
    case RowTask::Kind::Update:
        return updateStatement(table, task);
    case RowTask::Kind::Insert:
        return insertStatement(table, task);
    }
    Q_UNREACHABLE();
}

QVariantList storedKey(const TableMetadata &table, const Row &row)
{
    QVariantList values;
    for (const int index : table.key)
        values.append(keyValue(table.columns[index], row, index));
    return values;
}

QVariant exactValue(const TableMetadata &table, const Row &row, int column)
{
    if (row.isNull(column))
        return {};
    const QVariant value = row.value(column);
    if (value.typeId() == QMetaType::QByteArray)
        return bytesOf(row, column);
    const QVariant exact = keyValue(table.columns[column], row, column);
    const bool isTime = value.typeId() == QMetaType::QDate || value.typeId() == QMetaType::QTime
                        || value.typeId() == QMetaType::QDateTime;
    return isTime && holdsAll(row, column, value) ? value : exact;
}

bool isValueOf(const Row &row, int column, const QVariant &value)
{
    if (isNullValue(value) || row.isNull(column))
        return isNullValue(value) && row.isNull(column);
    if (value.typeId() == QMetaType::QString && value.toString() == row.text(column))
        return true;
    const QVariant is = row.value(column);
    return sameValue(value, is) && holdsAll(row, column, is);
}

std::optional<QVariantList> keyAfter(const TableMetadata &table, const RowTask &task,
                                     quint64 lastInsertId)
{
    // Changes before the removal are irrelevant.
    if (task.kind == RowTask::Kind::Remove)
        return storedKey(table, task.stored);
    const bool isNew = task.kind == RowTask::Kind::Insert;
    QVariantList key;
    for (const int index : table.key) {
        const TableColumn &column = table.columns[index];
        const auto value = task.values.find(index);
        const bool isGiven = value != task.values.end();
        if (isGiven && !(isNew && column.isAutoIncrement && asksForNumber(*value)))
            key.append(*value);
        else if (!isNew)
            key.append(keyValue(column, task.stored, index));
        else if (column.isAutoIncrement && lastInsertId != 0)
            key.append(lastInsertId);
        else
            return std::nullopt;
    }
    return key;
}

BoundStatement readStatement(const TableMetadata &table, const QVariantList &key, bool locks)
{
    return {u"SELECT %1 FROM %2 WHERE %3%4"_s.arg(columnList(table), table.quotedName,
                                                  keyCondition(table),
                                                  locks ? u" FOR UPDATE"_s : QString()),
            key};
}

BoundStatement selectionStatement(const TableMetadata &table, const TableSelection &selection)
{
    BoundStatement statement;
    statement.parameters = normalizedParameters(selection.filterParameters);
    statement.sql = u"SELECT %1 FROM %2"_s.arg(columnList(table), table.quotedName);
    // The line break ends a comment before it.
    if (!selection.filter.trimmed().isEmpty())
        statement.sql += u" WHERE ("_s + selection.filter + u"\n)"_s;
    return statement;
}

BoundStatement selectStatement(const TableMetadata &table, const TableSelection &selection)
{
    BoundStatement statement = selectionStatement(table, selection);
    QStringList keys;
    const auto &order = selection.order;
    if (order && order->column < table.columns.size()) {
        keys.append(quoted(table.columns[order->column].name)
                    + (order->order == Qt::DescendingOrder ? u" DESC"_s : QString()));
    }
    for (const int index : table.key) {
        if (!order || index != order->column)
            keys.append(quoted(table.columns[index].name));
    }
    if (!keys.isEmpty())
        statement.sql += u" ORDER BY "_s + keys.join(u", "_s);
    if (selection.limit >= 0)
        statement.sql += u" LIMIT "_s + QString::number(selection.limit);
    return statement;
}

bool hasValues(const Row &serverRow, const CellValues &values)
{
    return std::all_of(values.keyValueBegin(), values.keyValueEnd(), [&](const auto &cell) {
        return hasValue(serverRow, cell.first, cell.second);
    });
}

CellValues transformedValues(const Row &serverRow, const RowTask &task)
{
    CellValues transformed;
    if (!task.uncertainRow.isValid())
        return transformed;
    for (auto value = task.values.begin(); value != task.values.end(); ++value) {
        const QVariantList sent = task.uncertain.value(value.key());
        if (!sent.isEmpty() && sameValue(sent.constLast(), *value)
            && isSame(serverRow, task.uncertainRow, value.key())
            && !hasValue(serverRow, value.key(), *value))
            transformed.insert(value.key(), *value);
    }
    return transformed;
}

bool isOwnWork(const Row &serverRow, const RowTask &task)
{
    if (!task.isUncertain)
        return false;
    for (int column = 0; column < serverRow.columnCount(); ++column) {
        const QVariantList candidates = task.uncertain.value(column);
        const bool isOwn
            = std::any_of(candidates.begin(), candidates.end(), [&](const QVariant &value) {
                  return hasValue(serverRow, column, value);
              });
        const bool isKept = task.stored.isValid() && isSame(serverRow, task.stored, column);
        const bool isAsReadBack
            = task.uncertainRow.isValid() && isSame(serverRow, task.uncertainRow, column);
        if (matters(task, column) && !isOwn && !isKept && !isAsReadBack)
            return false;
    }
    return true;
}

} // namespace AsyncMySql::Models
