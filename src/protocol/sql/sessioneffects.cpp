// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "sessioneffects.h"

#include "codestatement.h"

#include <algorithm>

namespace AsyncMySql::Protocol {

namespace {

using Word = SqlWord;

using Kind = SqlToken::Kind;

bool isQuery(const CodeStatement &statement)
{
    size_t at = 0;
    while (statement.isOperator(at, '('))
        ++at;
    return statement.isOneOf(at, Word::Select, Word::Values, Word::Table, Word::With);
}

bool isName(const CodeToken &token)
{
    // With ANSI_QUOTES, which MySQL does not report, strings in double quotes are names; and names
    // can begin with a digit.
    return token.kind == Kind::Word || token.kind == Kind::QuotedIdentifier
           || token.kind == Kind::String || token.kind == Kind::Number;
}

/// Functions and keywords before a parenthesis that are not free of side effects elsewhere (they
/// answer from the session), but leave nothing in it.
bool leavesNothing(const CodeStatement &statement, size_t at)
{
    return statement.at(at).traits.isSideEffectFree
           || statement.isOneOf(
               at, Word::BinlogGtidPos, Word::ConnectionId, Word::CurrentRole, Word::Currval,
               Word::Database, Word::Force, Word::FoundRows, Word::GtidSubset, Word::GtidSubtract,
               Word::Ignore, Word::IsFreeLock, Word::IsUsedLock, Word::Lastval, Word::LastInsertId,
               Word::MasterGtidWait, Word::MasterPosWait, Word::Nextval, Word::Of,
               Word::PsCurrentThreadId, Word::PsThreadId, Word::ReleaseAllLocks, Word::ReleaseLock,
               Word::Returning, Word::RowCount, Word::Schema, Word::Set, Word::Setval,
               Word::SourcePosWait, Word::StraightJoin, Word::Value, Word::WaitForExecutedGtidSet);
}

/// Behind the parenthesis at \a open and what belongs to it.
size_t skipParenthesis(const CodeStatement &statement, size_t open)
{
    int depth = 0;
    for (size_t i = open; i < statement.size(); ++i) {
        if (statement.isOperator(i, '('))
            ++depth;
        else if (statement.isOperator(i, ')') && --depth == 0)
            return i + 1;
    }
    return statement.size();
}

/// Where the name of the table ends that an INSERT or REPLACE at \a verb writes: a list of columns
/// may follow it.
size_t insertTarget(const CodeStatement &statement, size_t verb)
{
    size_t at = verb + 1;
    while (statement.isOneOf(at, Word::LowPriority, Word::Delayed, Word::HighPriority, Word::Ignore,
                             Word::Into))
        ++at;
    while (statement.isOperator(at + 1, '.'))
        at += 2;
    return at;
}

/// Whether the name at \a at, with a parenthesis behind it, has a list of columns there and is not
/// called: of a common table expression or of an alias.
bool namesColumns(const CodeStatement &statement, size_t at)
{
    if (at > 0
        && (statement.isOneOf(at - 1, Word::As, Word::With, Word::Recursive)
            || statement.isOperator(at - 1, ')'))) {
        return true;
    }
    const size_t behind = skipParenthesis(statement, at + 1);
    return statement.isWord(behind, Word::As) && statement.isOperator(behind + 1, '(');
}

QByteArray variableName(const CodeToken &token)
{
    const QByteArray text = token.upperText();
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
            if (into || statement.isOperator(i + 1, CodeToken::Assign))
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
            into = into || token.traits.word == Word::Into;
            if (statement.isWord(i, Word::Previous) && statement.isWord(i + 1, Word::Value))
                effects->asksInsertId = true;
            if (i > 0 && statement.isOperator(i - 1, '.')
                && statement.isOneOf(i, Word::Profiling, Word::SessionStatus))
                effects->mayAskLastStatement = true;
            if (statement.isOneOf(i, Word::Insert, Word::Replace)
                && !statement.isOperator(i + 1, '('))
                target = insertTarget(statement, i);
        }
        if (!statement.isOperator(i + 1, '(') || !isName(token) || i == target)
            continue;
        const bool isQualified = i > 0 && statement.isOperator(i - 1, '.');
        if (token.kind == Kind::Word && !isQualified && leavesNothing(statement, i)) {
            effects->asksLastStatement |= statement.isOneOf(i, Word::RowCount, Word::FoundRows);
            effects->asksInsertId
                |= statement.isWord(i, Word::Lastval)
                   || (statement.isWord(i, Word::LastInsertId) && statement.isOperator(i + 2, ')'));
        } else if (statement.isWord(i, Word::GetLock)) {
            effects->leaves |= SessionTrace::NamedLocks;
        } else if (!namesColumns(statement, i)) {
            effects->leaves |= SessionTrace::Anything;
            effects->mayAskLastStatement = true;
        }
    }
}

