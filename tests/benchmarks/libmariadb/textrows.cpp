// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// Text results. The library gives texts: the natural values are made of them here, by the functions
// of C, with a parser for the one form of time that there is.

#include "figures.h"
#include "rowdigest.h"
#include "session.h"
#include "statements.h"
#include "workloads.h"

#include <cstdlib>

namespace {

int number(const char *digits, int count)
{
    int result = 0;
    for (int i = 0; i < count; ++i)
        result = result * 10 + (digits[i] - '0');
    return result;
}

/// Of "2020-01-01 00:00:00.000000".
RowDigest::Time timeOf(const char *text)
{
    using namespace std::chrono;
    const sys_days date = year(number(text, 4)) / number(text + 5, 2) / number(text + 8, 2);
    return date + hours(number(text + 11, 2)) + minutes(number(text + 14, 2))
           + seconds(number(text + 17, 2)) + microseconds(number(text + 20, 6));
}

void add(MYSQL_ROW row, const unsigned long *lengths, RowDigest *digest)
{
    digest->addRow();
    digest->addInteger(std::strtol(row[0], nullptr, 10));
    digest->addInteger(std::strtoll(row[1], nullptr, 10));
    digest->addReal(std::strtod(row[2], nullptr));
    digest->addReal(std::strtod(row[3], nullptr));
    digest->addText({row[4], lengths[4]});
    digest->addText({row[5], lengths[5]});
    digest->addTime(timeOf(row[6]));
    if (row[7])
        digest->addInteger(std::strtol(row[7], nullptr, 10));
    else
        digest->addNull();
}

void readRows(const Arguments &arguments, MYSQL_RES *STDCALL open(MYSQL *), Figures *figures)
{
    Session session(arguments);
    RowDigest digest;
    figures->start();
    session.query(Statements::Wide);
    {
        const ResultPointer result(open(session.handle()));
        session.check(result != nullptr);
        while (const MYSQL_ROW row = mysql_fetch_row(result.get()))
            add(row, mysql_fetch_lengths(result.get()), &digest);
    }
    figures->stop();
    session.check(mysql_errno(session.handle()) == 0);
    figures->setDigest(digest.text(arguments.rows));
}

} // namespace

void textStreamed(const Arguments &arguments, Figures *figures)
{
    readRows(arguments, mysql_use_result, figures);
}

void textBuffered(const Arguments &arguments, Figures *figures)
{
    readRows(arguments, mysql_store_result, figures);
}

void blobs(const Arguments &arguments, Figures *figures)
{
    Session session(arguments);
    BlobDigest digest;
    figures->start();
    session.query(Statements::Blobs + std::to_string(arguments.rows));
    {
        const ResultPointer result(mysql_use_result(session.handle()));
        session.check(result != nullptr);
        while (const MYSQL_ROW row = mysql_fetch_row(result.get()))
            digest.add({row[0], mysql_fetch_lengths(result.get())[0]});
    }
    figures->stop();
    session.check(mysql_errno(session.handle()) == 0);
    figures->setDigest(digest.text(arguments.rows));
}
