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

/// A place in the order of a plan: the values of its first columns, as they are sent.
using PageKey = QVariantList;

/// Rows that follow each other in the order of a plan.
struct PageRange
{
    /// Empty: from the first row, or from the last one.
    PageKey from;
    /// Whether a row at that place is one of them.
    bool isInclusive = false;
    /// Whether the rows are those before the place. They are returned in the reverse order.
    bool isBackwards = false;
    /// The number of rows that are left out.
    qsizetype offset = 0;
    qsizetype limit = 0;

    friend bool operator==(const PageRange &, const PageRange &) = default;
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
    BoundStatement statement(const PageRange &range) const;
    /// The same for the columns of the order alone, so that an index can be sufficient.
    BoundStatement keyStatement(const PageRange &range) const;
    /// For the number of rows behind \a key.
    BoundStatement countStatement(const PageKey &key) const;
    /// For what the server expects of the number of all rows.
    BoundStatement estimateStatement() const;
    /// Of a row of statement().
    PageKey keyOf(const Row &row) const;
    /// Of a row of keyStatement().
    PageKey keyOfKeyRow(const Row &row) const;
    const QList<Part> &parts() const { return m_parts; }
    /// Whether the statement has values of its own, so that it is prepared.
    bool hasParameters() const { return m_hasParameters; }
    /// Whether the columns of a page are those of the plan.
    bool fits(const QList<Column> &columns) const;
    /// Whether rows have the same place in the order.
    bool isSamePlace(const Row &left, const Row &right) const;

private:
    friend class PagePlanner;

    static QVariant valueOf(const Part &part, const Row &row, int column);
    static QString comparison(const Part &part, QLatin1StringView comparisonOperator,
                              const QVariant &value, ParameterList *parameters);
    QString conditionFor(const PageRange &range, ParameterList *parameters) const;
    QString order(bool isBackwards) const;
    QString whereClause(const PageRange &range, ParameterList *parameters) const;
    BoundStatement ranged(const QString &head, const PageRange &range,
                          ParameterList parameters) const;
    QVariant conditionParameters() const;
    QString keyColumns() const;

    SelectOutline m_outline;
    QVariant m_parameters;
    QList<SqlFilter> m_filters;
    /// The column of each filter, in backticks.
    QStringList m_filtered;
    QList<Part> m_parts;
    QList<Column> m_columns;
    bool m_hasParameters = false;
};

/// Whether the rows of two pages of a statement have the same form.
[[nodiscard]] bool haveSameForm(const QList<Column> &columns, const QList<Column> &others);

} // namespace AsyncMySql::Models
