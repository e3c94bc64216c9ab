// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "selectoutline.h"
#include "sqlwrapping.h"
#include "tablemetadata.h"

#include <AsyncMySql/column.h>
#include <AsyncMySql/row.h>

#include <QtCore/qlist.h>
#include <QtCore/qstringlist.h>
#include <QtCore/qvariant.h>

#include <optional>
#include <variant>

namespace AsyncMySql::Models {

/// What is known of a statement, and what is wanted of its rows.
struct PageRequest
{
    SelectOutline outline;
    /// A QVariantList or a QVariantMap.
    QVariant parameters;
    /// Of the statement as it is.
    QList<Column> columns;
    TableMetadata table;
    QList<SqlFilter> filters;
    /// Replaces the order of the statement.
    std::optional<SqlOrder> order;
    /// Whether the server may have to sort all rows for each page.
    bool mayBeSorted = false;
};

/// How the rows of a statement are read in portions, each of which begins behind the last row of
/// the one before, in an order without equal rows. The server reads a page from an index.
class PagePlan
{
public:
    /// A column of the order.
    struct Part
    {
        /// How the value is sent.
        enum class Form : quint8 {
            Value,
            Text,       ///< in ASCII
            Characters, ///< in the character set of the results; not all of them fit into a QString
            Bytes,
            Decimal, ///< as a text with all digits, which the server would compare as a double
            Moment,  ///< as a text; zero dates only compare as texts (MySQL)
        };

        int column = 0;
        /// In backticks, with the table.
        QString name;
        Form form = Form::Value;
        /// "(10,2)" of a DECIMAL
        QString precision;
        /// Of characters
        QString collation;
        Qt::SortOrder order = Qt::AscendingOrder;
    };

    /// Returns in plain words why there is none.
    static std::variant<PagePlan, QString> of(const PageRequest &request);

    /// Returns the statement for the rows behind \a last, or for the first ones.
    BoundStatement statement(const std::optional<Row> &last, qsizetype limit) const;
    /// Whether the columns of a page are those of the plan.
    bool fits(const QList<Column> &columns) const;
    /// Whether rows have the same place in the order.
    bool isSamePlace(const Row &left, const Row &right) const;

private:
    friend class PagePlanner;

    QString comparison(const Part &part, QLatin1StringView comparisonOperator, const Row &row,
                       ParameterList *parameters) const;
    QString behind(const Row &last, ParameterList *parameters) const;

    SelectOutline m_outline;
    QVariant m_parameters;
    QList<SqlFilter> m_filters;
    /// The column of each filter, in backticks.
    QStringList m_filtered;
    QList<Part> m_parts;
    QList<Column> m_columns;
};

} // namespace AsyncMySql::Models
