// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "pageplan.h"

#include "cells.h"
#include "pageplanner.h"
#include "parameterlist.h"

#include <QtCore/qdatetime.h>

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
    return plan;
}

BoundStatement PagePlan::statement(const std::optional<Row> &last, qsizetype limit) const
{
    ParameterList parameters(m_parameters);
    QStringList conditions;
    // The line break ends a comment before it.
    if (!m_outline.condition.isEmpty())
        conditions.append(u'(' + m_outline.condition.trimmed() + u"\n)"_s);
    for (qsizetype i = 0; i < m_filters.size(); ++i)
        conditions.append(conditionOf(m_filters[i], m_filtered[i], &parameters));
    if (last)
        conditions.append(behind(*last, &parameters));

    BoundStatement statement;
    statement.sql = m_outline.head.trimmed() + u'\n';
    if (!conditions.isEmpty())
        statement.sql += u"WHERE "_s + conditions.join(u" AND "_s) + u' ';
    QStringList orders;
    for (const Part &part : m_parts)
        orders.append(part.name + (part.order == Qt::DescendingOrder ? u" DESC"_s : QString()));
    statement.sql += u"ORDER BY "_s + orders.join(u", "_s) + u" LIMIT "_s + QString::number(limit);
    statement.parameters = parameters.all();
    return statement;
}

/// All servers read these alternatives as ranges of one index, but not a comparison of rows:
/// "a > ? OR (a = ? AND b > ?)".
QString PagePlan::behind(const Row &last, ParameterList *parameters) const
{
    QStringList alternatives;
    for (qsizetype i = 0; i < m_parts.size(); ++i) {
        QStringList conditions;
        for (qsizetype j = 0; j < i; ++j)
            conditions.append(comparison(m_parts[j], "="_L1, last, parameters));
        const Part &part = m_parts[i];
        conditions.append(comparison(part, part.order == Qt::DescendingOrder ? "<"_L1 : ">"_L1,
                                     last, parameters));
        const QString alternative = conditions.join(u" AND "_s);
        alternatives.append(conditions.size() > 1 ? u'(' + alternative + u')' : alternative);
    }
    const QString condition = alternatives.join(u" OR "_s);
    return alternatives.size() > 1 ? u'(' + condition + u')' : condition;
}

QString PagePlan::comparison(const Part &part, QLatin1StringView comparisonOperator, const Row &row,
                             ParameterList *parameters) const
{
    const auto compared = [&](const QString &column, const QVariant &value,
                              const QString &before = {}, const QString &after = {}) {
        return column + u' ' + comparisonOperator + u' ' + before + parameters->add(u"key"_s, value)
               + after;
    };
    // A null text would be NULL.
    QString text = row.text(part.column);
    if (text.isNull())
        text = u""_s;
    switch (part.form) {
    case Part::Form::Value:
        return compared(part.name, row.value(part.column));
    case Part::Form::Text:
        return compared(part.name, text);
    case Part::Form::Characters: {
        const QByteArrayView bytes = row.bytes(part.column);
        if (isAscii(bytes))
            return compared(part.name, text);
        // Independent of the character sets of the session.
        return compared(part.name, bytes.toByteArray(), u"CONVERT(CONVERT("_s,
                        u" USING utf8mb4) USING %1) COLLATE %2"_s.arg(
                            part.collation.section(u'_', 0, 0), part.collation));
    }
    case Part::Form::Bytes: {
        const QByteArrayView bytes = row.bytes(part.column);
        return compared(part.name, bytes.isEmpty() ? QByteArray("") : bytes.toByteArray());
    }
    case Part::Form::Decimal:
        return compared(part.name, text, u"CAST("_s, u" AS DECIMAL%1)"_s.arg(part.precision));
    case Part::Form::Moment:
        // MySQL refuses to compare with the text; the number is read as a range of an index.
        if (text.startsWith("0000-00-00"_L1))
            return part.name + u' ' + comparisonOperator + u" 0"_s;
        if (isOffCalendar(text))
            return compared(u"CAST(%1 AS CHAR)"_s.arg(part.name), text);
        return compared(part.name, text);
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

} // namespace AsyncMySql::Models
