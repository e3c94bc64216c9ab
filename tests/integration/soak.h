// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "servers.h"

#include "cuttingproxy.h"

#include <AsyncMySql/Batch>
#include <AsyncMySql/PreparedStatement>
#include <AsyncMySql/Transaction>

#include <QtCore/qrandom.h>

#include <array>
#include <functional>
#include <memory>
#include <vector>

/// Thousands of mixed jobs over connections that break all the time, and the account of what became
/// of each: what it said itself, against what the server has in its tables afterwards.
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
    /// For the log: how many jobs of what sort ended how.
    QStringList account() const;

    int cuts() const;
    /// How many jobs ended with success, and with an error of each Error::Execution.
    int successes() const { return m_successes; }
    int errors(AsyncMySql::Error::Execution execution) const;
    int errors(AsyncMySql::Error::Code code) const { return m_errorCodes.value(code); }
    /// Writes that were applied although their jobs say that nobody knows.
    int appliedUnknown() const { return m_appliedUnknown; }
    int repeatedWrites() const { return m_repeatedWrites; }

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
        Rollback,
        DestroyedTransaction,
        Batch,
        RefusedBatch,
        DeviceInsert,
    };
    static constexpr int KindCount = 22;
    static const char *name(Kind kind);

    struct Record
    {
        Kind kind = Kind::Ping;
        int lane = 0;
        int finished = 0;
        int errors = 0;
        bool deleted = false;
        /// Of a stream: how many were taken. Of a batch: how many it calls executed.
        qsizetype rows = 0;
        /// Of a batch.
        qsizetype sentRows = 0;
        AsyncMySql::Error error;
    };

    /// One connection and what is known of it.
    struct Lane
    {
        std::unique_ptr<AsyncMySql::Connection> connection;
        AsyncMySql::PreparedStatement *echo = nullptr;
        int open = 0;
        /// As the last selectDatabase() that went well has left it.
        QString database;
    };

    static constexpr int LaneCount = 4;
    static constexpr int QueueDepth = 12;
    static constexpr int RowsOfMany = 300;
    static constexpr int RowsOfBatch = 25;
    /// Of a RefusedBatch, the row that is refused.
    static constexpr int RefusedRow = 15;
    static constexpr int SmallestDevice = 500;
    static constexpr int DeviceSizes = 20'000;

    void makeTables();
    void cutByBytes();
    Kind pickKind();
    void feed(int lane);
    void startJob(int lane);
    void atSomeMoment(AsyncMySql::Job *job, const std::function<void()> &act);
    AsyncMySql::Job *createJob(Lane *lane, Kind kind, quint64 token);
    AsyncMySql::Job *createBatch(AsyncMySql::Connection *connection, Kind kind, quint64 token);
    AsyncMySql::Job *createUpload(AsyncMySql::Connection *connection, quint64 token);
    static bool isTransaction(Kind kind);
    void startTransaction(AsyncMySql::Connection *connection, Kind kind, quint64 token);
    void finishedTransaction(AsyncMySql::Transaction *transaction, quint64 token);
    void readStream(AsyncMySql::Query *query, quint64 token);
    void takeRows(AsyncMySql::Query *query, quint64 token, qsizetype maximum);
    void watch(AsyncMySql::Job *job, quint64 token, const QString &expectedDatabase);
    void finished(AsyncMySql::Job *job, quint64 token, const QString &target);
    void check(AsyncMySql::Query *query, quint64 token, Kind kind);
    void ended(int lane);
    void complain(quint64 token, const QString &what);
    bool areSessionsGone(AsyncMySql::Connection *admin);
    void auditBatches(AsyncMySql::Connection *admin);
    void auditDevices(AsyncMySql::Connection *admin);
    void auditWrite(quint64 token, int applied);
    QHash<quint64, int> countsOf(AsyncMySql::Connection *admin, const QString &sql);

    const Servers::Server m_server;
    const int m_jobs;
    Servers::Database m_database;
    Servers::Database m_otherDatabase;
    Servers::Account m_account;
    Fake::CuttingProxy m_timedProxy;
    Fake::CuttingProxy m_countingProxy;
    QRandomGenerator m_random;
    std::array<Lane, LaneCount> m_lanes;
    std::vector<Record> m_records;
    int m_ended = 0;
    int m_successes = 0;
    int m_appliedUnknown = 0;
    int m_repeatedWrites = 0;
    int m_maximumAttempts = 0;
    QHash<int, int> m_errorCodes;
    QStringList m_complaints;
};
