// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "sqlwrapping.h"

#include "parameterlist.h"
#include "sqllexer.h"
#include "sqlliteral.h"
#include "sqlreadings.h"

#include <optional>

namespace AsyncMySql::Models {

using namespace Qt::StringLiterals;
using Protocol::SqlLexer;
using Protocol::SqlToken;

namespace {

struct SelectAnalysis
{
    /// Without a semicolon and the text after it.
    qsizetype end = 0;
    bool hasOrder = false;
    bool hasLimit = false;
    /// Why the text is not valid.
    QString problem;

    friend bool operator==(const SelectAnalysis &, const SelectAnalysis &) = default;
};

/// Analyses the tokens of one statement or condition.
class SelectAnalyzer
{
public:
    SelectAnalyzer(QByteArrayView sql, const Protocol::SqlDialect &reading)
        : m_lexer(sql, reading)
    {
        m_analysis.end = sql.size();
    }

    /// Whether the text is a single SELECT.
    SelectAnalysis examineSelect()
    {
        bool begun = false;
        SqlToken previous;
        for (SqlToken token = next(); m_analysis.problem.isEmpty(); token = next()) {
            if (token.kind == SqlToken::Kind::End)
                break;
            if (token.kind == SqlToken::Kind::Semicolon) {
                endAt(token);
                break;
            }
            if (!begun && !isParenthesis(token)) {
                begun = true;
                if (!token.isOneOf({"SELECT", "WITH"}))
                    m_analysis.problem = u"it is no SELECT"_s;
            }
            followParentheses(token);
            recordClauses(token, previous);
            previous = token;
        }
        if (m_analysis.problem.isEmpty() && !begun)
            m_analysis.problem = u"it is empty"_s;
        return finished();
    }

    /// Whether the text can be enclosed in parentheses.
    SelectAnalysis examineCondition()
    {
        for (SqlToken token = next(); m_analysis.problem.isEmpty(); token = next()) {
            if (token.kind == SqlToken::Kind::End)
                break;
            if (token.kind == SqlToken::Kind::Semicolon)
                m_analysis.problem = u"it has a semicolon"_s;
            followParentheses(token);
        }
        return finished();
    }

private:
    SqlToken next()
    {
        for (;;) {
            const SqlToken token = m_lexer.next();
            if (token.unterminated)
                m_analysis.problem
                    = u"a string, a quoted identifier or a comment is not terminated"_s;
            switch (token.kind) {
            case SqlToken::Kind::Comment:
            case SqlToken::Kind::ExecutableCommentBegin:
            case SqlToken::Kind::ExecutableCommentEnd:
                continue;
            default:
                return token;
            }
        }
    }

    static bool isParenthesis(const SqlToken &token)
    {
        return token.kind == SqlToken::Kind::Operator && (token.text == "(" || token.text == ")");
    }

    void followParentheses(const SqlToken &token)
    {
        if (!isParenthesis(token))
            return;
        m_depth += token.text == "(" ? 1 : -1;
        if (m_depth < 0)
            m_analysis.problem = u"its parentheses do not match"_s;
        // Other servers skip these comments.
        if (token.inExecutableComment)
            m_analysis.problem = u"an executable comment has parentheses"_s;
    }

    void endAt(const SqlToken &semicolon)
    {
        m_analysis.end = semicolon.offset;
        for (SqlToken token = next(); token.kind != SqlToken::Kind::End; token = next()) {
            if (token.kind != SqlToken::Kind::Semicolon) {
                m_analysis.problem = u"there are several statements"_s;
                return;
            }
        }
        if (semicolon.inExecutableComment)
            m_analysis.problem = u"an executable comment has a semicolon"_s;
    }

    void recordClauses(const SqlToken &token, const SqlToken &previous)
    {
        // All are reserved words, so columns with these names are quoted.
        if (token.isOneOf({"INTO", "LOCK", "PROCEDURE"})
            || (previous.isWord("FOR") && token.isOneOf({"UPDATE", "SHARE"}))) {
            m_analysis.problem = u"it has INTO, PROCEDURE or a lock"_s;
        }
        if (m_depth > 0)
            return;
        m_analysis.hasOrder |= previous.isWord("ORDER") && token.isWord("BY");
        m_analysis.hasLimit |= token.isOneOf({"LIMIT", "FETCH"});
    }

    SelectAnalysis finished()
    {
        if (m_analysis.problem.isEmpty() && m_depth != 0)
            m_analysis.problem = u"its parentheses do not match"_s;
        return m_analysis;
    }

