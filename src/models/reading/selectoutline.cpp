// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "selectoutline.h"

#include "sqllexer.h"
#include "sqlreadings.h"
#include "sqlwrapping.h"
#include "statementkind.h"

#include <QtCore/qset.h>

#include <optional>
#include <vector>

namespace AsyncMySql::Models {

using namespace Qt::StringLiterals;
using Protocol::SqlDialect;
using Protocol::SqlLexer;
using Protocol::SqlToken;

namespace {

/// Reading a longer one, for all meanings of its quotes, would hold up the event loop; and each
/// page would send it again.
constexpr qsizetype LongestStatement = 32 * 1024;

/// Reserved words, so columns with these names are quoted.
const QSet<QByteArray> &wordsOfOtherStatements()
{
    static const QSet<QByteArray> words
        = {// Rows that depend on other rows
           "DISTINCT", "DISTINCTROW", "GROUP", "HAVING", "LIMIT", "FETCH", "OFFSET", "OVER",
           "WINDOW", "QUALIFY", "SQL_CALC_FOUND_ROWS",
           // Other rows than those of one table
           "UNION", "EXCEPT", "INTERSECT", "MINUS", "WITH", "JOIN", "STRAIGHT_JOIN", "NATURAL",
           "LATERAL",
           // More than reading
           "INTO", "LOCK", "PROCEDURE"};
    return words;
}

/// Words whose value is another one in the next page, or depends on other rows; and those that
/// return something else than the column that their result is named after.
const QSet<QByteArray> &changingWords()
{
    static const QSet<QByteArray> words = {
        // Points in time
        "CURDATE", "CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP", "CURTIME", "LOCALTIME",
        "LOCALTIMESTAMP", "NOW", "SYSDATE", "UNIX_TIMESTAMP", "UTC_DATE", "UTC_TIME",
        "UTC_TIMESTAMP",
        // Chance
        "RAND", "RANDOM_BYTES", "UUID", "UUID_SHORT", "UUID_V4", "UUID_V7", "ROWNUM",
        // Waiting
        "BENCHMARK", "SLEEP", "LOAD_FILE",
        // Aggregates
        "AVG", "BIT_AND", "BIT_OR", "BIT_XOR", "COUNT", "CUME_DIST", "DENSE_RANK", "FIRST_VALUE",
        "GROUPING", "GROUP_CONCAT", "JSON_ARRAYAGG", "JSON_OBJECTAGG", "LAG", "LAST_VALUE", "LEAD",
        "MAX", "MEDIAN", "MIN", "NTH_VALUE", "NTILE", "PERCENTILE_CONT", "PERCENTILE_DISC",
        "PERCENT_RANK", "RANK", "ROW_NUMBER", "STD", "STDDEV", "STDDEV_POP", "STDDEV_SAMP",
        "ST_COLLECT", "SUM", "VARIANCE", "VAR_POP", "VAR_SAMP", "XMLAGG", "JSON_TABLE",
        // The order of the rows, where there is no other
        "MATCH",
        // Values of another row under the name of the column
        "DEFAULT", "VALUE", "VALUES"};
    return words;
}

/// These are functions without parentheses, too.
bool isFunctionAlone(const QByteArray &word)
{
    return word.startsWith("CURRENT_") || word.startsWith("LOCALTIME") || word.startsWith("UTC_")
           || word == "ROWNUM" || word == "SYSDATE";
}

/// Reads one statement for one meaning of its quotes.
class OutlineReader
{
public:
    OutlineReader(QByteArrayView sql, const SqlDialect &dialect)
        : m_sql(sql)
        , m_dialect(dialect)
    {
    }

    std::variant<SelectOutline, QString> read()
    {
        if (tokenize() && checkWords() && readTable() && readClauses())
            return m_outline;
        return m_problem;
    }

private:
    bool fail(const QString &problem)
    {
        m_problem = problem;
        return false;
    }

