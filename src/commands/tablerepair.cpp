// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "tablerepair.h"

#include "publicdialect.h"
#include "queryexchange.h"
#include "sqlliteral.h"
#include "statementsummary.h"

#include <AsyncMySql/result.h>
#include <AsyncMySql/row.h>
#include <AsyncMySql/sqltokenizer.h>

#include <QtCore/qmap.h>

#include <algorithm>
#include <optional>

namespace AsyncMySql {

using namespace Qt::StringLiterals;

namespace {

struct TableName
{
    QString database;
    QString table;
};

bool isPath(QStringView text)
{
    return text.startsWith("./"_L1) || text.startsWith(".\\"_L1) || text.startsWith(u'/');
}

/// What the message has in quotes, whatever its language: a path, or else the first of several.
/// Aria says: Got error '145 "Table was marked as crashed …"' for './shop/articles'.
QString quotedPart(const QString &message)
{
    QString first;
    qsizetype end = -1;
    for (;;) {
        const qsizetype begin = message.indexOf(u'\'', end + 1);
        end = begin < 0 ? -1 : message.indexOf(u'\'', begin + 1);
        if (end < 0)
            return first;
        const QString part = message.mid(begin + 1, end - begin - 1);
        if (isPath(part))
            return part;
        if (first.isEmpty())
            first = part;
    }
}

/// The name of a database or table that has \a file as the name of its file. Characters other than
/// ASCII letters, digits and _ are @ and four hexadecimal digits; some letters have shorter forms,
/// which depend on the server's tables: then there is none.
std::optional<QString> nameOfFile(QStringView file)
{
    QString name;
    for (qsizetype i = 0; i < file.size(); ++i) {
        if (file[i] != u'@') {
            name += file[i];
            continue;
        }
        bool isCode = false;
        const ushort code = file.mid(i + 1, 4).toUShort(&isCode, 16);
        if (!isCode || file.size() < i + 5)
            return std::nullopt;
        name += QChar(code);
        i += 4;
    }
    return name.isEmpty() ? std::nullopt : std::optional(name);
}

/// Errors of a storage engine name the file: ./shop/articles, or ./shop/articles.MYI.
std::optional<TableName> tableOfPath(QString path)
{
    // Its folder need not be the database (DATA DIRECTORY).
    if (path.startsWith(u'/'))
        return std::nullopt;
    path.replace(u'\\', u'/');
    const qsizetype last = path.lastIndexOf(u'/');
    const QStringView folder = QStringView(path).left(last);
    const QStringView database = folder.mid(folder.lastIndexOf(u'/') + 1);
    QStringView file = QStringView(path).mid(last + 1);
    // One of its partitions. A period that belongs to the name is encoded.
    for (const auto mark : {"#P#"_L1, "#p#"_L1, "."_L1}) {
        if (const qsizetype end = file.indexOf(mark); end > 0)
            file = file.left(end);
    }
    const std::optional<QString> databaseName = nameOfFile(database);
    const std::optional<QString> tableName = nameOfFile(file);
    // Those with # at the beginning are temporary.
    if (!databaseName || !tableName || tableName->startsWith(u'#'))
        return std::nullopt;
    return TableName{*databaseName, *tableName};
}

/// The table that \a sql means by \a name, if there is no doubt: it must be one of those that the
/// statement reads or writes, and nothing else in it may have this name in another place, as the
/// column of an alias has. Views, and what stands behind commas, are not seen.
std::optional<TableName> tableIn(const QString &sql, const QString &name, const SqlDialect &dialect)
{
    using Kind = SqlTokenizer::Token::Kind;
    std::optional<TableName> found;
    QStringList targets = StatementSummary(sql, dialect).targets();
    for (const QString &target : targets.replaceInStrings(u"``"_s, u"`"_s)) {
        const qsizetype period = target.lastIndexOf(u'.');
        if (QStringView(target).mid(period + 1).compare(name, Qt::CaseInsensitive) != 0)
            continue;
        const QString database = target.left(std::max<qsizetype>(0, period));
        if (found && found->database != database)
            return std::nullopt;
        found = TableName{database, name};
    }
    if (!found || name.contains(u'.') || found->database.contains(u'.'))
        return std::nullopt;
    SqlTokenizer tokenizer(sql, dialect);
    QString last;
    bool isJoined = false;
    while (const auto token = tokenizer.next()) {
        if (token->kind == Kind::Comment)
            continue;
        const QStringView text = QStringView(sql).mid(token->start, token->length);
        if (token->kind != Kind::Identifier && token->kind != Kind::Word) {
            isJoined = text == "."_L1 && !last.isEmpty();
            if (!isJoined)
                last.clear();
            continue;
        }
        const QString current
            = token->kind == Kind::Identifier
                  ? text.mid(1, text.size() - 2).toString().replace(u"``"_s, u"`"_s)
                  : text.toString();
        if (isJoined && current.compare(name, Qt::CaseInsensitive) == 0 && last != found->database)
            return std::nullopt;
        last = current;
        isJoined = false;
    }
    return found;
}

} // namespace

QString repairStatement(const Error &error, const Protocol::SqlDialect &dialect)
{
    const QString named = quotedPart(error.message());
    if (named.isEmpty())
        return {};
    const std::optional<TableName> found
        = isPath(named) ? tableOfPath(named)
                        : tableIn(error.statement(), named, Protocol::publicDialectOf(dialect));
    if (!found)
        return {};
    const TableName &table = *found;
    const QString prefix
        = table.database.isEmpty() ? QString() : Protocol::quotedIdentifier(table.database) + u'.';
    return u"REPAIR TABLE "_s + prefix + Protocol::quotedIdentifier(table.table);
}

QString recoveryFailure(Protocol::Exchange &exchange)
{
    if (exchange.failure())
        return exchange.failure().message;
    for (auto &data : static_cast<Protocol::QueryExchange &>(exchange).takeResults()) {
        const Result result(std::move(data));
        const int table = result.indexOf(u"Table"_s);
        const int kind = result.indexOf(u"Msg_type"_s);
        const int message = result.indexOf(u"Msg_text"_s);
        if (table < 0 || kind < 0 || message < 0)
            continue;
        // What is said of each table, and whether that ends well.
        QMap<QString, bool> tables;
        QString last;
        for (const Row &row : result) {
            last = row.text(message);
            if (row.text(kind).compare("error"_L1, Qt::CaseInsensitive) == 0)
                return last;
            tables[row.text(table)] = row.text(kind) == "status"_L1 && last == "OK"_L1;
        }
        if (tables.isEmpty() || tables.values().contains(false))
            return last.isEmpty() ? u"The server has not said why"_s : last;
    }
    return {};
}

} // namespace AsyncMySql
