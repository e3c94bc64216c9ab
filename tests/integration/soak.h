// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "servers.h"

#include "cuttingproxy.h"

#include <AsyncMySql/Batch>
#include <AsyncMySql/PreparedStatement>
#include <AsyncMySql/Query>
#include <AsyncMySql/Transaction>

#include <QtCore/qhash.h>
#include <QtCore/qobject.h>
#include <QtCore/qrandom.h>
#include <QtCore/qstringlist.h>

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <vector>

/// Thousands of mixed jobs over connections that break, fall silent, and close when idle, and the
/// account of what became of each: what it said itself, against what the server has in its tables
/// afterwards.
class Soak : public QObject
{
    Q_OBJECT

public:
    Soak(const Servers::Server &server, quint32 seed, int jobs);
    ~Soak() override;

    /// False if the jobs are not through in time.
    bool run(std::chrono::milliseconds limit);
    /// Compares with the tables. To be called once, after run().
    void audit();

    /// What was wrong, up to some number of complaints.
    QStringList complaints() const { return m_complaints; }
    /// For the log: how many jobs of what sort ended how, and how often each event came.
    QStringList account() const;
    /// The events that should have come, and did not: without them nothing was proven.
    QStringList missingEvents() const;

    int cuts() const;
    /// How many jobs ended with success, and with an error of each Error::Execution.
    int successes() const { return m_successes; }
    int errors(AsyncMySql::Error::Execution execution) const;
    int errors(AsyncMySql::Error::Code code) const { return m_errorCodes.value(code); }

Q_SIGNALS:
    void completed();

private:
    enum class Kind {
        Insert,
        IdempotentInsert,
        CancelledInsert,
        DeletedInsert,
        ExpiringInsert,
        RefusedInsert,
        AdoptedInsert,
        OrphanedInsert,
        Update,
        Echo,
        ManyRows,
        SlowSelect,
        Ping,
        SelectDatabase,
        CurrentDatabase,
        PreparedEcho,
        Stream,
        CancelledStream,
        Commit,
        FailedCommit,
        Rollback,
        DestroyedTransaction,
        StatementCommit,
        StatementRollback,
        HeldTransaction,
        Batch,
        RefusedBatch,
        CancelledBatch,
        ExpiringBatch,
        DeviceInsert,
    };
    static constexpr int KindCount = 30;
    static const char *name(Kind kind);
    static bool isBatch(Kind kind);

    enum class Event {
        IdleClose,
        ServerClose,
        StatementCommit,
        StatementRollback,
        StatementLoss,
        HeldCommit,
        HeldLoss,
        CancelWithinBatch,
        TimeoutWithinBatch,
        Silence,
        SilenceEnded,
        RefusedCommit,
        AdoptedJob,
        OrphanedJob,
        DeletedConnection,
    };
    static constexpr int EventCount = 15;
    static const char *name(Event event);
    void count(Event event) { ++m_events[static_cast<size_t>(event)]; }
    int events(Event event) const;

    struct Record
    {
        Kind kind = Kind::Ping;
        size_t lane = 0;
        int finished = 0;
        int errors = 0;
        bool deleted = false;
        /// Of a FailedCommit: a job before commit() did not go well.
        bool hasFailedJob = false;
        /// Of a stream: how many were taken. Of a batch: how many it calls executed.
        qsizetype rows = 0;
        /// Of a batch.
        qsizetype sentRows = 0;
        quint64 affectedRows = 0;
        AsyncMySql::Error error;
    };

    /// A transaction that consists of statements: BEGIN, INSERT, UPDATE, and COMMIT or ROLLBACK.
    static constexpr size_t PartCount = 4;
    struct Parts
    {
        std::array<int, PartCount> finished{};
        std::array<AsyncMySql::Error, PartCount> errors;
    };

    enum class LaneState {
        Fed,
        Draining, ///< gets no more jobs, and pauses when those that it has are through
        Paused,
        Replaced, ///< its connection goes; nothing is begun before it has another one
    };

    /// One connection and what is known of it.
    struct Lane
    {
        std::unique_ptr<AsyncMySql::Connection> connection;
        AsyncMySql::PreparedStatement *echo = nullptr;
        LaneState state = LaneState::Fed;
        int open = 0;
        int ended = 0;
        int pauses = 0;
        /// A transaction is open during the pause.
        bool holds = false;
        /// As the last selectDatabase() that went well has left it.
        QString database;
    };

