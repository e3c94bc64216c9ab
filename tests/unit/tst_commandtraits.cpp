// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "batchcommand.h"
#include "commandtraits.h"
#include "preparecommand.h"
#include "querycommand.h"
#include "sessioncommands.h"
#include "statementcache.h"
#include "transactioncommands.h"

#include <QtCore/qbuffer.h>
#include <QtCore/qstringlist.h>
#include <QtCore/qvariant.h>
#include <QtTest/qtest.h>

#include <functional>
#include <memory>
#include <utility>

using namespace AsyncMySql;
using namespace Qt::StringLiterals;

namespace {

using MakeCommand = std::function<CommandPointer()>;
using TransactionEnd = CommandTraits::TransactionEnd;
using SessionRole = CommandTraits::SessionRole;

/// The names of what is set, without the effects.
QString describe(const CommandTraits &traits)
{
    const std::pair<bool, const char *> flags[] = {
        {traits.readsOnly, "reads"},
        {traits.canPipeline, "pipelines"},
        {traits.canPipelineWhenPrepared, "pipelinesWhenPrepared"},
        {traits.isRepeatable, "repeatable"},
        {traits.pipelinesItself, "pipelinesItself"},
        {traits.usesResponseTimeout, "responseTimeout"},
        {traits.isStream, "streams"},
        {traits.resetsSession, "resetsSession"},
        {traits.resetsStatements, "resetsStatements"},
        {traits.closesSession, "closes"},
        {traits.mayCommit, "mayCommit"},
        {traits.beginsTransaction, "begins"},
        {traits.transactionEnd == TransactionEnd::Commit, "commits"},
        {traits.transactionEnd == TransactionEnd::Rollback, "rollsBack"},
        {traits.role == SessionRole::Statement, "statement"},
        {traits.role == SessionRole::SelectsDatabase, "selectsDatabase"},
        {traits.role == SessionRole::SetsAutoCommit, "setsAutoCommit"},
    };
    QStringList names;
    for (const auto &[isSet, name] : flags) {
        if (isSet)
            names.append(QString::fromLatin1(name));
    }
    return names.join(u' ');
}

std::shared_ptr<QueryCommand> query(const QString &sql, const QVariantList &parameters = {})
{
    constexpr qsizetype limit = 64 * 1024 * 1024;
    auto command
        = std::make_shared<QueryCommand>(sql, parameters, QueryCommand::Limits{limit, limit});
    command->setPreparesParameters(true);
    return command;
}

/// A session in which commands can make their exchanges.
class Session
{
public:
    Session()
    {
        m_statements.setCapacity(10);
        m_state.flavour = Protocol::ServerFlavour::MySql;
        m_state.status = Protocol::ServerStatusFlag::AutoCommit;
        m_state.capabilities = Protocol::Capability::LocalFiles;
    }

    Protocol::SqlDialect dialect() const { return m_state.dialect(); }
    StatementCache &statements() { return m_statements; }
    const SessionState &state() const { return m_state; }
    Command::Attempt start(Command &command)
    {
        const Protocol::SqlDialect dialect = m_state.dialect();
        return command.createExchange({m_state, dialect, m_statements, 16});
    }
    /// What is known of the statement in the cache.
    Protocol::StatementHandle &handle(const QString &sql)
    {
        const auto found = m_statements.findOrMake(sql, m_state);
        return *std::get<CachedStatementPointer>(found)->variants.first();
    }

private:
    SessionState m_state;
    StatementCache m_statements;
};

} // namespace

class tst_CommandTraits : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void commandHasTraits_data();
    void commandHasTraits();
    void attemptHasTheSameTraits_data();
    void attemptHasTheSameTraits();
    void effectsAreThoseOfTheText();
    void traitsDependOnTheDialect();
    void writePipelinesWhenPrepared();
    void longValuesDoNotPipeline();
    void statusFollowsTheApplication();
    void repeatableByKindAndStatus();

private:
    void addCommands();
};

