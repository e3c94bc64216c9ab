// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "figures.h"
#include "rowdigest.h"
#include "session.h"
#include "statements.h"
#include "workloads.h"

#include <array>
#include <cstring>

namespace {

/// Where the library puts the values of a row.
class RowBuffers
{
public:
    RowBuffers()
    {
        bind(0, MYSQL_TYPE_LONG, &m_id, sizeof m_id);
        bind(1, MYSQL_TYPE_LONGLONG, &m_big, sizeof m_big);
        bind(2, MYSQL_TYPE_DOUBLE, &m_ratio, sizeof m_ratio);
        bind(3, MYSQL_TYPE_DOUBLE, &m_price, sizeof m_price); // a text on the wire: it converts it
        bind(4, MYSQL_TYPE_STRING, m_name.data(), m_name.size());
        bind(5, MYSQL_TYPE_STRING, m_city.data(), m_city.size());
        bind(6, MYSQL_TYPE_DATETIME, &m_made, sizeof m_made);
        bind(7, MYSQL_TYPE_LONG, &m_score, sizeof m_score);
    }

    MYSQL_BIND *columns() { return m_columns.data(); }

    void add(RowDigest *digest) const
    {
        digest->addRow();
        digest->addInteger(m_id);
        digest->addInteger(m_big);
        digest->addReal(m_ratio);
        digest->addReal(m_price);
        digest->addText({m_name.data(), m_lengths[4]});
        digest->addText({m_city.data(), m_lengths[5]});
        digest->addTime(made());
        if (m_nulls[7])
            digest->addNull();
        else
            digest->addInteger(m_score);
    }

private:
    void bind(std::size_t column, enum_field_types type, void *buffer, std::size_t size)
    {
        MYSQL_BIND &bind = m_columns[column];
        bind.buffer_type = type;
        bind.buffer = buffer;
        bind.buffer_length = size;
        bind.length = &m_lengths[column];
        bind.is_null = &m_nulls[column];
    }

    RowDigest::Time made() const
    {
        using namespace std::chrono;
        const sys_days date
            = year(static_cast<int>(m_made.year)) / static_cast<int>(m_made.month) / m_made.day;
        return date + hours(m_made.hour) + minutes(m_made.minute) + seconds(m_made.second)
               + microseconds(m_made.second_part);
    }

    std::array<MYSQL_BIND, 8> m_columns{};
    std::array<unsigned long, 8> m_lengths{};
    std::array<my_bool, 8> m_nulls{};
    int m_id = 0;
    long long m_big = 0;
    double m_ratio = 0;
    double m_price = 0;
    std::array<char, 160> m_name{};
    std::array<char, 160> m_city{};
    MYSQL_TIME m_made{};
    int m_score = 0;
};

enum class Storage { None, Whole };

void readRows(const Arguments &arguments, Storage storage, Figures *figures)
{
    Session session(arguments);
    Statement statement(session, Statements::Wide);
    RowBuffers buffers;
    RowDigest digest;
    figures->start();
    statement.check(mysql_stmt_execute(statement.handle()) == 0);
    statement.check(!mysql_stmt_bind_result(statement.handle(), buffers.columns()));
    if (storage == Storage::Whole)
        statement.check(mysql_stmt_store_result(statement.handle()) == 0);
    int state = 0;
    while ((state = mysql_stmt_fetch(statement.handle())) == 0)
        buffers.add(&digest);
    figures->stop();
    statement.check(state == MYSQL_NO_DATA);
    figures->setDigest(digest.text(arguments.rows));
}

} // namespace

void binaryStreamed(const Arguments &arguments, Figures *figures)
{
    readRows(arguments, Storage::None, figures);
}

void binaryBuffered(const Arguments &arguments, Figures *figures)
{
    readRows(arguments, Storage::Whole, figures);
}