    SqlLexer m_lexer;
    SelectAnalysis m_analysis;
    int m_depth = 0;
};

template <typename Examine>
SelectAnalysis examine(const QByteArray &sql, Examine examineOne)
{
    std::optional<SelectAnalysis> agreed;
    for (const Protocol::SqlDialect &reading : sqlReadings()) {
        const SelectAnalysis analysis = (SelectAnalyzer(sql, reading).*examineOne)();
        if (!analysis.problem.isEmpty())
            return analysis;
        if (agreed && !(*agreed == analysis)) {
            SelectAnalysis uncertain;
            uncertain.problem = u"its meaning depends on the session's SQL mode"_s;
            return uncertain;
        }
        agreed = analysis;
    }
    return *agreed;
}

bool hasDuplicates(const QStringList &names)
{
    QStringList sorted;
    for (const QString &name : names)
        sorted.append(name.toCaseFolded());
    const qsizetype count = sorted.size();
    return sorted.removeDuplicates() > 0 || count != sorted.size();
}

/// The derived table and the names of its columns.
struct Source
{
    QString before;
    QString behind;
    QStringList aliases;
};

Source sourceOf(const QStringList &columnNames)
{
    Source source;
    if (!hasDuplicates(columnNames)) {
        source.before = u"SELECT * FROM ("_s;
        // The line break ends a comment before it.
        source.behind = u"\n) AS `asyncmysql`"_s;
        source.aliases = columnNames;
        return source;
    }
    // All servers can rename the columns of a common table expression only.
    QStringList renamed;
    QStringList named;
    for (const QString &name : columnNames) {
        source.aliases.append(u"c%1"_s.arg(source.aliases.size() + 1));
        renamed.append(quoted(source.aliases.constLast()));
        named.append(name.isEmpty() ? renamed.constLast()
                                    : renamed.constLast() + u" AS "_s + quoted(name));
    }
    source.before = u"WITH `asyncmysql` (%1) AS ("_s.arg(renamed.join(u", "_s));
    source.behind = u"\n) SELECT %1 FROM `asyncmysql`"_s.arg(named.join(u", "_s));
    return source;
}

QString quotedColumnOf(const SqlFilter &filter, const QStringList &columnNames,
                       const Source &source)
{
    const int index = columnOf(filter, columnNames);
    return quoted(index < 0 ? filter.column : source.aliases[index]);
}

} // namespace

WrappingResult wrapStatement(const BoundStatement &statement, const QList<SqlFilter> &filters,
                             const QList<SqlOrder> &orders, const QStringList &columnNames)
{
    const QByteArray utf8 = statement.sql.toUtf8();
    const SelectAnalysis analysis = examine(utf8, &SelectAnalyzer::examineSelect);
    if (!analysis.problem.isEmpty()) {
        Error error(Error::NotSupported,
                    u"The server cannot sort or filter the rows of this statement: %1"_s.arg(
                        analysis.problem));
        error.setStatement(statement.sql);
        return error;
    }
    const Source source = sourceOf(columnNames);
    BoundStatement wrapped;
    wrapped.sql = source.before + QString::fromUtf8(QByteArrayView(utf8).first(analysis.end));
    // Servers may ignore the order of a derived table, but not with a LIMIT.
    if (orders.isEmpty() && analysis.hasOrder && !analysis.hasLimit)
        wrapped.sql += u"\nLIMIT 18446744073709551615"_s;
    wrapped.sql += source.behind;

    ParameterList parameters(statement.parameters);
    QStringList conditions;
    for (const SqlFilter &filter : filters)
        conditions.append(
            conditionOf(filter, quotedColumnOf(filter, columnNames, source), &parameters));
    wrapped.parameters = parameters.all();
    if (!conditions.isEmpty())
        wrapped.sql += u" WHERE "_s + conditions.join(u" AND "_s);

    QStringList keys;
    for (const SqlOrder &order : orders) {
        keys.append(QString::number(order.column + 1)
                    + (order.order == Qt::DescendingOrder ? u" DESC"_s : QString()));
    }
    if (!keys.isEmpty())
        wrapped.sql += u" ORDER BY "_s + keys.join(u", "_s);
    return wrapped;
}

int columnOf(const SqlFilter &filter, const QStringList &columnNames)
{
    for (int i = 0; i < columnNames.size(); ++i) {
        if (columnNames[i].compare(filter.column, Qt::CaseInsensitive) == 0)
            return i;
    }
    return -1;
}

QString conditionOf(const SqlFilter &filter, const QString &column, ParameterList *parameters)
{
    QString condition = filter.condition;
    if (filter.hasValue)
        condition.replace(u'?', parameters->add(u"filter"_s, filter.value));
    return column + u' ' + condition;
}

Error checkCondition(const QString &condition)
{
    const SelectAnalysis analysis = examine(condition.toUtf8(), &SelectAnalyzer::examineCondition);
    if (analysis.problem.isEmpty())
        return {};
    return Error(Error::InvalidParameter,
                 u"The filter cannot be a part of a statement: %1"_s.arg(analysis.problem));
}

QString quoted(const QString &name)
{
    const Protocol::FormattingResult result = Protocol::quoteIdentifier(name, {});
    const auto *bytes = std::get_if<QByteArray>(&result);
    return bytes ? QString::fromUtf8(*bytes) : QString();
}

QString literalPattern(QString text)
{
    for (const QChar special : {u'|', u'%', u'_'})
        text.replace(special, u"|"_s + special);
    return text;
}

QVariant normalizedParameters(const QVariant &parameters)
{
    if (!parameters.isValid())
        return QVariantList();
    const QMetaType type = parameters.metaType();
    if (type == QMetaType::fromType<QVariantMap>() || type == QMetaType::fromType<QVariantList>())
        return parameters;
    if (type == QMetaType::fromType<QString>() || type == QMetaType::fromType<QByteArray>())
        return QVariantList{parameters};
    // Values of QML convert to both types, and to an empty one for the wrong type.
    if (QVariantList list = parameters.toList(); !list.isEmpty())
        return list;
    if (QVariantMap map = parameters.toMap(); !map.isEmpty())
        return map;
    if (parameters.canConvert<QVariantList>() || parameters.canConvert<QVariantMap>())
        return QVariantList();
    return QVariantList{parameters};
}

} // namespace AsyncMySql::Models
