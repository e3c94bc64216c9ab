// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "sqlformatter.h"

#include <QtCore/qset.h>
#include <QtCore/qstringconverter.h>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace AsyncMySql::Protocol {

namespace {

FormattingError refuse(const QString &message)
{
    return {message};
}

/// Whether a literal may follow \a sql at once without becoming a part of something else, as in
/// SELECT? or 'a'? or -?. Behind --? it must, since -- and a space begin a comment.
bool separatesBefore(QByteArrayView sql)
{
    return sql.isEmpty() || QByteArrayView(" \t\n\r(,=<>").contains(sql.back())
           || sql.endsWith("--");
}

bool separatesAfter(char c)
{
    return QByteArrayView(" \t\n\r),;=<>+-*/").contains(c);
}

QString counted(qsizetype count, const QString &noun)
{
    return count == 1 ? u"1 "_s + noun : u"%1 %2s"_s.arg(count).arg(noun);
}

QString mismatch(qsizetype placeholders, qsizetype values)
{
    return u"the statement has %1, %2 %3 given"_s.arg(counted(placeholders, u"placeholder"_s),
                                                      counted(values, u"value"_s),
                                                      values == 1 ? u"was"_s : u"were"_s);
}

/// Question marks that are placeholders in every sql_mode.
qsizetype certainQuestionMarks(QByteArrayView sql, const SqlDialect &dialect)
{
    if (!sql.contains('?'))
        return 0;
    qsizetype count = 0;
    for (const bool noBackslashEscapes : {false, true}) {
        SqlDialect mode = dialect;
        mode.noBackslashEscapes = noBackslashEscapes;
        const Placeholders placeholders = Placeholders::find(sql, mode);
        if (placeholders.unterminated || placeholders.kind != Placeholders::Kind::Positional)
            return 0;
        count = static_cast<qsizetype>(placeholders.list.size());
    }
    return count;
}

/// UTF-8 behind \a header.
FormattingResult encoded(QStringView sql, QByteArrayView header = {})
{
    // The encoder reserves three bytes for each character.
    constexpr qsizetype muchUnused = 64 * 1024;
    QStringEncoder encoder(QStringEncoder::Utf8, QStringEncoder::Flag::Stateless);
    QByteArray utf8(header.size() + encoder.requiredSpace(sql.size()), Qt::Uninitialized);
    char *const begin = utf8.data();
    std::copy(header.begin(), header.end(), begin);
    const char *const end = encoder.appendToBuffer(begin + header.size(), sql);
    if (encoder.hasError())
        return refuse(u"the statement contains an unpaired surrogate, which UTF-8 cannot encode"_s);
    const qsizetype unused = utf8.size() - (end - begin);
    utf8.chop(unused);
    if (unused >= muchUnused)
        utf8.squeeze();
    return utf8;
}

std::variant<Placeholders, FormattingError> findPlaceholders(QByteArrayView sql,
                                                             const SqlDialect &dialect)
{
    Placeholders placeholders = Placeholders::find(sql, dialect);
    if (placeholders.unterminated) {
        return refuse(u"the statement ends within a string, a quoted identifier or a comment, so "
                      "its placeholders are ambiguous"_s);
    }
    if (placeholders.kind == Placeholders::Kind::Mixed)
        return refuse(u"the statement mixes the placeholders ? and :name"_s);
    return placeholders;
}

ParameterizedSql withQuestionMarks(const QByteArray &sql, const Placeholders &placeholders)
{
    ParameterizedSql result;
    result.count = static_cast<int>(placeholders.list.size());
    if (placeholders.kind != Placeholders::Kind::Named) {
        result.sql = sql;
        return result;
    }
    result.sql.reserve(sql.size());
    result.names.reserve(result.count);
    qsizetype done = 0;
    for (const Placeholder &placeholder : placeholders.list) {
        result.sql.append(QByteArrayView(sql).sliced(done, placeholder.offset - done));
        result.sql.append('?');
        done = placeholder.offset + placeholder.size;
        result.names.append(QString::fromUtf8(placeholder.name));
    }
    result.sql.append(QByteArrayView(sql).sliced(done));
    return result;
}

FormattingResult withLiterals(QByteArrayView sql, const Placeholders &placeholders,
                              const QStringList &names, const QVariantList &values,
                              const SqlDialect &dialect, QByteArrayView header)
{
    QByteArray result;
    result.reserve(header.size() + sql.size() + 16 * values.size());
    result.append(header);
    qsizetype done = 0;
    qsizetype index = 0;
    for (const Placeholder &placeholder : placeholders.list) {
        result.append(sql.sliced(done, placeholder.offset - done));
        done = placeholder.offset + placeholder.size;
        if (!separatesBefore(QByteArrayView(result).sliced(header.size())))
            result += ' ';
        if (const auto error
            = appendSqlLiteral(&result, values[index], dialect, literalContext(placeholder))) {
            const QString label
                = names.isEmpty() ? QString::number(index + 1) : u':' + names[index];
            return refuse(u"parameter %1: %2"_s.arg(label, error->message));
        }
        ++index;
        if (done < sql.size() && !separatesAfter(sql[done]))
            result += ' ';
    }
    result.append(sql.sliced(done));
    return result;
}

template <typename Values>
FormattingResult format(QStringView sql, const Values &values, const SqlDialect &dialect,
                        QByteArrayView header)
{
    FormattingResult utf8 = encoded(sql, values.isEmpty() ? header : QByteArrayView());
    if (std::holds_alternative<FormattingError>(utf8))
        return utf8;
    const QByteArray &statement = std::get<QByteArray>(utf8);
    if (values.isEmpty()) {
        const qsizetype count
            = certainQuestionMarks(QByteArrayView(statement).sliced(header.size()), dialect);
        if (count > 0)
            return refuse(mismatch(count, 0));
        return utf8;
    }
    const auto found = findPlaceholders(statement, dialect);
    if (const auto *error = std::get_if<FormattingError>(&found))
        return *error;
    const auto &placeholders = std::get<Placeholders>(found);
    const ParameterizedSql parameterized = withQuestionMarks(statement, placeholders);
    const ValuesInOrder ordered = valuesInOrder(parameterized, values);
    if (const auto *error = std::get_if<FormattingError>(&ordered))
        return *error;
    return withLiterals(statement, placeholders, parameterized.names,
                        std::get<QVariantList>(ordered), dialect, header);
}

template <typename Values>
std::variant<BoundSql, FormattingError> bind(QStringView sql, const Values &values,
                                             const SqlDialect &dialect)
{
    if (values.isEmpty()) {
        const FormattingResult utf8 = encoded(sql);
        if (const auto *error = std::get_if<FormattingError>(&utf8))
            return *error;
        return BoundSql{std::get<QByteArray>(utf8), {}};
    }
    const auto parameterized = parameterize(sql, dialect);
    if (const auto *error = std::get_if<FormattingError>(&parameterized))
        return *error;
    const auto &statement = std::get<ParameterizedSql>(parameterized);
    const ValuesInOrder ordered = valuesInOrder(statement, values);
    if (const auto *error = std::get_if<FormattingError>(&ordered))
        return *error;
    return BoundSql{statement.sql, std::get<QVariantList>(ordered)};
}

} // namespace

