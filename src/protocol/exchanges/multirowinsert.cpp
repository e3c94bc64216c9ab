// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "multirowinsert.h"

#include "commandpayloads.h"
#include "inserttargetexchange.h"
#include "servererrors.h"
#include "sqlliteral.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>
#include <variant>

namespace AsyncMySql::Protocol {

namespace {

/// Whether it may be about the values of a row: then the server has undone the statement, and
/// nothing else. What a row can meet has no end: generated columns and constraints call functions.
bool mayBeForRow(const Failure &failure)
{
    if (failure.code != FailureCode::ServerError)
        return false;
    const ServerErrorCode error = failure.serverError();
    const ServerErrorTraits traits = serverErrorTraits(error);
    if (traits
        & (ServerErrorTrait::Transient | ServerErrorTrait::EndsSession | ServerErrorTrait::Access
           | ServerErrorTrait::Conflict))
        return false;
    // Of connections, transactions, rollbacks and interruptions.
    for (const char *state : {"08", "25", "40", "70"}) {
        if (failure.sqlState.startsWith(state))
            return false;
    }
    using Common = CommonServerError;
    constexpr Common OfAllRows[] = {
        Common::DiskFull,          Common::OutOfMemory,
        Common::OutOfSortMemory,   Common::TableFull,
        Common::TableAccessDenied, Common::ColumnAccessDenied,
        Common::UnknownTable,      Common::TransactionCacheFull,
        Common::LockTableFull,     Common::OptionPreventsStatement,
        Common::QueryInterrupted,  Common::ReadOnlyMode,
    };
    return error != MySqlServerError::QueryTimeout
           && std::none_of(std::begin(OfAllRows), std::end(OfAllRows),
                           [error](Common other) { return error == other; });
}

template <typename Time>
bool hasFraction(const ParameterValue &value)
{
    const auto *time = std::get_if<Time>(&value);
    return time && *time != std::chrono::floor<std::chrono::seconds>(*time);
}

} // namespace

MultiRowInsert::MultiRowInsert(InsertOutline outline, const SqlDialect &dialect,
                               Capabilities capabilities, const Limits &limits)
    : m_outline(std::move(outline))
    , m_dialect(dialect)
    , m_capabilities(capabilities)
    , m_limits(limits)
{
}

bool MultiRowInsert::accept(const InsertTarget &target, bool ignoresDoubts)
{
    const bool isCertain = target.lacksTriggers && !target.hasVaryingDefaults;
    if (!target.isTransactional || !target.isStrict || !(isCertain || ignoresDoubts))
        return false;
    findTemporal(target);
    m_autoIncrement = target.autoIncrement;
    // Generated values are consecutive if each row gets one (InnoDB: "simple inserts").
    return target.autoIncrementColumn.isEmpty()
           || (!m_outline.hasAlternative && !m_outline.columns.isEmpty()
               && !m_outline.columns.contains(target.autoIncrementColumn, Qt::CaseInsensitive));
}

void MultiRowInsert::findTemporal(const InsertTarget &target)
{
    for (const int position : m_outline.positions) {
        const QString name = m_outline.columns.value(position);
        const auto &columns = target.columns;
        const auto named = std::find_if(columns.begin(), columns.end(), [&](const auto &column) {
            return column.name.compare(name, Qt::CaseInsensitive) == 0;
        });
        const qsizetype index = m_outline.columns.isEmpty() ? position : named - columns.begin();
        m_isTemporal.append(index < columns.size() && columns[index].isTemporal);
    }
}

/// Whether it is the same as a literal, as which a float does not exist. MySQL cuts the fraction of
/// a time off where a parameter becomes text. What is no value is reported where the row goes by
/// itself.
bool MultiRowInsert::hasLiteral(const ParameterValue &value, qsizetype parameter) const
{
    using namespace ParameterValues;
    if (hasFraction<TimePoint>(value) || hasFraction<Duration>(value))
        return m_isTemporal[parameter];
    return !std::holds_alternative<FormattingError>(value) && !std::holds_alternative<float>(value)
           && !std::holds_alternative<ByteSourcePointer>(value)
           && !std::holds_alternative<DefaultValue>(value);
}

std::optional<MultiRowInsert::Group> MultiRowInsert::encode(const QList<QVariantList> &rows,
                                                            qsizetype first) const
{
    qsizetype end = rows.size() - 1;
    if (isDivided(first))
        end = std::min(end, first + std::max<qsizetype>(1, (m_dividedEnd - first) / 2));
    if (end - first < 2 || first < m_aloneEnd)
        return std::nullopt;
    const qsizetype limit = std::min(m_limits.wanted, m_limits.packet - 1) - m_outline.tail.size();
    QByteArray sql = queryHeader(m_capabilities).toByteArray() + m_outline.head;
    qsizetype row = first;
    for (; row < end; ++row) {
        const qsizetype size = sql.size();
        if (row > first)
            sql += ',';
        if (!appendRow(&sql, rows[row]) || sql.size() > limit) {
            sql.truncate(size);
            break;
        }
        if (row == first)
            sql.reserve(std::min(limit, (sql.size() - size + 8) * (end - first)) + sql.size());
    }
    if (row - first < 2)
        return std::nullopt;
    return Group{sql + m_outline.tail, row - first};
}

bool MultiRowInsert::appendRow(QByteArray *sql, const QVariantList &row) const
{
    for (qsizetype i = 0; i < row.size(); ++i) {
        *sql += m_outline.pieces[i];
        const ParameterValue value
            = parameterValue(row[i], CharacterSetSafety::Utf8, m_dialect.timeZone.get());
        if (!hasLiteral(value, i)
            || appendSqlLiteral(sql, value, m_dialect, LiteralContext::InsertedValue))
            return false;
    }
    *sql += m_outline.pieces.last();
    return true;
}

bool MultiRowInsert::divide(const Failure &failure, qsizetype first, qsizetype count)
{
    // A statement that locks many rows can be in the way of others, where one that locks a single
    // row would not be.
    if (serverErrorTraits(failure.serverError()).testFlag(ServerErrorTrait::Conflict)) {
        m_aloneEnd = first + count;
        return true;
    }
    if (!mayBeForRow(failure))
        return false;
    m_dividedEnd = first + count;
    return true;
}

QList<quint64> MultiRowInsert::insertIds(quint64 first, qsizetype count) const
{
    // A key that the server has made itself (sql_generate_invisible_primary_key) can be hidden from
    // SHOW CREATE TABLE.
    if (first != 0 && m_outline.hasAlternative)
        return {};
    QList<quint64> ids(count, 0);
    if (first == 0)
        return ids;
    for (quint64 &id : ids)
        id = std::exchange(first, first + m_autoIncrement);
    return ids;
}

} // namespace AsyncMySql::Protocol