template <typename... Words>
bool contains(const CodeStatement &statement, Words... words)
{
    for (size_t i = 0; i < statement.size(); ++i) {
        if (statement.isOneOf(i, words...))
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

Scope scopeOf(const QByteArray &word)
{
    if (word == "GLOBAL" || word == "PERSIST" || word == "PERSIST_ONLY")
        return Scope::Others;
    return word == "SESSION" || word == "LOCAL" ? Scope::Session : Scope::Unsaid;
}

/// One item of the list of a SET statement, which begins at \a at. False if the list ends with it.
bool addAssignment(const CodeStatement &statement, size_t at, Scope *scope, SessionEffects *effects)
{
    const CodeToken &first = statement.at(at);
    if (first.kind == Kind::UserVariable) {
        effects->leaves |= SessionTrace::UserVariables;
        return true;
    }
    QByteArray name = first.upperText();
    Scope own = *scope;
    if (first.kind == Kind::SystemVariable) {
        const qsizetype dot = name.indexOf('.');
        own = dot < 0 ? Scope::Session : scopeOf(name.sliced(2, dot - 2));
        name = variableName(first);
    } else if (const Scope said = scopeOf(name); said != Scope::Unsaid) {
        own = *scope = said;
        name = statement.at(at + 1).upperText();
    }
    if (name == "TRANSACTION") {
        if (own == Scope::Unsaid)
            effects->leaves |= SessionTrace::NextTransaction;
        else if (own == Scope::Session)
            effects->leaves |= SessionTrace::SessionVariables;
        return false;
    }
    if (own == Scope::Unsaid && (name == "ROLE" || name == "RESOURCE")) {
        effects->leaves |= SessionTrace::Role;
        return false;
    }
    const bool isForAll = own == Scope::Others || name == "PASSWORD"
                          || (name == "DEFAULT" && statement.isWord(at + 1, Word::Role));
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
    if (statement.isWord(1, Word::Statement)) {
        for (size_t i = 2; i < statement.size(); ++i) {
            depth += statement.isOperator(i, '(') ? 1 : statement.isOperator(i, ')') ? -1 : 0;
            if (depth == 0 && statement.isWord(i, Word::For))
                return SessionEffects::of(statement.from(i + 1));
        }
        return SessionEffects::unknown();
    }
    Scope scope = Scope::Unsaid;
    bool goesOn = addAssignment(statement, 1, &scope, &effects);
    for (size_t i = 2; goesOn && i < statement.size(); ++i) {
        depth += statement.isOperator(i, '(') ? 1 : statement.isOperator(i, ')') ? -1 : 0;
        if (depth == 0 && statement.isOperator(i, ','))
            goesOn = addAssignment(statement, i + 1, &scope, &effects);
    }
    scanExpressions(statement, 1, &effects);
    return effects;
}

void addCreation(const CodeStatement &statement, SessionEffects *effects)
{
    const size_t at = statement.isWord(1, Word::Or) ? 3 : 1;
    if (statement.isWord(at, Word::Temporary))
        effects->leaves |= SessionTrace::TemporaryTables;
    // Bodies and views run later. What stands behind TABLE can be a name.
    for (size_t i = at; i < statement.size() && !statement.isWord(i, Word::Table); ++i) {
        if (statement.isOneOf(i, Word::Procedure, Word::Function, Word::Trigger, Word::Event,
                              Word::View, Word::Package))
            return;
    }
    for (size_t i = at; i < statement.size(); ++i) {
        if (statement.isOneOf(i, Word::Select, Word::Values, Word::With)) {
            scanExpressions(statement, i, effects);
            return;
        }
    }
}

/// COMMIT and ROLLBACK.
void addEnd(const CodeStatement &statement, SessionEffects *effects)
{
    if (statement.isWord(1, Word::To) || statement.isWord(2, Word::To))
        return;
    for (size_t i = 1; i < statement.size(); ++i) {
        if (statement.isWord(i, Word::Chain) && !statement.isWord(i - 1, Word::No)) {
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
    if (statement.isOneOf(1, Word::Start, Word::Begin)) {
        addBegin(effects);
        effects->leaves |= SessionTrace::XaTransaction;
    } else if (statement.isOneOf(1, Word::Commit, Word::Rollback)) {
        effects->endsTransaction = true;
        effects->releases |= SessionTrace::XaTransaction;
    }
}

void addShow(const CodeStatement &statement, SessionEffects *effects)
{
    effects->asksLastStatement |= contains(statement, Word::Warnings, Word::Errors);
    effects->mayAskLastStatement
        |= contains(statement, Word::Profile, Word::Profiles, Word::Status);
    scanExpressions(statement, 1, effects);
}

void addExplain(const CodeStatement &statement, SessionEffects *effects)
{
    if (contains(statement, Word::Analyze))
        scanExpressions(statement, 1, effects);
    else if (contains(statement, Word::Into) && usesVariables(statement))
        effects->leaves |= SessionTrace::UserVariables;
}

/// For a statement that does nothing but what its first words say.
bool addByFirstWord(const CodeStatement &statement, SessionEffects *effects)
{
    if (statement.isOneOf(0, Word::Commit, Word::Rollback)) {
        addEnd(statement, effects);
    } else if (statement.isWord(0, Word::Start)) {
        if (statement.isWord(1, Word::Transaction))
            addBegin(effects);
    } else if (statement.isWord(0, Word::Begin)
               && (statement.size() == 1
                   || (statement.size() == 2 && statement.isWord(1, Word::Work)))) {
        addBegin(effects);
    } else if (statement.isWord(0, Word::Xa)) {
        addXa(statement, effects);
    } else if (statement.isWord(0, Word::Use)) {
        effects->leaves |= SessionTrace::Database;
    } else if (statement.isWord(0, Word::Drop)
               && statement.isOneOf(1, Word::Database, Word::Schema)) {
        effects->leaves |= SessionTrace::DroppedDatabase;
    } else if (statement.isWord(0, Word::Prepare)) {
        effects->leaves |= SessionTrace::PreparedStatements;
    } else if (statement.isWord(0, Word::Handler)) {
        if (contains(statement, Word::Open))
            effects->leaves |= SessionTrace::Handlers;
        scanExpressions(statement, 1, effects);
    } else if (statement.isWord(0, Word::Lock) && statement.isOneOf(1, Word::Tables, Word::Table)) {
        effects->leaves |= SessionTrace::TableLocks;
    } else if (statement.isWord(0, Word::Unlock)) {
        if (statement.isOneOf(1, Word::Tables, Word::Table))
            effects->releases |= SessionTrace::TableLocks;
    } else if (statement.isWord(0, Word::Flush)) {
        if (contains(statement, Word::Lock, Word::Export))
            effects->leaves |= SessionTrace::TableLocks;
    } else {
        return statement.isOneOf(
            0, Word::Alter, Word::Cache, Word::Change, Word::Check, Word::Checksum,
            Word::Deallocate, Word::Drop, Word::Grant, Word::Help, Word::Install, Word::Kill,
            Word::Optimize, Word::Purge, Word::Release, Word::Rename, Word::Repair, Word::Reset,
            Word::Resignal, Word::Restart, Word::Revoke, Word::Savepoint, Word::Signal,
            Word::Shutdown, Word::Stop, Word::Truncate, Word::Uninstall);
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
        reads = !contains(statement, Word::Update, Word::Delete, Word::Lock, Word::Share,
                          Word::Procedure, Word::Outfile, Word::Dumpfile);
        scanExpressions(statement, 0, &effects);
    } else if (statement.isOneOf(0, Word::Insert, Word::Replace, Word::Update, Word::Delete,
                                 Word::Do, Word::Analyze)) {
        scanExpressions(statement, 0, &effects);
    } else if (statement.isWord(0, Word::Show)) {
        reads = true;
        addShow(statement, &effects);
    } else if (statement.isOneOf(0, Word::Explain, Word::Describe, Word::Desc)) {
        addExplain(statement, &effects);
    } else if (statement.isWord(0, Word::Set)) {
        effects = effectsOfSet(statement);
    } else if (statement.isWord(0, Word::Create)) {
        addCreation(statement, &effects);
    } else if (statement.isWord(0, Word::Load)) {
        if (usesVariables(statement))
            effects.leaves |= SessionTrace::UserVariables;
        for (size_t i = 1; i < statement.size(); ++i) {
            if (statement.isWord(i, Word::Set) && !statement.isWord(i - 1, Word::Character)) {
                scanExpressions(statement, i, &effects);
                break;
            }
        }
    } else if (statement.isWord(0, Word::Get) && contains(statement, Word::Diagnostics)) {
        reads = true;
        effects.leaves |= SessionTrace::UserVariables;
        effects.asksLastStatement = true;
    } else if (!addByFirstWord(statement, &effects)) {
        return unknown();
    }
    if (statement.isOneOf(0, Word::Do, Word::Select) && statement.isWord(1, Word::ReleaseAllLocks)
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