    /// Of one statement, without comments.
    bool tokenize()
    {
        SqlLexer lexer(m_sql, m_dialect);
        m_end = m_sql.size();
        bool hasEnded = false;
        for (SqlToken token = lexer.next(); token.kind != SqlToken::Kind::End;
             token = lexer.next()) {
            if (token.unterminated)
                return fail(u"a string, a quoted identifier or a comment is not terminated"_s);
            switch (token.kind) {
            case SqlToken::Kind::Comment:
                continue;
            case SqlToken::Kind::ExecutableCommentBegin:
                return fail(u"it has an executable comment"_s);
            case SqlToken::Kind::Semicolon:
                if (!hasEnded)
                    m_end = token.offset;
                hasEnded = true;
                continue;
            default:
                break;
            }
            if (hasEnded)
                return fail(u"there are several statements"_s);
            m_depth += token.isOperator('(') ? 1 : token.isOperator(')') ? -1 : 0;
            if (m_depth < 0)
                break;
            m_tokens.push_back({token, m_depth, wordOf(token)});
        }
        if (m_depth != 0)
            return fail(u"its parentheses do not match"_s);
        return true;
    }

    bool checkWords()
    {
        if (m_tokens.empty() || m_tokens.front().word != "SELECT")
            return fail(u"it does not begin with SELECT"_s);
        for (size_t i = 0; i < m_tokens.size(); ++i) {
            const Token &token = m_tokens[i];
            if (i > 0 && token.word == "SELECT")
                return fail(u"it contains another SELECT"_s);
            if (token.token.isOperator('{'))
                return fail(u"it has braces"_s);
            // A column after a period can have any name.
            if (i > 0 && m_tokens[i - 1].token.isOperator('.'))
                continue;
            if (wordsOfOtherStatements().contains(token.word)
                || (token.word == "FOR" && token.depth == 0)) {
                return fail(u"it contains "_s + QString::fromLatin1(token.word));
            }
            const bool isCall = i + 1 < m_tokens.size() && m_tokens[i + 1].token.isOperator('(');
            if (changingWords().contains(token.word) && (isCall || isFunctionAlone(token.word)))
                return fail(u"it calls "_s + QString::fromLatin1(token.word));
        }
        const Protocol::StatementKind kind = Protocol::StatementKind::of(m_sql, m_dialect);
        if (!kind.readsOnly)
            return fail(u"it uses variables, or a function of which the effects are not known"_s);
        return true;
    }

    bool readTable()
    {
        m_at = 0;
        while (m_at < m_tokens.size() && !(word() == "FROM" && m_tokens[m_at].depth == 0))
            ++m_at;
        if (m_at == m_tokens.size())
            return fail(u"it does not read a table"_s);
        const qsizetype from = offset();
        ++m_at;
        if (word() == "DUAL")
            return fail(u"it does not read a table"_s);
        QStringList names;
        do {
            const std::optional<QString> name = takeName();
            if (!name)
                return fail(u"it does not read one table"_s);
            names.append(quoted(*name));
        } while (names.size() < 2 && takeOperator('.'));
        m_outline.table = names.join(u'.');
        m_outline.qualifier = names.constLast();
        const bool hasAs = word() == "AS";
        if (hasAs)
            ++m_at;
        if (hasAs || (m_at < m_tokens.size() && word() != "WHERE" && word() != "ORDER")) {
            const std::optional<QString> alias = takeName();
            if (!alias)
                return fail(u"it does not read one table"_s);
            m_outline.qualifier = quoted(*alias);
        }
        m_outline.head = textBetween(0, offset());
        m_outline.source = textBetween(from, offset());
        return true;
    }

