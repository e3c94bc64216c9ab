// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "inserttargetexchange.h"

#include "commandpayloads.h"
#include "rowcursor.h"
#include "sqllexer.h"
#include "sqlliteral.h"

namespace AsyncMySql::Protocol {

using namespace Qt::StringLiterals;

namespace {

using Kind = SqlToken::Kind;

/// What the session is, and what is known of the triggers of the table. They are visible with the
/// TRIGGER privilege alone, and only privileges that the account has by itself are seen, without
/// those of its roles. With partial revokes, a global privilege need not hold for the database, and
/// the name in that for a database is no pattern.
/// Names are compared without regard to case: the server may do so, and it does no harm.
constexpr char SessionQuestion[]
    = "SELECT FIND_IN_SET('STRICT_TRANS_TABLES', @@sql_mode)"
      " + FIND_IN_SET('STRICT_ALL_TABLES', @@sql_mode), @@auto_increment_increment,"
      " (SELECT COUNT(*) FROM information_schema.TRIGGERS"
      " WHERE LOWER(EVENT_OBJECT_SCHEMA) = LOWER(names.d)"
      " AND LOWER(EVENT_OBJECT_TABLE) = LOWER(names.t)),"
      " (NOT @@partial_revokes AND (EXISTS (SELECT 1 FROM information_schema.USER_PRIVILEGES"
      " WHERE GRANTEE = names.g AND PRIVILEGE_TYPE = 'TRIGGER')"
      " OR EXISTS (SELECT 1 FROM information_schema.SCHEMA_PRIVILEGES"
      " WHERE GRANTEE = names.g AND PRIVILEGE_TYPE = 'TRIGGER' AND names.d LIKE TABLE_SCHEMA)))"
      " OR EXISTS (SELECT 1 FROM information_schema.TABLE_PRIVILEGES"
      " WHERE GRANTEE = names.g AND PRIVILEGE_TYPE = 'TRIGGER' AND names.d = TABLE_SCHEMA"
      " AND names.t = TABLE_NAME)"
      " FROM (SELECT CONCAT('''', SUBSTRING_INDEX(CURRENT_USER(), '@', 1), '''@''',"
      " SUBSTRING_INDEX(CURRENT_USER(), '@', -1), '''') AS g, ";

bool isTemporal(const SqlToken &type)
{
    return type.isOneOf({"DATE", "DATETIME", "TIME", "TIMESTAMP"});
}

bool isUtf8(const QByteArray &characterSet)
{
    return characterSet.isEmpty() || characterSet.startsWith("utf8");
}

} // namespace

InsertTargetExchange::InsertTargetExchange(const InsertOutline &outline, const SqlDialect &dialect,
                                           Capabilities capabilities, bool sendsAhead)
    : ResultExchange(capabilities, {})
    , m_dialect(dialect)
    , m_sendsAhead(sendsAhead)
{
    QByteArray sql = SessionQuestion;
    bool isWritable = true;
    const auto append = [&](const QString &name) {
        isWritable = isWritable && !appendSqlLiteral(&sql, name, dialect);
    };
    if (outline.database.isEmpty())
        sql += "DATABASE()";
    else
        append(outline.database);
    sql += " AS d, ";
    append(outline.tableName);
    sql += " AS t) AS names";
    m_questions[0] = queryPayload("SHOW CREATE TABLE " + outline.table, capabilities);
    m_questions[1] = queryPayload(sql, capabilities);
    m_isKnown = isWritable;
}

InsertTargetExchange::~InsertTargetExchange() = default;

std::optional<Exchange::Output> InsertTargetExchange::nextOutput()
{
    const bool waits = m_given > m_answered && !m_sendsAhead;
    if (m_given == Count || m_isStopped || waits)
        return std::nullopt;
    return Output{Output::Kind::Command, std::move(m_questions[m_given++])};
}

/// Both are answered soon.
bool InsertTargetExchange::stop()
{
    m_isStopped = true;
    return true;
}

Exchange::Progress InsertTargetExchange::handlePacket(QByteArrayView payload,
                                                      const Wire::ByteBlockPointer &block)
{
    if (m_answered == m_given)
        return broken(FailureCode::UnexpectedPacket, u"The server sent an unexpected answer"_s);
    if (!m_inAnswer) {
        m_inAnswer = true;
        beginAnswer(Values::RowFormat::Text);
    }
    const Progress progress = handleAnswer(payload, block);
    return progress == Progress::Finished ? finishAnswer() : progress;
}

Exchange::Progress InsertTargetExchange::finishAnswer()
{
    m_inAnswer = false;
    const bool isDefinition = m_answered++ == 0;
    setFailure({});
    const QByteArrayList row = takeRow();
    const bool isRead = isDefinition ? readDefinition(row) : readSession(row);
    m_isKnown = m_isKnown && isRead;
    if (m_answered < m_given || (m_answered < Count && !m_isStopped))
        return Progress::AnswerComplete;
    if (m_isKnown && m_answered == Count)
        m_target = m_found;
    return Progress::Finished;
}

QByteArrayList InsertTargetExchange::takeRow()
{
    QByteArrayList texts;
    const Results results = takeResults();
    if (results.size() != 1 || results.front()->rows.rowCount() != 1)
        return texts;
    Values::RowRun run;
    const QByteArrayView row = results.front()->rows.row(0, &run);
    const char *next = row.data();
    const char *const end = row.data() + row.size();
    QByteArrayView value;
    while (next != end && Values::readTextColumn(&next, end, &value))
        texts.append(value.toByteArray());
    return texts;
}

/// CREATE TABLE `t` (`id` int NOT NULL AUTO_INCREMENT, …) ENGINE=InnoDB …; that of a view has more
/// columns.
bool InsertTargetExchange::readDefinition(const QByteArrayList &row)
{
    if (row.size() != 2 || !isUtf8(resultCharacterSet()))
        return false;
    SqlLexer lexer(row[1], m_dialect);
    SqlToken column;
    SqlToken previous;
    int depth = 0;
    bool hasInvisible = false;
    for (SqlToken token = lexer.nextCode(); token.kind != Kind::End; token = lexer.nextCode()) {
        // Whether a backslash is an escape depends on the sql_mode, which may not be known.
        if (token.kind == Kind::String && token.text.contains('\\'))
            return false;
        if (token.isOperator('(')) {
            m_found.hasVaryingDefaults = m_found.hasVaryingDefaults || previous.isWord("DEFAULT")
                                         || previous.isWord("CURRENT_TIMESTAMP");
            ++depth;
        } else if (token.isOperator(')')) {
            --depth;
        } else if (depth == 1 && (previous.isOperator('(') || previous.isOperator(','))) {
            column = token;
        } else if (depth == 1 && previous.offset == column.offset
                   && column.kind == Kind::QuotedIdentifier) {
            m_found.columns.append({column.name(), isTemporal(token)});
        } else if (depth == 1 && token.isWord("AUTO_INCREMENT")) {
            // Names in double quotes, as with ANSI_QUOTES, need not be known as such.
            if (column.kind != Kind::QuotedIdentifier)
                return false;
            m_found.autoIncrementColumn = column.name();
        } else if (depth == 1 && token.isWord("INVISIBLE")) {
            hasInvisible = true;
        } else if (depth == 0 && previous.isWord("ENGINE") && token.isOperator('=')) {
            m_found.isTransactional = lexer.nextCode().isWord("InnoDB");
            if (hasInvisible)
                m_found.columns.clear();
            return true;
        }
        previous = token;
    }
    return false;
}

bool InsertTargetExchange::readSession(const QByteArrayList &row)
{
    if (row.size() != 4)
        return false;
    m_found.isStrict = row[0].toInt() > 0;
    m_found.autoIncrement = row[1].toULongLong();
    m_found.lacksTriggers = row[2] == "0" && row[3] == "1";
    return m_found.autoIncrement > 0;
}

} // namespace AsyncMySql::Protocol
