// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "statementkind.h"

#include "codestatement.h"
#include "sqllexer.h"

#include <QtCore/qvarlengtharray.h>

#include <algorithm>
#include <utility>

namespace AsyncMySql::Protocol {

namespace {

using Word = SqlWord;
/// Most texts have one.
using CodeStatements = QVarLengthArray<CodeStatement, 1>;

/// The first token behind the parentheses that a SELECT may have around it.
size_t skipParentheses(const CodeStatement &statement, size_t at)
{
    while (statement.isOperator(at, '('))
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
            if (statement.isOneOf(i, Word::Nextval, Word::Currval)
                || (statement.isOneOf(i, Word::Next, Word::Previous)
                    && statement.isWord(i + 1, Word::Value))) {
                return true;
            }
            if (statement.isOperator(i + 1, '(')
                && (!statement.at(i).traits.isSideEffectFree
                    || (i > from && statement.isOperator(i - 1, '.')))) {
                return true;
            }
            break;
        case SqlToken::Kind::String: // with ANSI_QUOTES, which MySQL does not report, it is an
                                     // identifier
        case SqlToken::Kind::QuotedIdentifier:
        case SqlToken::Kind::Number: // a name can begin with a digit
            if (statement.isOperator(i + 1, '('))
                return true;
            break;
        case SqlToken::Kind::Operator:
            if (statement.isOperator(i, CodeToken::Assign))
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
        if (statement.isOneOf(i, Word::Into, Word::Update, Word::Delete, Word::Lock,
                              Word::Procedure))
            return false;
        if (statement.isOneOf(i, Word::Insert, Word::Replace) && !statement.isOperator(i + 1, '('))
            return false;
        if (statement.isWord(i, Word::For) && statement.isOneOf(i + 1, Word::Update, Word::Share))
            return false;
    }
    return !callsUnknown(statement, from);
}

bool showReadsOnly(const CodeStatement &statement)
{
    for (size_t i = 1; i < statement.size(); ++i) {
        // Answered from what the session did before.
        if (statement.isOneOf(i, Word::Warnings, Word::Errors, Word::Profile, Word::Profiles))
            return false;
    }
    return !callsUnknown(statement, 1);
}

/// The first token behind FORMAT = JSON and the like.
size_t skipExplainOptions(const CodeStatement &statement, size_t at)
{
    for (;;) {
        if (statement.isOneOf(at, Word::Extended, Word::Partitions))
            ++at;
        else if (statement.isWord(at, Word::Format) && statement.isOperator(at + 1, '='))
            at += 3;
        else
            return at;
    }
}

bool isQuery(const CodeStatement &statement, size_t at)
{
    return statement.isOneOf(skipParentheses(statement, at), Word::Select, Word::Values,
                             Word::Table, Word::With);
}

/// EXPLAIN shows what a statement would do; EXPLAIN ANALYZE, and ANALYZE of MariaDB, do it.
bool explainReadsOnly(const CodeStatement &statement)
{
    size_t at = skipExplainOptions(statement, 1);
    if (statement.isWord(at, Word::Analyze)) {
        at = skipExplainOptions(statement, at + 1);
        return isQuery(statement, at) && queryReadsOnly(statement, at);
    }
    if (isQuery(statement, at))
        return queryReadsOnly(statement, at);
    // EXPLAIN FORMAT=JSON INTO @plan keeps the plan in a variable (MySQL 8.1).
    return at < statement.size() && !statement.isWord(at, Word::Into)
           && !callsUnknown(statement, at);
}

bool analyzeReadsOnly(const CodeStatement &statement)
{
    const size_t at = skipExplainOptions(statement, 1);
    // ANALYZE TABLE writes statistics.
    return isQuery(statement, at) && !statement.isWord(at, Word::Table)
           && queryReadsOnly(statement, at);
}

bool readsOnly(const CodeStatement &statement)
{
    if (isQuery(statement, 0))
        return queryReadsOnly(statement, 0);
    if (statement.isWord(0, Word::Show))
        return showReadsOnly(statement);
    if (statement.isOneOf(0, Word::Explain, Word::Describe, Word::Desc))
        return explainReadsOnly(statement);
    if (statement.isWord(0, Word::Analyze))
        return analyzeReadsOnly(statement);
    return false;
}

bool changesSession(const CodeStatement &statement)
{
    const bool isPlain
        = isQuery(statement, 0)
          || statement.isOneOf(0, Word::Insert, Word::Update, Word::Delete, Word::Replace,
                               Word::Show, Word::Explain, Word::Describe, Word::Desc);
    if (!isPlain)
        return true;
    bool into = false;
    for (size_t i = 0; i < statement.size(); ++i) {
        if (statement.isOperator(i, CodeToken::Assign))
            return true;
        into = into || statement.isWord(i, Word::Into);
        if (into && statement.at(i).kind == SqlToken::Kind::UserVariable)
            return true;
        if (statement.isOneOf(i, Word::GetLock, Word::ReleaseLock, Word::ReleaseAllLocks,
                              Word::LastInsertId, Word::Setval, Word::SqlCalcFoundRows)) {
            return true;
        }
    }
    return false;
}

/// Whether the word adds nothing to what a SELECT does: it reads.
bool isPlainInSelect(SqlWord word)
{
    switch (word) {
    case Word::Other:
    case Word::As:
    case Word::Case:
    case Word::Data:
    case Word::Desc:
    case Word::End:
    case Word::Format:
    case Word::If:
    case Word::Or:
    case Word::Status:
        return true;
    default:
        return false;
    }
}

/// The same for INSERT, REPLACE, UPDATE and DELETE, which write.
bool isPlainInWrite(SqlWord word)
{
    switch (word) {
    case Word::Into:
    case Word::Select:
    case Word::Set:
    case Word::Update:
    case Word::Value:
    case Word::Values:
        return true;
    default:
        return isPlainInSelect(word);
    }
}

/// Most texts are one statement that reads or writes tables, with nothing that needs a closer look.
enum class Plain { No, Read, Write };

/// Finds out in one pass. No in doubt: then the text is analyzed.
Plain plainnessOf(QByteArrayView sql, const SqlDialect &dialect)
{
    using Kind = SqlToken::Kind;
    SqlLexer lexer(sql, dialect);
    SqlToken token = lexer.next();
    if (token.kind != Kind::Word)
        return Plain::No;
    const SqlWordTraits first = SqlWordTraits::of(token.text);
    const bool isRead = first.word == Word::Select;
    // What it writes to can have a list of columns behind it, which is no call.
    const bool hasTarget = first.word == Word::Insert || first.word == Word::Replace;
    if (!isRead && !hasTarget && first.word != Word::Update && first.word != Word::Delete)
        return Plain::No;

    bool awaitsTarget = hasTarget;
    bool isTarget = false;
    bool isQualified = false;
    bool isCallUnknown = !first.isSideEffectFree; // if a parenthesis follows
    for (;;) {
        token = lexer.next();
        if (token.unterminated)
            return Plain::No;
        const bool wasTarget = std::exchange(isTarget, false);
        const bool wasQualified = std::exchange(isQualified, false);
        const bool wouldCallUnknown = std::exchange(isCallUnknown, false);
        switch (token.kind) {
        case Kind::End:
            return isRead ? Plain::Read : Plain::Write;
        case Kind::Word: {
            const SqlWordTraits traits = SqlWordTraits::of(token.text);
            if (!(isRead ? isPlainInSelect(traits.word) : isPlainInWrite(traits.word)))
                return Plain::No;
            if (awaitsTarget && traits.word == Word::Into)
                break;
            isTarget = std::exchange(awaitsTarget, false);
            isCallUnknown = !isTarget && (wasQualified || !traits.isSideEffectFree);
            break;
        }
        case Kind::String:
        case Kind::QuotedIdentifier:
            isTarget = std::exchange(awaitsTarget, false);
            isCallUnknown = !isTarget;
            break;
        case Kind::Number:
            // A name can begin with a digit.
            isCallUnknown = true;
            [[fallthrough]];
        case Kind::Placeholder:
        case Kind::NamedPlaceholder:
            if (awaitsTarget)
                return Plain::No;
            break;
        case Kind::Operator:
            if (awaitsTarget)
                return Plain::No;
            switch (token.text.front()) {
            case ':':
            case '@':
                return Plain::No;
            case '(':
                if (wouldCallUnknown)
                    return Plain::No;
                break;
            case '.':
                isQualified = true;
                awaitsTarget = wasTarget;
                break;
            default:
                break;
            }
            break;
        default:
            return Plain::No;
        }
    }
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
    return statement.isOneOf(0, Word::Insert, Word::Replace, Word::Update, Word::Delete);
}

/// Whether the semicolons lie in the body of a procedure that the text creates.
bool isOneRoutine(const CodeStatements &statements)
{
    const CodeStatement &first = statements.front();
    if (!first.isWord(0, Word::Create) || !statements.back().isWord(0, Word::End))
        return false;
    for (size_t i = 1; i < first.size(); ++i) {
        if (first.isWord(i, Word::Begin))
            return true;
    }
    return false;
}

SessionEffects effectsOf(const CodeStatements &statements, bool uncertain)
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
    if (statements.isEmpty())
        return effects;
    effects = SessionEffects::of(statements.front());
    if (isOneRoutine(statements))
        return effects;
    for (qsizetype i = 1; i < statements.size(); ++i)
        effects.append(SessionEffects::of(statements[i]));
    return effects;
}