    bool readClauses()
    {
        if (word() == "WHERE") {
            const qsizetype begin = m_tokens[m_at].token.offset + 5;
            for (; m_at < m_tokens.size() && !(word() == "ORDER" && m_tokens[m_at].depth == 0);
                 ++m_at) {
                const SqlToken &token = m_tokens[m_at].token;
                if (token.kind == SqlToken::Kind::Placeholder)
                    m_outline.placeholders.append(QString());
                else if (token.kind == SqlToken::Kind::NamedPlaceholder)
                    m_outline.placeholders.append(QString::fromUtf8(token.text.sliced(1)));
            }
            m_outline.condition = textBetween(begin, offset());
        }
        if (m_at == m_tokens.size())
            return true;
        if (word() != "ORDER")
            return fail(u"it does not read one table alone"_s);
        ++m_at;
        if (word() != "BY")
            return fail(u"its order is not known"_s);
        ++m_at;
        do {
            if (!readOrder())
                return fail(u"its order is not one by columns"_s);
        } while (takeOperator(','));
        return m_at == m_tokens.size() || fail(u"its order is not one by columns"_s);
    }

    bool readOrder()
    {
        SelectOutline::Order order;
        if (m_at < m_tokens.size() && m_tokens[m_at].token.kind == SqlToken::Kind::Number) {
            bool isNumber = false;
            order.position = m_tokens[m_at].token.text.toByteArray().toInt(&isNumber) - 1;
            if (!isNumber || order.position < 0)
                return false;
            ++m_at;
        } else {
            std::optional<QString> name = takeName();
            while (name && takeOperator('.')) {
                order.isOfTable = true;
                name = takeName();
            }
            if (!name)
                return false;
            order.name = *name;
        }
        if (word() == "DESC")
            order.order = Qt::DescendingOrder;
        if (word() == "DESC" || word() == "ASC")
            ++m_at;
        m_outline.orders.append(order);
        return true;
    }

    struct Token
    {
        SqlToken token;
        int depth = 0;
        /// In upper case; empty for anything but a word.
        QByteArray word;
    };

    static QByteArray wordOf(const SqlToken &token)
    {
        return token.kind == SqlToken::Kind::Word ? token.text.toByteArray().toUpper()
                                                  : QByteArray();
    }

    QByteArray word() const { return m_at < m_tokens.size() ? m_tokens[m_at].word : QByteArray(); }

    qsizetype offset() const
    {
        return m_at < m_tokens.size() ? m_tokens[m_at].token.offset : m_end;
    }

    bool takeOperator(char symbol)
    {
        const bool is = m_at < m_tokens.size() && m_tokens[m_at].token.isOperator(symbol);
        m_at += is ? 1 : 0;
        return is;
    }

    std::optional<QString> takeName()
    {
        if (m_at == m_tokens.size())
            return std::nullopt;
        const SqlToken &token = m_tokens[m_at].token;
        if (token.kind != SqlToken::Kind::QuotedIdentifier && token.kind != SqlToken::Kind::Word)
            return std::nullopt;
        ++m_at;
        return token.name();
    }

    QString textBetween(qsizetype begin, qsizetype end) const
    {
        return QString::fromUtf8(m_sql.sliced(begin, end - begin));
    }

    const QByteArrayView m_sql;
    const SqlDialect m_dialect;
    std::vector<Token> m_tokens;
    size_t m_at = 0;
    int m_depth = 0;
    /// Of the statement, without a semicolon.
    qsizetype m_end = 0;
    SelectOutline m_outline;
    QString m_problem;
};

} // namespace

std::variant<SelectOutline, QString> outlineOf(const QString &sql)
{
    if (sql.size() > LongestStatement)
        return u"its text is too long"_s;
    const QByteArray utf8 = sql.toUtf8();
    std::optional<SelectOutline> agreed;
    for (const SqlDialect &dialect : sqlReadings()) {
        std::variant<SelectOutline, QString> outline = OutlineReader(utf8, dialect).read();
        if (!std::holds_alternative<SelectOutline>(outline))
            return outline;
        if (agreed && *agreed != std::get<SelectOutline>(outline))
            return u"its meaning depends on the session's SQL mode"_s;
        agreed = std::get<SelectOutline>(outline);
    }
    return *agreed;
}

} // namespace AsyncMySql::Models