void tst_CommandTraits::addCommands()
{
    QTest::addColumn<MakeCommand>("make");
    QTest::addColumn<QString>("expected");
    const auto add = [](const char *name, const char *expected, const MakeCommand &make) {
        QTest::newRow(name) << make << QString::fromLatin1(expected);
    };
    const auto addQuery = [&add](const char *sql, const char *expected) {
        add(sql, expected, [sql] { return query(QString::fromLatin1(sql)); });
    };
    addQuery("SELECT 1", "reads pipelines repeatable statement");
    addQuery("INSERT INTO a VALUES (1)", "pipelines statement");
    addQuery("SELECT a FROM b FOR UPDATE", "pipelines statement");
    addQuery("CREATE TABLE a (b INT)", "resetsStatements mayCommit statement");
    addQuery("SET @a = 1", "mayCommit statement");
    addQuery("SET sql_mode = ''", "resetsStatements mayCommit statement");
    addQuery("SET SESSION SQL_MODE = 'ANSI'", "resetsStatements mayCommit statement");
    addQuery("START TRANSACTION", "mayCommit statement");
    addQuery("COMMIT", "mayCommit statement");
    addQuery("CALL a()", "mayCommit statement");
    addQuery("LOAD DATA LOCAL INFILE 'a' INTO TABLE b", "mayCommit statement");
    add("stream", "reads repeatable streams statement", [] {
        auto command = query(u"SELECT 1"_s);
        command->setStreaming(true);
        return command;
    });
    add("LOCAL INFILE", "mayCommit statement", [] {
        static QBuffer buffer;
        if (!buffer.isOpen())
            buffer.open(QIODevice::ReadOnly);
        auto command = query(u"LOAD DATA LOCAL INFILE 'a' INTO TABLE b"_s);
        command->setLocalInfile(&buffer);
        return command;
    });
    add("idempotent", "pipelines statement", [] {
        auto command = query(u"INSERT INTO a VALUES (1)"_s);
        command->setIdempotent(true);
        return command;
    });
    add("of the library", "responseTimeout mayCommit statement", [] {
        auto command = query(u"SAVEPOINT a"_s);
        command->setUsesResponseTimeout();
        return command;
    });
    const std::tuple<const char *, int, const char *> batches[] = {
        {"INSERT INTO a VALUES (?)", 2, "statement"},
        {"INSERT INTO a VALUES (?)", 3, "pipelinesItself statement"},
        {"CREATE TABLE a (b INT DEFAULT ?)", 3, "mayCommit statement"},
        {"CALL a(?)", 3, "mayCommit statement"},
    };
    for (const auto &[text, rows, expected] : batches) {
        const char *sql = text;
        const int count = rows;
        QTest::addRow("batch of %d rows, %s", count, sql) << MakeCommand([sql, count] {
            return std::make_shared<BatchCommand>(QString::fromLatin1(sql),
                                                  QList<QVariantList>(count, {1}), 1024 * 1024);
        }) << QString::fromLatin1(expected);
    }
    add("prepare", "reads pipelines repeatable responseTimeout",
        [] { return std::make_shared<PrepareCommand>(u"INSERT INTO a VALUES (?)"_s); });
    add("ping", "repeatable responseTimeout", [] { return std::make_shared<PingCommand>(); });
    add("database", "repeatable responseTimeout selectsDatabase",
        [] { return std::make_shared<SelectDatabaseCommand>(u"shop"_s); });
    const auto addVariable = [&add](const char *name, const char *expected) {
        add(name, expected,
            [name] { return std::make_shared<SetVariableCommand>(QString::fromLatin1(name), 1); });
    };
    addVariable("max_execution_time", "repeatable responseTimeout");
    addVariable("autocommit", "repeatable responseTimeout setsAutoCommit");
    addVariable("AutoCommit", "repeatable responseTimeout setsAutoCommit");
    addVariable("sql_mode", "repeatable responseTimeout resetsStatements");
    add("reset", "repeatable responseTimeout resetsSession",
        [] { return std::make_shared<ResetSessionCommand>(); });
    add("begin", "repeatable responseTimeout begins", [] {
        return std::make_shared<BeginTransactionCommand>(std::make_shared<TransactionLease>(),
                                                         TransactionOptions());
    });
    add("commit", "responseTimeout commits",
        [] { return std::make_shared<EndTransactionCommand>(TransactionEnd::Commit); });
    add("rollback", "responseTimeout rollsBack",
        [] { return std::make_shared<EndTransactionCommand>(TransactionEnd::Rollback); });
}

void tst_CommandTraits::commandHasTraits_data()
{
    addCommands();
    QTest::newRow("close") << MakeCommand([] { return std::make_shared<CloseCommand>(); })
                           << u"closes"_s;
}

void tst_CommandTraits::commandHasTraits()
{
    QFETCH(const MakeCommand, make);
    QFETCH(const QString, expected);
    const CommandPointer command = make();
    const CommandTraits traits = command->traits(Session().dialect());
    QCOMPARE(describe(traits), expected);
    // What is known without a session does not differ.
    QCOMPARE(command->closesSession(), traits.closesSession);
    QCOMPARE(command->openedLease() != nullptr, traits.beginsTransaction);
    QCOMPARE(command->transactionEnd(), traits.transactionEnd);
}

void tst_CommandTraits::attemptHasTheSameTraits_data()
{
    addCommands();
}