bool isLoadDataLocal(const CodeStatement &statement)
{
    if (!statement.isWord(0, Word::Load) || !statement.isOneOf(1, Word::Data, Word::Xml))
        return false;
    const size_t at = statement.isOneOf(2, Word::LowPriority, Word::Concurrent) ? 3 : 2;
    return statement.isWord(at, Word::Local);
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
    if (const Plain plain = plainnessOf(sql, dialect); plain != Plain::No) {
        StatementKind kind;
        kind.readsOnly = plain == Plain::Read;
        kind.changesSession = false;
        kind.effects = {};
        return kind;
    }
    CodeStatements statements(1);
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
                 return statement.isOneOf(0, Word::Call, Word::Execute, Word::Begin, Word::If,
                                          Word::Case, Word::For, Word::Loop, Word::Repeat,
                                          Word::While);
             });
    kind.changesSchema
        = uncertain
          || std::any_of(statements.begin(), statements.end(), [](const CodeStatement &statement) {
                 return statement.isOneOf(0, Word::Alter, Word::Create, Word::Drop, Word::Rename);
             });
    kind.effects = effectsOf(statements, uncertain);
    kind.isLoadDataLocal
        = std::any_of(statements.begin(), statements.end(), Protocol::isLoadDataLocal);
    return kind;
}

} // namespace AsyncMySql::Protocol
