// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "sessioneffects.h"

#include "codestatement.h"
#include "sideeffectfreefunctions.h"

#include <algorithm>
#include <initializer_list>

namespace AsyncMySql::Protocol {

namespace {

using Kind = SqlToken::Kind;

bool isQuery(const CodeStatement &statement)
{
    size_t at = 0;
    while (statement.isOperator(at, "("))
        ++at;
    return statement.isOneOf(at, {"SELECT", "VALUES", "TABLE", "WITH"});
}

bool isName(const CodeToken &token)
{
    // With ANSI_QUOTES, which MySQL does not report, strings in double quotes are names.
    return token.kind == Kind::Word || token.kind == Kind::QuotedIdentifier
           || token.kind == Kind::String;
}

/// Functions and keywords before a parenthesis that are not free of side effects elsewhere (they
/// answer from the session), but leave nothing in it.
bool leavesNothing(const CodeStatement &statement, size_t at)
{
    return isSideEffectFreeCall(statement.at(at).text)
           || statement.isOneOf(at, {"BINLOG_GTID_POS",
                                     "CONNECTION_ID",
                                     "CURRENT_ROLE",
                                     "CURRVAL",
                                     "DATABASE",
                                     "FORCE",
                                     "FOUND_ROWS",
                                     "GTID_SUBSET",
                                     "GTID_SUBTRACT",
                                     "IGNORE",
                                     "IS_FREE_LOCK",
                                     "IS_USED_LOCK",
                                     "LASTVAL",
                                     "LAST_INSERT_ID",
                                     "MASTER_GTID_WAIT",
                                     "MASTER_POS_WAIT",
                                     "NEXTVAL",
                                     "OF",
                                     "PS_CURRENT_THREAD_ID",
                                     "PS_THREAD_ID",
                                     "RELEASE_ALL_LOCKS",
                                     "RELEASE_LOCK",
                                     "RETURNING",
                                     "ROW_COUNT",
                                     "SCHEMA",
                                     "SET",
                                     "SETVAL",
                                     "SOURCE_POS_WAIT",
                                     "STRAIGHT_JOIN",
                                     "VALUE",
                                     "WAIT_FOR_EXECUTED_GTID_SET"});
}

/// Behind the parenthesis at \a open and what belongs to it.
size_t skipParenthesis(const CodeStatement &statement, size_t open)
{
    int depth = 0;
    for (size_t i = open; i < statement.size(); ++i) {
        if (statement.isOperator(i, "("))
            ++depth;
        else if (statement.isOperator(i, ")") && --depth == 0)
            return i + 1;
    }
    return statement.size();
}

/// Where the name of the table ends that an INSERT or REPLACE at \a verb writes: a list of columns
/// may follow it.
size_t insertTarget(const CodeStatement &statement, size_t verb)
{
    size_t at = verb + 1;
    while (statement.isOneOf(at, {"LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY", "IGNORE", "INTO"}))
        ++at;
    while (statement.isOperator(at + 1, "."))
        at += 2;
    return at;
}

/// Whether the name at \a at, with a parenthesis behind it, has a list of columns there and is not
/// called: of a common table expression or of an alias.
bool namesColumns(const CodeStatement &statement, size_t at)
{
    if (at > 0
        && (statement.isOneOf(at - 1, {"AS", "WITH", "RECURSIVE"})
            || statement.isOperator(at - 1, ")"))) {
        return true;
    }
    const size_t behind = skipParenthesis(statement, at + 1);
    return statement.isWord(behind, "AS") && statement.isOperator(behind + 1, "(");
}

QByteArray variableName(const CodeToken &token)
{
    const QByteArray &text = token.text;
    return text.sliced(std::max(text.lastIndexOf('.'), text.lastIndexOf('@')) + 1);
}

/// What is called and used in the expressions of a statement.
void scanExpressions(const CodeStatement &statement, size_t from, SessionEffects *effects)
{
    size_t target = statement.size();
    bool into = false;
    for (size_t i = from; i < statement.size(); ++i) {
        const CodeToken &token = statement.at(i);
        if (token.kind == Kind::UserVariable) {
            if (into || statement.isOperator(i + 1, ":="))
                effects->leaves |= SessionTrace::UserVariables;
            continue;
        }
        if (token.kind == Kind::SystemVariable) {
            const QByteArray name = variableName(token);
            effects->asksLastStatement |= name == "WARNING_COUNT" || name == "ERROR_COUNT";
            effects->asksInsertId |= name == "LAST_INSERT_ID" || name == "IDENTITY";
            continue;
        }
        if (token.kind == Kind::Word) {
            into = into || token.text == "INTO";
            if (statement.isWord(i, "PREVIOUS") && statement.isWord(i + 1, "VALUE"))
                effects->asksInsertId = true;
            if (i > 0 && statement.isOperator(i - 1, ".")
                && statement.isOneOf(i, {"PROFILING", "SESSION_STATUS"}))
                effects->mayAskLastStatement = true;
            if (statement.isOneOf(i, {"INSERT", "REPLACE"}) && !statement.isOperator(i + 1, "("))
                target = insertTarget(statement, i);
        }
        if (!statement.isOperator(i + 1, "(") || !isName(token) || i == target)
            continue;
        const bool isQualified = i > 0 && statement.isOperator(i - 1, ".");
        if (token.kind == Kind::Word && !isQualified && leavesNothing(statement, i)) {
            effects->asksLastStatement |= statement.isOneOf(i, {"ROW_COUNT", "FOUND_ROWS"});
            effects->asksInsertId
                |= statement.isWord(i, "LASTVAL")
                   || (statement.isWord(i, "LAST_INSERT_ID") && statement.isOperator(i + 2, ")"));
        } else if (statement.isWord(i, "GET_LOCK")) {
            effects->leaves |= SessionTrace::NamedLocks;
        } else if (!namesColumns(statement, i)) {
            effects->leaves |= SessionTrace::Anything;
            effects->mayAskLastStatement = true;
        }
    }
}

bool contains(const CodeStatement &statement, std::initializer_list<const char *> words)
{
    for (size_t i = 0; i < statement.size(); ++i) {
        if (statement.isOneOf(i, words))
            return true;
    }
    return false;
}

bool usesVariables(const CodeStatement &statement)
{
    for (size_t i = 0; i < statement.size(); ++i) {
        if (statement.at(i).kind == Kind::UserVariable)
            return true;
    }
    return false;
}

bool isCharacterSetVariable(const QByteArray &name)
{
    return name.isEmpty() || name.startsWith("CHARACTER_SET_") || name.startsWith("COLLATION_");
}

enum class Scope { Unsaid, Session, Others };

Scope scopeOf(const CodeToken &token)
{
    if (token.text == "GLOBAL" || token.text == "PERSIST" || token.text == "PERSIST_ONLY")
        return Scope::Others;
    return token.text == "SESSION" || token.text == "LOCAL" ? Scope::Session : Scope::Unsaid;
}

/// One item of the list of a SET statement, which begins at \a at. False if the list ends with it.
bool addAssignment(const CodeStatement &statement, size_t at, Scope *scope, SessionEffects *effects)
{
    const CodeToken &first = statement.at(at);
    if (first.kind == Kind::UserVariable) {
        effects->leaves |= SessionTrace::UserVariables;
        return true;
    }
    QByteArray name = first.text;
    Scope own = *scope;
    if (first.kind == Kind::SystemVariable) {
        const qsizetype dot = first.text.indexOf('.');
        own = dot < 0 ? Scope::Session : scopeOf({Kind::Word, first.text.sliced(2, dot - 2)});
        name = variableName(first);
    } else if (const Scope said = scopeOf(first); said != Scope::Unsaid) {
        own = *scope = said;
        name = statement.at(at + 1).text;
    }
    if (name == "TRANSACTION") {
        if (own == Scope::Unsaid)
            effects->leaves |= SessionTrace::NextTransaction;
        else if (own == Scope::Session)
            effects->leaves |= SessionTrace::SessionVariables;
        return false;
    }
    const bool isForAll = own == Scope::Others || name == "PASSWORD"
                          || (name == "DEFAULT" && statement.isWord(at + 1, "ROLE"));
    if (isForAll)
        return name != "PASSWORD" && name != "DEFAULT";
    if (name == "NAMES" || name == "CHARSET" || name == "CHARACTER" || isCharacterSetVariable(name))
        effects->changesCharacterSet = true;
    // The status of each answer has it.
    if (name != "AUTOCOMMIT")
        effects->leaves |= SessionTrace::SessionVariables;
    return true;
}

SessionEffects effectsOfSet(const CodeStatement &statement)
{
    SessionEffects effects;
    int depth = 0;
    if (statement.isWord(1, "STATEMENT")) {
        for (size_t i = 2; i < statement.size(); ++i) {
            depth += statement.isOperator(i, "(") ? 1 : statement.isOperator(i, ")") ? -1 : 0;
            if (depth == 0 && statement.isWord(i, "FOR"))
                return SessionEffects::of(statement.from(i + 1));
        }
        return SessionEffects::unknown();
    }
    Scope scope = Scope::Unsaid;
    bool goesOn = addAssignment(statement, 1, &scope, &effects);
    for (size_t i = 2; goesOn && i < statement.size(); ++i) {
        depth += statement.isOperator(i, "(") ? 1 : statement.isOperator(i, ")") ? -1 : 0;
        if (depth == 0 && statement.isOperator(i, ","))
            goesOn = addAssignment(statement, i + 1, &scope, &effects);
    }
    scanExpressions(statement, 1, &effects);
    return effects;
}

void addCreation(const CodeStatement &statement, SessionEffects *effects)
{
    const size_t at = statement.isWord(1, "OR") ? 3 : 1;
    if (statement.isWord(at, "TEMPORARY"))
        effects->leaves |= SessionTrace::TemporaryTables;
    // Bodies and views run later.
    if (contains(statement, {"PROCEDURE", "FUNCTION", "TRIGGER", "EVENT", "VIEW", "PACKAGE"}))
        return;
    for (size_t i = at; i < statement.size(); ++i) {
        if (statement.isOneOf(i, {"SELECT", "VALUES", "WITH"})) {
            scanExpressions(statement, i, effects);
            return;
        }
    }
}

/// COMMIT and ROLLBACK.
void addEnd(const CodeStatement &statement, SessionEffects *effects)
{
    if (statement.isWord(1, "TO") || statement.isWord(2, "TO"))
        return;
    for (size_t i = 1; i < statement.size(); ++i) {
        if (statement.isWord(i, "CHAIN") && !statement.isWord(i - 1, "NO")) {
            effects->beginsTransaction = true;
            return;
        }
    }
    effects->endsTransaction = true;
}

void addBegin(SessionEffects *effects)
{
    effects->startsWithBegin = true;
    effects->beginsTransaction = true;
}

void addXa(const CodeStatement &statement, SessionEffects *effects)
{
    if (statement.isOneOf(1, {"START", "BEGIN"})) {
        addBegin(effects);
        effects->leaves |= SessionTrace::XaTransaction;
    } else if (statement.isOneOf(1, {"COMMIT", "ROLLBACK"})) {
        effects->endsTransaction = true;
        effects->releases |= SessionTrace::XaTransaction;
    }
}

void addShow(const CodeStatement &statement, SessionEffects *effects)
{
    effects->asksLastStatement |= contains(statement, {"WARNINGS", "ERRORS"});
    effects->mayAskLastStatement |= contains(statement, {"PROFILE", "PROFILES", "STATUS"});
    scanExpressions(statement, 1, effects);
}

void addExplain(const CodeStatement &statement, SessionEffects *effects)
{
    if (contains(statement, {"ANALYZE"}))
        scanExpressions(statement, 1, effects);
    else if (contains(statement, {"INTO"}) && usesVariables(statement))
        effects->leaves |= SessionTrace::UserVariables;
}

/// For a statement that does nothing but what its first words say.
bool addByFirstWord(const CodeStatement &statement, SessionEffects *effects)
{
    if (statement.isOneOf(0, {"COMMIT", "ROLLBACK"})) {
        addEnd(statement, effects);
    } else if (statement.isWord(0, "START")) {
        if (statement.isWord(1, "TRANSACTION"))
            addBegin(effects);
    } else if (statement.isWord(0, "BEGIN")
               && (statement.size() == 1
                   || (statement.size() == 2 && statement.isWord(1, "WORK")))) {
        addBegin(effects);
    } else if (statement.isWord(0, "XA")) {
        addXa(statement, effects);
    } else if (statement.isWord(0, "USE")) {
        effects->leaves |= SessionTrace::Database;
    } else if (statement.isWord(0, "PREPARE")) {
        effects->leaves |= SessionTrace::PreparedStatements;
    } else if (statement.isWord(0, "HANDLER")) {
        if (contains(statement, {"OPEN"}))
            effects->leaves |= SessionTrace::Handlers;
        scanExpressions(statement, 1, effects);
    } else if (statement.isWord(0, "LOCK") && statement.isOneOf(1, {"TABLES", "TABLE"})) {
        effects->leaves |= SessionTrace::TableLocks;
    } else if (statement.isWord(0, "UNLOCK")) {
        if (statement.isOneOf(1, {"TABLES", "TABLE"}))
            effects->releases |= SessionTrace::TableLocks;
    } else if (statement.isWord(0, "FLUSH")) {
        if (contains(statement, {"LOCK", "EXPORT"}))
            effects->leaves |= SessionTrace::TableLocks;
    } else {
        return statement.isOneOf(
            0, {"ALTER",  "CACHE",    "CHANGE",  "CHECK",    "CHECKSUM", "DEALLOCATE", "DROP",
                "GRANT",  "HELP",     "INSTALL", "KILL",     "OPTIMIZE", "PURGE",      "RELEASE",
                "RENAME", "REPAIR",   "RESET",   "RESIGNAL", "RESTART",  "REVOKE",     "SAVEPOINT",
                "SIGNAL", "SHUTDOWN", "STOP",    "TRUNCATE", "UNINSTALL"});
    }
    return true;
}

} // namespace

SessionEffects SessionEffects::of(const CodeStatement &statement)
{
    SessionEffects effects;
    bool reads = false;
    if (statement.isEmpty())
        return effects;
    if (isQuery(statement)) {
        reads = !contains(
            statement, {"UPDATE", "DELETE", "LOCK", "SHARE", "PROCEDURE", "OUTFILE", "DUMPFILE"});
        scanExpressions(statement, 0, &effects);
    } else if (statement.isOneOf(0, {"INSERT", "REPLACE", "UPDATE", "DELETE", "DO", "ANALYZE"})) {
        scanExpressions(statement, 0, &effects);
    } else if (statement.isWord(0, "SHOW")) {
        reads = true;
        addShow(statement, &effects);
    } else if (statement.isOneOf(0, {"EXPLAIN", "DESCRIBE", "DESC"})) {
        addExplain(statement, &effects);
    } else if (statement.isWord(0, "SET")) {
        effects = effectsOfSet(statement);
    } else if (statement.isWord(0, "CREATE")) {
        addCreation(statement, &effects);
    } else if (statement.isWord(0, "LOAD")) {
        if (usesVariables(statement))
            effects.leaves |= SessionTrace::UserVariables;
        for (size_t i = 1; i < statement.size(); ++i) {
            if (statement.isWord(i, "SET") && !statement.isWord(i - 1, "CHARACTER")) {
                scanExpressions(statement, i, &effects);
                break;
            }
        }
    } else if (statement.isWord(0, "GET") && contains(statement, {"DIAGNOSTICS"})) {
        reads = true;
        effects.leaves |= SessionTrace::UserVariables;
        effects.asksLastStatement = true;
    } else if (!addByFirstWord(statement, &effects)) {
        return unknown();
    }
    if (statement.isOneOf(0, {"DO", "SELECT"}) && statement.isWord(1, "RELEASE_ALL_LOCKS")
        && statement.size() == 4)
        effects.releases |= SessionTrace::NamedLocks;
    const SessionTraces more = effects.leaves & ~SessionTraces(SessionTrace::UserVariables);
    effects.onlyAsks = reads && effects.asksLastStatement && !more;
    effects.mayAskLastStatement |= effects.asksLastStatement;
    return effects;
}

SessionEffects SessionEffects::unknown()
{
    SessionEffects effects;
    effects.leaves = SessionTrace::Anything;
    effects.mayAskLastStatement = true;
    return effects;
}

void SessionEffects::append(const SessionEffects &next)
{
    leaves = (leaves & ~next.releases) | next.leaves;
    releases |= next.releases;
    if (next.beginsTransaction || next.endsTransaction) {
        beginsTransaction = next.beginsTransaction;
        endsTransaction = next.endsTransaction;
    }
    // What the statements behind the first ask for, the text itself has left.
    onlyAsks = false;
    changesCharacterSetInside |= changesCharacterSet || next.changesCharacterSetInside;
    changesCharacterSet |= next.changesCharacterSet;
}

} // namespace AsyncMySql::Protocol