void tst_CommandTraits::attemptHasTheSameTraits()
{
    QFETCH(const MakeCommand, make);
    QFETCH(const QString, expected);
    Session session;
    const CommandPointer command = make();
    const Command::Attempt attempt = session.start(*command);
    const auto *started = std::get_if<Command::Started>(&attempt);
    QVERIFY(started);
    QVERIFY(started->exchange);
    QCOMPARE(describe(started->traits), expected);
}

void tst_CommandTraits::effectsAreThoseOfTheText()
{
    Session session;
    const auto effects
        = [&](const CommandPointer &command) { return command->traits(session.dialect()).effects; };
    QVERIFY(effects(query(u"START TRANSACTION"_s)).beginsTransaction);
    QVERIFY(effects(query(u"SELECT ROW_COUNT()"_s)).asksLastStatement);
    QVERIFY(effects(query(u"USE shop"_s)).leaves.testFlag(Protocol::SessionTrace::Database));
    const auto batch
        = std::make_shared<BatchCommand>(u"SET @a = ?"_s, QList<QVariantList>{{1}}, 1024);
    QVERIFY(effects(batch).leaves.testFlag(Protocol::SessionTrace::UserVariables));
    const Command::Attempt attempt = session.start(*batch);
    QVERIFY(std::get<Command::Started>(attempt).traits.effects.leaves.testFlag(
        Protocol::SessionTrace::UserVariables));
}

void tst_CommandTraits::traitsDependOnTheDialect()
{
    const auto command = query(u"SELECT '\\'; DROP TABLE a; -- '"_s);
    Protocol::SqlDialect withEscapes;
    Protocol::SqlDialect withoutEscapes;
    withoutEscapes.noBackslashEscapes = true;
    for (int i = 0; i < 2; ++i) {
        QVERIFY(command->traits(withEscapes).readsOnly);
        QVERIFY(command->traits(withoutEscapes).resetsStatements);
    }
}

// What the server may refuse to prepare is executed in another way.
void tst_CommandTraits::writePipelinesWhenPrepared()
{
    Session session;
    const QString insert = u"INSERT INTO a VALUES (?)"_s;
    {
        const auto command = query(insert, {1});
        const Command::Attempt attempt = session.start(*command);
        QCOMPARE(describe(std::get<Command::Started>(attempt).traits),
                 u"pipelinesWhenPrepared statement"_s);
    }
    session.handle(insert).state = Protocol::StatementHandle::State::Preparing;
    QVERIFY(std::holds_alternative<Command::NotYet>(session.start(*query(insert, {1}))));
    session.handle(insert).state = Protocol::StatementHandle::State::Prepared;
    session.handle(insert).parameterCount = 1;
    {
        const auto command = query(insert, {1});
        const Command::Attempt attempt = session.start(*command);
        QVERIFY(std::holds_alternative<Command::Started>(attempt));
        QCOMPARE(describe(std::get<Command::Started>(attempt).traits), u"pipelines statement"_s);
    }
    const auto read = query(u"SELECT ?"_s, {1});
    const Command::Attempt attempt = session.start(*read);
    QCOMPARE(describe(std::get<Command::Started>(attempt).traits),
             u"reads pipelines repeatable statement"_s);
}

void tst_CommandTraits::longValuesDoNotPipeline()
{
    Session session;
    const auto command = query(u"SELECT ?"_s, {QByteArray(2 * 1024 * 1024, 'a')});
    QVERIFY(command->traits(session.dialect()).canPipeline);
    const Command::Attempt attempt = session.start(*command);
    QCOMPARE(describe(std::get<Command::Started>(attempt).traits), u"reads repeatable statement"_s);
}

void tst_CommandTraits::statusFollowsTheApplication()
{
    const auto command = query(u"INSERT INTO a VALUES (1)"_s);
    QVERIFY(command->status().canBeSentAgain);
    QVERIFY(!command->status().isIdempotent);
    command->setIdempotent(true);
    QVERIFY(command->status().isIdempotent);
    const CommandStatus other = PingCommand().status();
    QVERIFY(other.canBeSentAgain);
    QVERIFY(!other.isIdempotent);
}

void tst_CommandTraits::repeatableByKindAndStatus()
{
    CommandTraits reads;
    reads.isRepeatable = true;
    const CommandTraits writes;
    QVERIFY(isRepeatable(reads, {true, false}));
    QVERIFY(!isRepeatable(writes, {true, false}));
    QVERIFY(isRepeatable(writes, {true, true}));
    // Rows were handed out.
    QVERIFY(!isRepeatable(reads, {false, false}));
    QVERIFY(!isRepeatable(writes, {false, true}));
}

QTEST_GUILESS_MAIN(tst_CommandTraits)

#include "tst_commandtraits.moc"