LiteralContext literalContext(const Placeholder &placeholder)
{
    if (placeholder.inExecutableComment)
        return LiteralContext::ExecutableComment;
    if (placeholder.takesExpressions)
        return placeholder.isBehindOther ? LiteralContext::LaterExpression
                                         : LiteralContext::Expression;
    return placeholder.isBehindOther ? LiteralContext::LaterString : LiteralContext::String;
}

FormattingResult formatSql(QStringView sql, const QVariantList &values, const SqlDialect &dialect,
                           QByteArrayView header)
{
    return format(sql, values, dialect, header);
}

FormattingResult formatSql(QStringView sql, const QVariantMap &values, const SqlDialect &dialect,
                           QByteArrayView header)
{
    return format(sql, values, dialect, header);
}

std::variant<ParameterizedSql, FormattingError> parameterize(QStringView sql,
                                                             const SqlDialect &dialect)
{
    const FormattingResult utf8 = encoded(sql);
    if (const auto *error = std::get_if<FormattingError>(&utf8))
        return *error;
    const QByteArray &statement = std::get<QByteArray>(utf8);
    const auto found = findPlaceholders(statement, dialect);
    if (const auto *error = std::get_if<FormattingError>(&found))
        return *error;
    return withQuestionMarks(statement, std::get<Placeholders>(found));
}

ValuesInOrder valuesInOrder(const ParameterizedSql &statement, const QVariantList &values)
{
    if (!statement.names.isEmpty()) {
        return refuse(u"the statement has the placeholder :%1, but the values have no names"_s.arg(
            statement.names.front()));
    }
    const qsizetype wanted = statement.count;
    if (wanted > values.size()) {
        return refuse(u"parameter %1 has no value: %2"_s.arg(values.size() + 1)
                          .arg(mismatch(wanted, values.size())));
    }
    if (wanted < values.size()) {
        return refuse(u"value %1 has no placeholder: %2"_s.arg(wanted + 1)
                          .arg(mismatch(wanted, values.size())));
    }
    return values;
}

ValuesInOrder valuesInOrder(const ParameterizedSql &statement, const QVariantMap &values)
{
    if (statement.names.isEmpty() && statement.count > 0)
        return refuse(u"the statement has the placeholder ?, but the values have names"_s);
    QVariantMap named;
    for (auto it = values.cbegin(); it != values.cend(); ++it) {
        const QString name = it.key().startsWith(u':') ? it.key().sliced(1) : it.key();
        if (named.contains(name))
            return refuse(u"the parameter :%1 has two values"_s.arg(name));
        named.insert(name, it.value());
    }
    QVariantList ordered;
    ordered.reserve(statement.count);
    QSet<QString> used;
    for (const QString &name : statement.names) {
        const auto it = named.constFind(name);
        if (it == named.cend())
            return refuse(u"the parameter :%1 has no value"_s.arg(name));
        ordered.append(*it);
        used.insert(name);
    }
    for (auto it = named.cbegin(); it != named.cend(); ++it) {
        if (!used.contains(it.key()))
            return refuse(u"the statement has no placeholder :%1"_s.arg(it.key()));
    }
    return ordered;
}

std::variant<BoundSql, FormattingError> bindSql(QStringView sql, const QVariantList &values,
                                                const SqlDialect &dialect)
{
    return bind(sql, values, dialect);
}

std::variant<BoundSql, FormattingError> bindSql(QStringView sql, const QVariantMap &values,
                                                const SqlDialect &dialect)
{
    return bind(sql, values, dialect);
}

} // namespace AsyncMySql::Protocol
