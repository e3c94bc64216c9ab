// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "statementkind.h"

#include "codestatement.h"
#include "sideeffectfreefunctions.h"
#include "sqllexer.h"

#include <algorithm>
#include <vector>

namespace AsyncMySql::Protocol {

namespace {

/// The first token behind the parentheses that a SELECT may have around it.
size_t skipParentheses(const CodeStatement &statement, size_t at)
{
    while (statement.isOperator(at, "("))
        ++at;
    return at;
}

/// Whether a function is called that may write or that knows the session, or a variable is used.
bool callsUnknown(const CodeStatement &statement, size_t from)
{
    for (size_t i = from; i < statement.size(); ++i) {
        switch (statement.at(i).kind) {
        case SqlToken::Kind::UserVariable:
        case SqlToken::Kind::SystemVariable: // @@last_insert_id, @@warning_count
            return true;
        case SqlToken::Kind::Word:
            // SEQUENCE.NEXTVAL, and NEXT VALUE FOR sequence (MariaDB).
            if (statement.isOneOf(i, {"NEXTVAL", "CURRVAL"})
                || (statement.isOneOf(i, {"NEXT", "PREVIOUS"})
                    && statement.isWord(i + 1, "VALUE"))) {
                return true;
            }
            if (statement.isOperator(i + 1, "(")
                && (!isSideEffectFreeCall(statement.at(i).text)
                    || (i > from && statement.isOperator(i - 1, ".")))) {
                return true;
            }
            break;
        case SqlToken::Kind::String: // with ANSI_QUOTES, which MySQL does not report, it is an
                                     // identifier
        case SqlToken::Kind::QuotedIdentifier:
            if (statement.isOperator(i + 1, "("))
                return true;
            break;
        case SqlToken::Kind::Operator:
            if (statement.isOperator(i, ":="))
                return true;
            break;
        default:
            break;
        }
    }
    return false;
}

/// Of a SELECT, VALUES, TABLE or WITH that begins at \a from.
bool queryReadsOnly(const CodeStatement &statement, size_t from)
{
    for (size_t i = from; i < statement.size(); ++i) {
        if (statement.isOneOf(i, {"INTO", "UPDATE", "DELETE", "LOCK", "PROCEDURE"}))
            return false;
        if (statement.isOneOf(i, {"INSERT", "REPLACE"}) && !statement.isOperator(i + 1, "("))
            return false;
        if (statement.isWord(i, "FOR") && statement.isOneOf(i + 1, {"UPDATE", "SHARE"}))
            return false;
    }
    return !callsUnknown(statement, from);
}

bool showReadsOnly(const CodeStatement &statement)
{
    for (size_t i = 1; i < statement.size(); ++i) {
        // Answered from what the session did before.
        if (statement.isOneOf(i, {"WARNINGS", "ERRORS", "PROFILE", "PROFILES"}))
            return false;
    }
    return !callsUnknown(statement, 1);
}

/// The first token behind FORMAT = JSON and the like.
size_t skipExplainOptions(const CodeStatement &statement, size_t at)
{
    for (;;) {
        if (statement.isOneOf(at, {"EXTENDED", "PARTITIONS"}))
            ++at;
        else if (statement.isWord(at, "FORMAT") && statement.isOperator(at + 1, "="))
            at += 3;
        else
            return at;
    }
}

bool isQuery(const CodeStatement &statement, size_t at)
{
    return statement.isOneOf(skipParentheses(statement, at), {"SELECT", "VALUES", "TABLE", "WITH"});
}

/// EXPLAIN shows what a statement would do; EXPLAIN ANALYZE, and ANALYZE of MariaDB, do it.
bool explainReadsOnly(const CodeStatement &statement)
{
    size_t at = skipExplainOptions(statement, 1);
    if (statement.isWord(at, "ANALYZE")) {
        at = skipExplainOptions(statement, at + 1);
        return isQuery(statement, at) && queryReadsOnly(statement, at);
    }
    if (isQuery(statement, at))
        return queryReadsOnly(statement, at);
    // EXPLAIN FORMAT=JSON INTO @plan keeps the plan in a variable (MySQL 8.1).
    return at < statement.size() && !statement.isWord(at, "INTO") && !callsUnknown(statement, at);
}

bool analyzeReadsOnly(const CodeStatement &statement)
{
    const size_t at = skipExplainOptions(statement, 1);
    // ANALYZE TABLE writes statistics.
    return isQuery(statement, at) && !statement.isWord(at, "TABLE")
           && queryReadsOnly(statement, at);
}

bool readsOnly(const CodeStatement &statement)
{
    if (isQuery(statement, 0))
        return queryReadsOnly(statement, 0);
    if (statement.isWord(0, "SHOW"))
        return showReadsOnly(statement);
    if (statement.isOneOf(0, {"EXPLAIN", "DESCRIBE", "DESC"}))
        return explainReadsOnly(statement);
    if (statement.isWord(0, "ANALYZE"))
        return analyzeReadsOnly(statement);
    return false;
}

bool changesSession(const CodeStatement &statement)
{
    const bool isPlain = isQuery(statement, 0)
                         || statement.isOneOf(0, {"INSERT", "UPDATE", "DELETE", "REPLACE", "SHOW",
                                                  "EXPLAIN", "DESCRIBE", "DESC"});
    if (!isPlain)
        return true;
    bool into = false;
    for (size_t i = 0; i < statement.size(); ++i) {
        if (statement.isOperator(i, ":="))
            return true;
        into = into || statement.isWord(i, "INTO");
        if (into && statement.at(i).kind == SqlToken::Kind::UserVariable)
            return true;
        if (statement.isOneOf(i, {"GET_LOCK", "RELEASE_LOCK", "RELEASE_ALL_LOCKS", "LAST_INSERT_ID",
                                  "SETVAL", "SQL_CALC_FOUND_ROWS"})) {
            return true;
        }
    }
    return false;
}

/// A text of many rows that begins with what only writes them.
bool isLongWrite(QByteArrayView sql, const SqlDialect &dialect)
{
    constexpr qsizetype longText = 256 * 1024;
    if (sql.size() < longText)
        return false;
    SqlLexer lexer(sql, dialect);
    SqlToken token = lexer.next();
    while (token.kind == SqlToken::Kind::Comment)
        token = lexer.next();
    CodeStatement statement;
    statement.append(token);
    return statement.isOneOf(0, {"INSERT", "REPLACE", "UPDATE", "DELETE"});
}

/// Whether the semicolons lie in the body of a procedure that the text creates.
bool isOneRoutine(const std::vector<CodeStatement> &statements)
{
    const CodeStatement &first = statements.front();
    if (!first.isWord(0, "CREATE") || !statements.back().isWord(0, "END"))
        return false;
    for (size_t i = 1; i < first.size(); ++i) {
        if (first.isWord(i, "BEGIN"))
            return true;
    }
    return false;
}

SessionEffects effectsOf(const std::vector<CodeStatement> &statements, bool uncertain)
{
    SessionEffects effects;
    if (uncertain) {
        effects = SessionEffects::unknown();
        for (const CodeStatement &statement : statements) {
            const SessionEffects own = SessionEffects::of(statement);
            effects.beginsTransaction |= own.beginsTransaction;
            effects.changesCharacterSetInside |= effects.changesCharacterSet;
            effects.changesCharacterSet |= own.changesCharacterSet;
        }
        return effects;
    }
    if (statements.empty())
        return effects;
    effects = SessionEffects::of(statements.front());
    if (isOneRoutine(statements))
        return effects;
    for (size_t i = 1; i < statements.size(); ++i)
        effects.append(SessionEffects::of(statements[i]));
    return effects;
}

bool isLoadDataLocal(const CodeStatement &statement)
{
    if (!statement.isWord(0, "LOAD") || !statement.isOneOf(1, {"DATA", "XML"}))
        return false;
    const size_t at = statement.isOneOf(2, {"LOW_PRIORITY", "CONCURRENT"}) ? 3 : 2;
    return statement.isWord(at, "LOCAL");
}

} // namespace

StatementKind StatementKind::of(QByteArrayView sql, const SqlDialect &dialect)
{
    if (isLongWrite(sql, dialect)) {
        // Reading all of it would hold up the event loop for nothing that matters.
        StatementKind kind;
        kind.changesSession = true;
        return kind;
    }
    std::vector<CodeStatement> statements(1);
    bool uncertain = false;
    SqlLexer lexer(sql, dialect);
    for (;;) {
        const SqlToken token = lexer.next();
        uncertain = uncertain || token.unterminated;
        if (token.kind == SqlToken::Kind::End)
            break;
        switch (token.kind) {
        case SqlToken::Kind::ExecutableCommentBegin:
            uncertain = true;
            break;
        case SqlToken::Kind::ExecutableCommentEnd:
        case SqlToken::Kind::Comment:
            break;
        case SqlToken::Kind::Semicolon:
            if (!statements.back().isEmpty())
                statements.emplace_back();
            break;
        default:
            statements.back().append(token);
        }
    }
    if (statements.back().isEmpty())
        statements.pop_back();

    StatementKind kind;
    kind.readsOnly
        = !uncertain && statements.size() == 1 && Protocol::readsOnly(statements.front());
    kind.changesSession
        = uncertain || std::any_of(statements.begin(), statements.end(), Protocol::changesSession);
    // MariaDB takes compound statements outside of procedures, too.
    kind.runsOthers
        = uncertain
          || std::any_of(statements.begin(), statements.end(), [](const CodeStatement &statement) {
                 return statement.isOneOf(0, {"CALL", "EXECUTE", "BEGIN", "IF", "CASE", "FOR",
                                              "LOOP", "REPEAT", "WHILE"});
             });
    kind.changesSchema
        = uncertain
          || std::any_of(statements.begin(), statements.end(), [](const CodeStatement &statement) {
                 return statement.isOneOf(0, {"ALTER", "CREATE", "DROP", "RENAME"});
             });
    kind.effects = effectsOf(statements, uncertain);
    kind.isLoadDataLocal
        = std::any_of(statements.begin(), statements.end(), Protocol::isLoadDataLocal);
    return kind;
}

} // namespace AsyncMySql::Protocol
