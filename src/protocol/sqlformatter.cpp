// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "sqlformatter.h"

#include "placeholders.h"
#include "sqlcharacterset.h"
#include "sqlliteral.h"

#include <QtCore/qset.h>

#include <functional>

using namespace Qt::StringLiterals;

namespace AsyncMySql::Protocol {

namespace {

FormattingError refuse(const QString &message)
{
    return {message};
}

/// Whether a literal may follow \a c at once without becoming a part of something else, as in
/// SELECT? or 'a'? or -?.
bool separatesBefore(char c)
{
    return QByteArrayView(" \t\n\r(,=<>").contains(c);
}

bool separatesAfter(char c)
{
    return QByteArrayView(" \t\n\r),;=<>+-*/").contains(c);
}

std::variant<Placeholders, FormattingError> findPlaceholders(QByteArrayView sql,
                                                             const SqlDialect &dialect)
{
    Placeholders placeholders = Placeholders::find(sql, dialect);
    if (placeholders.unterminated) {
        return refuse(u"the statement ends within a string, a quoted identifier or a comment, so "
                      "that its placeholders are uncertain"_s);
    }
    if (placeholders.kind == Placeholders::Kind::Mixed)
        return refuse(u"the statement mixes the placeholders ? and :name"_s);
    return placeholders;
}

/// What a placeholder stands for, and what it is called in messages.
struct Argument
{
    QVariant value;
    QString label;
};

FormattingResult substitute(QByteArrayView sql, const Placeholders &placeholders,
                            const SqlDialect &dialect,
                            const std::function<Argument(qsizetype index)> &argument)
{
    QByteArray result;
    result.reserve(sql.size() + 16 * qsizetype(placeholders.list.size()));
    qsizetype done = 0;
    qsizetype index = 0;
    for (const Placeholder &placeholder : placeholders.list) {
        result.append(sql.sliced(done, placeholder.offset - done));
        done = placeholder.offset + placeholder.size;
        if (!result.isEmpty() && !separatesBefore(result.back()))
            result += ' ';
        const Argument what = argument(index++);
        const auto context = placeholder.inExecutableComment ? LiteralContext::ExecutableComment
                                                             : LiteralContext::Code;
        if (const auto error = appendSqlLiteral(&result, what.value, dialect, context))
            return refuse(u"parameter %1: %2"_s.arg(what.label, error->message));
        if (done < sql.size() && !separatesAfter(sql[done]))
            result += ' ';
    }
    result.append(sql.sliced(done));
    return result;
}

FormattingResult encoded(QStringView sql)
{
    if (!sql.isValidUtf16())
        return refuse(u"the statement has half of a surrogate pair, which UTF-8 cannot hold"_s);
    return sql.toUtf8();
}

} // namespace

FormattingResult formatSql(QStringView sql, const QVariantList &values, const SqlDialect &dialect)
{
    const FormattingResult utf8 = encoded(sql);
    if (values.isEmpty() || std::holds_alternative<FormattingError>(utf8))
        return utf8;
    const QByteArray &statement = std::get<QByteArray>(utf8);
    const auto found = findPlaceholders(statement, dialect);
    if (const auto *error = std::get_if<FormattingError>(&found))
        return *error;
    const auto &placeholders = std::get<Placeholders>(found);

    if (placeholders.kind == Placeholders::Kind::Named) {
        return refuse(u"the statement has the placeholder :%1, but the values have no names"_s.arg(
            QString::fromUtf8(placeholders.list.front().name)));
    }
    const auto wanted = qsizetype(placeholders.list.size());
    if (wanted > values.size()) {
        return refuse(
            u"parameter %1 has no value: the statement has %2 placeholders, and there are "
            "%3 values"_s.arg(values.size() + 1)
                .arg(wanted)
                .arg(values.size()));
    }
    if (wanted < values.size()) {
        return refuse(u"value %1 has no placeholder: the statement has %2 placeholders, and there "
                      "are %3 values"_s.arg(wanted + 1)
                          .arg(wanted)
                          .arg(values.size()));
    }
    return substitute(statement, placeholders, dialect, [&](qsizetype index) {
        return Argument{values[index], QString::number(index + 1)};
    });
}

FormattingResult formatSql(QStringView sql, const QVariantMap &values, const SqlDialect &dialect)
{
    const FormattingResult utf8 = encoded(sql);
    if (values.isEmpty() || std::holds_alternative<FormattingError>(utf8))
        return utf8;
    const QByteArray &statement = std::get<QByteArray>(utf8);
    const auto found = findPlaceholders(statement, dialect);
    if (const auto *error = std::get_if<FormattingError>(&found))
        return *error;
    const auto &placeholders = std::get<Placeholders>(found);

    if (placeholders.kind == Placeholders::Kind::Positional)
        return refuse(u"the statement has the placeholder ?, but the values have names"_s);
    QVariantMap named;
    for (auto it = values.cbegin(); it != values.cend(); ++it) {
        const QString name = it.key().startsWith(u':') ? it.key().sliced(1) : it.key();
        if (named.contains(name))
            return refuse(u"the parameter :%1 has two values"_s.arg(name));
        named.insert(name, it.value());
    }
    QSet<QString> used;
    for (const Placeholder &placeholder : placeholders.list) {
        const QString name = QString::fromUtf8(placeholder.name);
        if (!named.contains(name))
            return refuse(u"the parameter :%1 has no value"_s.arg(name));
        used.insert(name);
    }
    for (auto it = named.cbegin(); it != named.cend(); ++it) {
        if (!used.contains(it.key()))
            return refuse(u"the statement has no placeholder :%1"_s.arg(it.key()));
    }
    return substitute(statement, placeholders, dialect, [&](qsizetype index) {
        const QString name = QString::fromUtf8(placeholders.list[size_t(index)].name);
        return Argument{named.value(name), u':' + name};
    });
}

} // namespace AsyncMySql::Protocol
