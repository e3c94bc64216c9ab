// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "pageplan.h"

#include "cells.h"
#include "pageplanner.h"
#include "parameterlist.h"

#include <QtCore/qdatetime.h>
#include <QtCore/qtimezone.h>

#include <algorithm>

namespace AsyncMySql::Models {

using namespace Qt::StringLiterals;

namespace {

/// Whether no calendar has the date: zeros, or a day that the month does not have. MySQL refuses to
/// compare with it.
bool isOffCalendar(const QString &moment)
{
    return !QDate::fromString(moment.left(10), Qt::ISODate).isValid();
}

bool isAscii(QByteArrayView bytes)
{
    return std::all_of(bytes.begin(), bytes.end(), [](char c) { return c >= 0; });
}

QStringList originalNamesOf(const QList<Column> &columns)
{
    QStringList names;
    for (const Column &column : columns)
        names.append(column.originalName());
    return names;
}

} // namespace

std::variant<PagePlan, QString> PagePlan::of(const PageRequest &request)
{
    PagePlan plan;
    plan.m_outline = request.outline;
    plan.m_parameters = request.parameters;
    plan.m_filters = request.filters;
    plan.m_columns = request.columns;
    PagePlanner planner(request, &plan);
    if (!planner.plan())
        return planner.problem();
    const QVariant parameters = plan.statement(PageRange()).parameters;
    plan.m_hasParameters = !parameters.toList().isEmpty() || !parameters.toMap().isEmpty();
    return plan;
}

BoundStatement PagePlan::statement(const std::optional<Row> &last, qsizetype limit) const
{
    return statement(PageRange{last ? keyOf(*last) : PageKey(), false, false, 0, limit});
}

BoundStatement PagePlan::statement(const PageRange &range) const
{
    return ranged(m_outline.head.trimmed(), range, ParameterList(m_parameters));
}

BoundStatement PagePlan::keyStatement(const PageRange &range) const
{
    return ranged(u"SELECT "_s + keyColumns() + u' ' + m_outline.source.trimmed(), range,
                  ParameterList(conditionParameters()));
}

BoundStatement PagePlan::countStatement(const PageKey &key) const
{
    ParameterList parameters(conditionParameters());
    const QString where = whereClause({key, false, false, 0, 0}, &parameters);
    return {u"SELECT COUNT(*) "_s + m_outline.source.trimmed() + u'\n' + where.trimmed(),
            parameters.all()};
}

/// Without the order: the servers would explain how they read a page, not all rows.
BoundStatement PagePlan::estimateStatement() const
{
    ParameterList parameters(conditionParameters());
    const QString where = whereClause({}, &parameters);
    return {u"EXPLAIN FORMAT=TRADITIONAL SELECT "_s + keyColumns() + u' '
                + m_outline.source.trimmed() + u'\n' + where.trimmed(),
            parameters.all()};
}

BoundStatement PagePlan::ranged(const QString &head, const PageRange &range,
                                ParameterList parameters) const
{
    BoundStatement statement;
    statement.sql = head + u'\n' + whereClause(range, &parameters) + u"ORDER BY "_s
                    + order(range.isBackwards) + u" LIMIT "_s + QString::number(range.limit);
    // A prepared statement is the same for all offsets.
    if (range.offset > 0)
        statement.sql += u" OFFSET "_s + parameters.add(u"offset"_s, qlonglong(range.offset));
    statement.parameters = parameters.all();
    return statement;
}

/// Without the values of the columns that the statement selects.
QVariant PagePlan::conditionParameters() const
{
    if (m_parameters.metaType() != QMetaType::fromType<QVariantMap>()) {
        const QVariantList all = m_parameters.toList();
        return all.sliced(std::max<qsizetype>(all.size() - m_outline.placeholders.size(), 0));
    }
    QVariantMap used;
    const QVariantMap all = m_parameters.toMap();
    for (auto it = all.cbegin(); it != all.cend(); ++it) {
        const QString name = it.key().startsWith(u':') ? it.key().sliced(1) : it.key();
        if (m_outline.placeholders.contains(name))
            used.insert(it.key(), it.value());
    }
    return used;
}

QString PagePlan::keyColumns() const
{
    QStringList names;
    for (const Part &part : m_parts)
        names.append(part.name);
    return names.join(u", "_s);
}

QString PagePlan::order(bool isBackwards) const
{
    QStringList orders;
    for (const Part &part : m_parts) {
        const bool descends = (part.order == Qt::DescendingOrder) != isBackwards;
        orders.append(part.name + (descends ? u" DESC"_s : QString()));
    }
    return orders.join(u", "_s);
}

/// With a space behind it, or empty.
QString PagePlan::whereClause(const PageRange &range, ParameterList *parameters) const
{
    QStringList conditions;
    // The line break ends a comment before it.
    if (!m_outline.condition.isEmpty())
        conditions.append(u'(' + m_outline.condition.trimmed() + u"\n)"_s);
    for (qsizetype i = 0; i < m_filters.size(); ++i)
        conditions.append(conditionOf(m_filters[i], m_filtered[i], parameters));
    if (!range.from.isEmpty())
        conditions.append(conditionFor(range, parameters));
    return conditions.isEmpty() ? QString() : u"WHERE "_s + conditions.join(u" AND "_s) + u' ';
}

/// All servers read these alternatives as ranges of one index, but not a comparison of rows:
/// "a > ? OR (a = ? AND b > ?)".
QString PagePlan::conditionFor(const PageRange &range, ParameterList *parameters) const
{
    QStringList alternatives;
    const qsizetype count = std::min(range.from.size(), m_parts.size());
    for (qsizetype i = 0; i < count; ++i) {
        QStringList conditions;
        for (qsizetype j = 0; j < i; ++j)
            conditions.append(comparison(m_parts[j], "="_L1, range.from[j], parameters));
        const Part &part = m_parts[i];
        const bool isLess = (part.order == Qt::DescendingOrder) != range.isBackwards;
        const bool isIncluded = range.isInclusive && i == count - 1;
        const auto comparisonOperator
            = isLess ? (isIncluded ? "<="_L1 : "<"_L1) : (isIncluded ? ">="_L1 : ">"_L1);
        conditions.append(comparison(part, comparisonOperator, range.from[i], parameters));
        const QString alternative = conditions.join(u" AND "_s);
        alternatives.append(conditions.size() > 1 ? u'(' + alternative + u')' : alternative);
    }
    const QString condition = alternatives.join(u" OR "_s);
    return alternatives.size() > 1 ? u'(' + condition + u')' : condition;
}

PageKey PagePlan::keyOf(const Row &row) const
{
    PageKey key;
    for (const Part &part : m_parts)
        key.append(valueOf(part, row, part.column));
    return key;
}

PageKey PagePlan::keyOfKeyRow(const Row &row) const
{
    PageKey key;
    for (int i = 0; i < m_parts.size(); ++i)
        key.append(valueOf(m_parts[i], row, i));
    return key;
}

QVariant PagePlan::valueOf(const Part &part, const Row &row, int column)
{
    // A null text would be NULL.
    const auto text = [&] {
        const QString value = row.text(column);
        return value.isNull() ? u""_s : value;
    };
    switch (part.form) {
    case Part::Form::Value:
        return row.value(column);
    case Part::Form::Text:
    case Part::Form::Decimal:
    case Part::Form::Moment:
        return text();
    case Part::Form::Characters: {
        const QByteArrayView bytes = row.bytes(column);
        return isAscii(bytes) ? QVariant(text()) : QVariant(bytes.toByteArray());
    }
    case Part::Form::Bytes: {
        const QByteArrayView bytes = row.bytes(column);
        return bytes.isEmpty() ? QByteArray("") : bytes.toByteArray();
    }
    }
    Q_UNREACHABLE();
}

QString PagePlan::comparison(const Part &part, QLatin1StringView comparisonOperator,
                             const QVariant &value, ParameterList *parameters)
{
    const auto compared
        = [&](const QString &column, const QString &before = {}, const QString &after = {}) {
              return column + u' ' + comparisonOperator + u' ' + before
                     + parameters->add(u"key"_s, value) + after;
          };
    switch (part.form) {
    case Part::Form::Value:
    case Part::Form::Text:
    case Part::Form::Bytes:
        return compared(part.name);
    case Part::Form::Characters:
        if (value.typeId() == QMetaType::QString)
            return compared(part.name);
        // Independent of the character sets of the session.
        return compared(part.name, u"CONVERT(CONVERT("_s,
                        u" USING utf8mb4) USING %1) COLLATE %2"_s.arg(
                            part.collation.section(u'_', 0, 0), part.collation));
    case Part::Form::Decimal:
        return compared(part.name, u"CAST("_s, u" AS DECIMAL%1)"_s.arg(part.precision));
    case Part::Form::Moment: {
        const QString text = value.toString();
        // MySQL refuses to compare with the text; the number is read as a range of an index.
        if (text.startsWith("0000-00-00"_L1))
            return part.name + u' ' + comparisonOperator + u" 0"_s;
        return compared(isOffCalendar(text) ? u"CAST(%1 AS CHAR)"_s.arg(part.name) : part.name);
    }
    }
    Q_UNREACHABLE();
}

bool PagePlan::isSamePlace(const Row &left, const Row &right) const
{
    return std::all_of(m_parts.begin(), m_parts.end(), [&](const Part &part) {
        return left.bytes(part.column) == right.bytes(part.column);
    });
}

bool PagePlan::fits(const QList<Column> &columns) const
{
    if (namesOf(columns) != namesOf(m_columns)
        || originalNamesOf(columns) != originalNamesOf(m_columns)) {
        return false;
    }
    return std::all_of(m_parts.begin(), m_parts.end(), [&](const Part &part) {
        const Column &is = columns[part.column];
        const Column &was = m_columns[part.column];
        return !is.isNullable() && is.type() == was.type() && is.isUnsigned() == was.isUnsigned()
               && is.isPrimaryKey() == was.isPrimaryKey() && is.isUniqueKey() == was.isUniqueKey()
               && is.database() == was.database() && is.length() == was.length();
    });
}

bool haveSameForm(const QList<Column> &columns, const QList<Column> &others)
{
    return std::equal(columns.begin(), columns.end(), others.begin(), others.end(),
                      [](const Column &left, const Column &right) {
                          return left.type() == right.type() && left.database() == right.database()
                                 && left.timeZone() == right.timeZone()
                                 && left.isUnsigned() == right.isUnsigned()
                                 && left.isPrimaryKey() == right.isPrimaryKey()
                                 && left.collationId() == right.collationId();
                      });
}

} // namespace AsyncMySql::Models
