// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "sqlstatement.h"

#include "sqlscanner.h"

#include <QtCore/QSet>
#include <QtCore/QStringList>

namespace {

bool isPlainComment(QStringView text)
{
    return !text.startsWith(u"/*!") && !text.startsWith(u"/*M!");
}

/// Collects the statements while it goes through the text.
class Splitter
{
public:
    explicit Splitter(const QString &text)
        : m_text(text)
        , m_scanner(text)
    {
    }

    QList<SqlStatement> split()
    {
        SqlToken token;
        while (m_scanner.next(&token)) {
            const QStringView piece = QStringView(m_text).mid(token.start, token.length);
            if (isDelimiter(token)) {
                finish(m_end, token.start + m_delimiter.size());
                m_scanner.moveTo(token.start + m_delimiter.size());
            } else if (m_start < 0 && piece.compare(u"delimiter", Qt::CaseInsensitive) == 0) {
                readDelimiter(token.end());
            } else if (token.kind != SqlToken::Kind::Space
                       && (token.kind != SqlToken::Kind::Comment || !isPlainComment(piece))) {
                if (m_start < 0)
                    m_start = token.start;
                m_end = token.end();
            }
        }
        finish(m_end, m_text.size());
        return m_statements;
    }

private:
    bool isDelimiter(const SqlToken &token) const
    {
        const bool canBe
            = token.kind == SqlToken::Kind::Symbol || token.kind == SqlToken::Kind::Word;
        return canBe && QStringView(m_text).mid(token.start).startsWith(m_delimiter);
    }

    void readDelimiter(qsizetype position)
    {
        qsizetype end = m_text.indexOf('\n', position);
        if (end < 0)
            end = m_text.size();
        const QString given = m_text.mid(position, end - position).trimmed();
        if (!given.isEmpty())
            m_delimiter = given;
        m_scanner.moveTo(end);
    }

    void finish(qsizetype textEnd, qsizetype end)
    {
        if (m_start >= 0)
            m_statements.append({m_text.mid(m_start, textEnd - m_start).trimmed(), m_start, end});
        m_start = -1;
    }

    QString m_text;
    SqlScanner m_scanner;
    QString m_delimiter = ";";
    qsizetype m_start = -1;
    qsizetype m_end = 0;
    QList<SqlStatement> m_statements;
};

/// Words in upper case, symbols and variables as they are; "" stands for quoted names and strings.
QStringList significantWords(const QString &sql, QString *firstName)
{
    QStringList words;
    SqlScanner scanner(sql);
    SqlToken token;
    while (scanner.next(&token)) {
        const QString piece = sql.mid(token.start, token.length);
        switch (token.kind) {
        case SqlToken::Kind::Space:
        case SqlToken::Kind::Comment:
            continue;
        case SqlToken::Kind::String:
        case SqlToken::Kind::Identifier:
            words.append(QString());
            break;
        default:
            words.append(piece.toUpper());
            break;
        }
        if (words.size() == 2)
            *firstName = piece;
    }
    while (!words.isEmpty() && words.constFirst() == "(")
        words.removeFirst();
    return words;
}

bool isOneOf(const QString &word, std::initializer_list<const char *> list)
{
    return std::any_of(list.begin(), list.end(),
                       [&](const char *one) { return word == QLatin1String(one); });
}

} // namespace

QList<SqlStatement> SqlStatement::split(const QString &text)
{
    return Splitter(text).split();
}

SqlStatement SqlStatement::at(const QString &text, qsizetype position)
{
    const QList<SqlStatement> statements = split(text);
    for (qsizetype i = 0; i < statements.size(); ++i) {
        if (position <= statements[i].end)
            return statements[i];
        // Behind the delimiter, but on its line, the statement in front is meant.
        const qsizetype lineEnd = text.indexOf('\n', statements[i].end);
        const bool isOnItsLine = lineEnd < 0 || position <= lineEnd;
        const bool isBeforeTheNext
            = i + 1 == statements.size() || position < statements[i + 1].start;
        if (isOnItsLine && isBeforeTheNext)
            return statements[i];
    }
    return statements.isEmpty() ? SqlStatement() : statements.constLast();
}

StatementTraits StatementTraits::of(const QString &sql)
{
    StatementTraits traits;
    QString name;
    const QStringList words = significantWords(sql, &name);
    if (words.isEmpty())
        return traits;
    const QString first = words.constFirst();
    const QString second = words.value(1);

    if (first == "USE" && words.size() == 2) {
        if (name.startsWith('`'))
            name = name.mid(1, name.size() - 2).replace("``", "`");
        traits.database = name;
        traits.changesSchema = true;
        return traits;
    }
    traits.sorts = isOneOf(first, {"SELECT", "WITH"});
    traits.reads = traits.sorts
                   || isOneOf(first, {"SHOW", "DESCRIBE", "DESC", "EXPLAIN", "TABLE", "VALUES"});
    traits.changesSchema = isOneOf(first, {"CREATE", "ALTER", "DROP", "RENAME", "TRUNCATE"});
    traits.needsSession = first == "SHOW" && isOneOf(second, {"WARNINGS", "ERRORS", "PROFILES"});
    traits.changesSession
        = isOneOf(first, {"BEGIN", "START", "LOCK", "PREPARE", "HANDLER", "XA", "SAVEPOINT"})
          || (first == "CREATE" && words.mid(1, 3).contains("TEMPORARY"))
          || (first == "SET" && !isOneOf(second, {"GLOBAL", "PERSIST", "PASSWORD"})
              && !second.startsWith("@@GLOBAL."));
    for (qsizetype i = 1; i < words.size(); ++i) {
        const QString &word = words[i];
        const bool locks = words[i - 1] == "FOR" && isOneOf(word, {"UPDATE", "SHARE"});
        if (traits.reads && (locks || isOneOf(word, {"INTO", "LOCK"}))) {
            traits.reads = traits.sorts = false;
            traits.changesSession = true;
        }
        if (first == "WITH" && words[i - 1] == ")" && isOneOf(word, {"UPDATE", "DELETE", "INSERT"}))
            traits.reads = traits.sorts = false;
        if (isOneOf(word, {"GET_LOCK", "RELEASE_LOCK"}))
            traits.changesSession = true;
        if (word.startsWith('@') && !word.startsWith("@@GLOBAL"))
            traits.needsSession = true;
        if (isOneOf(word, {"LAST_INSERT_ID", "FOUND_ROWS", "ROW_COUNT", "CONNECTION_ID"}))
            traits.needsSession = true;
    }
    return traits;
}

QString quotedName(const QString &name)
{
    return '`' + QString(name).replace('`', "``") + '`';
}