    static constexpr size_t LaneCount = 6;
    /// Most are as they are by default: statements are prepared, and many are on their way.
    static constexpr size_t ShallowLane = 1;
    static constexpr size_t TextLane = 3;
    /// Its sessions fall silent; those of the lanes before it are cut.
    static constexpr size_t SilentLane = 4;
    /// Nothing stands between it and the server, which closes its idle sessions.
    static constexpr size_t CalmLane = 5;
    static constexpr int QueueDepth = 12;
    static constexpr int JobsOfAConnection = 70;
    static constexpr int RowsOfMany = 300;
    static constexpr int RowsOfBatch = 25;
    static constexpr int RowsOfStoppedBatch = 60;
    /// Of a RefusedBatch, the row that is refused.
    static constexpr int RefusedRow = 15;
    static constexpr int SmallestDevice = 500;
    static constexpr int DeviceSizes = 20'000;

    void makeTables();
    void logInBehindTheProxy();
    QString sqlOfInsert() const;
    QString sqlOfUpdate() const;

    // The lanes.
    void openLane(size_t index);
    void cutByBytes();
    void watchConnection(size_t index);
    void feed(size_t index);
    void ended(size_t index);
    void pause(size_t index);
    void resume(size_t index);
    void replaceConnection(size_t index);

    // The jobs.
    Kind pickKind();
    void startJob(size_t index, Kind kind);
    void harm(AsyncMySql::Job *job, Kind kind, quint64 token);
    void atSomeMoment(AsyncMySql::Job *job, const std::function<void()> &act);
    AsyncMySql::Job *createJob(Lane *lane, Kind kind, quint64 token);
    AsyncMySql::Job *createBatch(AsyncMySql::Connection *connection, Kind kind, quint64 token);
    static int sizeOfDevice(quint64 token);
    AsyncMySql::Job *createUpload(AsyncMySql::Connection *connection, quint64 token);
    void readStream(AsyncMySql::Query *query, quint64 token);
    void takeRows(AsyncMySql::Query *query, quint64 token, qsizetype maximum);
    void watch(AsyncMySql::Job *job, quint64 token, const QString &expectedDatabase);
    void finished(AsyncMySql::Job *job, quint64 token, const QString &target);
    void finishedBatch(AsyncMySql::Batch *batch, quint64 token);
    void check(AsyncMySql::Query *query, quint64 token, Kind kind);
    void complain(quint64 token, const QString &what);

    // The transactions.
    static bool isTransaction(Kind kind);
    static bool isByStatement(Kind kind);
    void startTransaction(AsyncMySql::Connection *connection, Kind kind, quint64 token);
    void addTransactionJobs(AsyncMySql::Transaction *transaction, Kind kind, quint64 token);
    void addFailingJob(AsyncMySql::Transaction *transaction, quint64 token);
    void finishedTransaction(AsyncMySql::Transaction *transaction, quint64 token);
    AsyncMySql::Query *executePart(quint64 token, size_t part);
    void finishedPart(AsyncMySql::Query *query, quint64 token, size_t part);
    void finishedByStatement(quint64 token);
    void holdTransaction(size_t index, std::chrono::milliseconds duration);

    // The audit.
    bool areSessionsGone(AsyncMySql::Connection *admin);
    void auditBatches(AsyncMySql::Connection *admin);
    void auditDevices(AsyncMySql::Connection *admin);
    void auditWrite(quint64 token, int applied);
    void auditByStatement(quint64 token, int inserts, int updates);
    QHash<quint64, int> countsOf(AsyncMySql::Connection *admin, const QString &sql);

    const Servers::Server m_server;
    const int m_jobs;
    Servers::Database m_database;
    Servers::Database m_otherDatabase;
    Servers::Account m_account;
    Fake::CuttingProxy m_timedProxy;
    Fake::CuttingProxy m_countingProxy;
    Fake::CuttingProxy m_silentProxy;
    QRandomGenerator m_random;
    std::array<Lane, LaneCount> m_lanes;
    std::vector<Record> m_records;
    QHash<quint64, Parts> m_parts;
    int m_started = 0;
    int m_ended = 0;
    int m_successes = 0;
    int m_appliedUnknown = 0;
    int m_repeatedWrites = 0;
    int m_maximumAttempts = 0;
    std::array<int, EventCount> m_events{};
    QHash<int, int> m_errorCodes;
    QStringList m_complaints;
    /// Of jobs that were given another parent.
    QObject m_owner;
};
