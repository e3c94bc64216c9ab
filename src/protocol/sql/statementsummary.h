// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/sqldialect.h>
#include <AsyncMySql/sqltokenizer.h>

#include <QtCore/qlist.h>
#include <QtCore/qstring.h>
#include <QtCore/qstringlist.h>
#include <QtCore/qstringview.h>

namespace AsyncMySql {

/// What a statement does to which tables, in a few words. It is for people to read, and no
/// decision depends on it.
class StatementSummary
{
public:
    StatementSummary(const QString &sql, const SqlDialect &dialect);

    QString operation() const { return m_operation; }
    QString text() const;
    /// The tables and procedures, without quotes; with databases where those are named.
    const QStringList &targets() const { return m_targets; }

    /// \a sql without values and comments.
    static QString sanitized(const QString &sql, const SqlDialect &dialect);

private:
    using Token = SqlTokenizer::Token;

    void read(const Token &token, QStringView text);
    void readWord(const QString &word);
    void readSymbol(QStringView symbol);
    void readName(QStringView name, bool isQuoted);

    QString m_operation;
    QStringList m_targets;
    /// For each parenthesis that is open, whether a SELECT is in it.
    QList<bool> m_selects{false};
    /// The name of a table comes next.
    bool m_awaitsName = false;
    /// A period joins two names.
    bool m_joinsName = false;
    bool m_hasName = false;
};

} // namespace AsyncMySql
