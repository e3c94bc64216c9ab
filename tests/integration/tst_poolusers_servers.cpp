// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// Two hundred users of a pool of eight, whose sessions are killed all the time. What the jobs have
// reported must agree with what is in the table, and nobody may see what another user has left in a
// session.

#include "poolfixture.h"
#include "servers.h"

#include <AsyncMySql/Batch>
#include <AsyncMySql/QueryModel>
#include <AsyncMySql/Transaction>

#include <QtCore/qrandom.h>
#include <QtCore/qset.h>
#include <QtCore/qtimer.h>
#include <QtTest/qtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <utility>
#include <vector>

using namespace AsyncMySql;
using namespace Servers;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using Fake::OutcomePointer;

namespace {

constexpr int Users = 200;
constexpr int Rounds = 8;

/// Rows that were written together, and whether they must be there.
struct Entry
{
    enum class Presence { Certain, Impossible, Unknown };
    QList<qint64> ids;
    Presence presence = Presence::Unknown;
    bool isAtomic = true;
};

Entry::Presence presenceOf(const Error &error)
{
    if (!error)
        return Entry::Presence::Certain;
    return error.execution() == Error::Execution::Unknown ? Entry::Presence::Unknown
                                                          : Entry::Presence::Impossible;
}

/// The users, what they have written, and what is wrong.
class Crowd : public QObject
{
public:
    /// \a question asks for everything that a user can leave behind, of which a fresh session has
    /// \a nothing.
    Crowd(Pool *executor, const QString &question, const QString &nothing)
        : m_pool(executor)
        , m_question(question)
        , m_fresh(nothing)
    {
    }

    void start()
    {
        for (int user = 0; user < Users; ++user)
            next(user, Rounds);
    }
    bool isOver() const { return m_over == Users; }

    /// Until then they go on.
    bool isEnough = false;
    std::vector<Entry> entries;
    QStringList complaints;
    int leases = 0;
    int lostLeases = 0;
    int reads = 0;
    int models = 0;

private:
    using Continuation = std::function<void()>;

    void next(int user, int rounds)
    {
        if (rounds <= 0 && isEnough) {
            ++m_over;
            return;
        }
        const auto then = [this, user, rounds] { next(user, rounds - 1); };
        switch (m_random.bounded(7)) {
        case 0:
            insert(then);
            return;
        case 1:
            transact(then);
            return;
        case 2:
            lease(user, then);
            return;
        case 3:
            insertMany(then);
            return;
        case 4:
            stream(then);
            return;
        case 5:
            showModel(then);
            return;
        default:
            read(then);
            return;
        }
    }

    void complain(const QString &what, const Error &error = {})
    {
        complaints.append(what + u": "_s + error.message());
    }

    void read(const Continuation &then)
    {
        Query *query = m_pool->execute(m_question);
        connect(query, &Job::finished, this, [=, this] {
            ++reads;
            // What asks for the session's own state is not sent again in another one.
            if (query->error() && query->error().code() != Error::ConnectionLost)
                complain(u"read"_s, query->error());
            else if (!query->error() && query->result().first().text(0) != m_fresh)
                complain(u"seen: "_s + query->result().first().text(0));
            then();
        });
    }

    void insert(const Continuation &then)
    {
        const qint64 id = ++m_lastId;
        Query *query = m_pool->execute(u"INSERT INTO ledger VALUES (?)"_s, {id});
        connect(query, &Job::finished, this, [=, this] {
            entries.push_back({{id}, presenceOf(query->error())});
            then();
        });
    }

    void insertMany(const Continuation &then)
    {
        const qint64 id = m_lastId += 3;
        Batch *batch
            = m_pool->executeBatch(u"INSERT INTO ledger VALUES (?)"_s, {{id - 2}, {id - 1}, {id}});
        connect(batch, &Job::finished, this, [=, this] {
            entries.push_back({{id - 2, id - 1, id}, presenceOf(batch->error()), false});
            then();
        });
    }

    void transact(const Continuation &then)
    {
        const qint64 id = m_lastId += 2;
        Transaction *transaction = m_pool->beginTransaction();
        transaction->execute(u"INSERT INTO ledger VALUES (?)"_s, {id - 1});
        transaction->execute(u"INSERT INTO ledger VALUES (?)"_s, {id});
        transaction->commit();
        connect(transaction, &Transaction::finished, this, [=, this] {
            entries.push_back({{id - 1, id}, presenceOf(transaction->error())});
            then();
        });
    }

    void stream(const Continuation &then)
    {
        Query *query = m_pool->execute(u"SELECT n FROM numbers ORDER BY n"_s);
        query->setStreaming(true);
        auto count = std::make_shared<qsizetype>(0);
        const auto take = [=, this] {
            for (const Row &row : query->takeRows()) {
                if (row.value<qsizetype>(0) != ++*count)
                    complain(u"row out of order"_s);
            }
        };
        connect(query, &Query::rowsReady, this, take);
        connect(query, &Job::finished, this, [=, this] {
            take();
            if (!query->error() && *count != 1000)
                complain(u"stream of %1 rows"_s.arg(*count));
            then();
        });
    }

    /// A view that is read to its end.
    void showModel(const Continuation &then)
    {
        auto *model = new QueryModel(this);
        model->setFetchSize(100);
        model->setExecutor(m_pool);
        model->setSql(u"SELECT n FROM numbers ORDER BY n"_s);
        auto isShown = std::make_shared<bool>(false);
        const auto goOn = [=, this] {
            while (!model->isLoading() && !model->error() && model->canFetchMore({}))
                model->fetchMore({});
            if (model->isLoading() || std::exchange(*isShown, true))
                return;
            if (!model->error() && model->rowCount() != 1000)
                complain(u"model of %1 rows"_s.arg(model->rowCount()));
            for (int row = 0; row < model->rowCount(); ++row) {
                if (model->index(row, 0).data().toInt() != row + 1)
                    complain(u"row out of order in a model"_s);
            }
            ++models;
            model->deleteLater();
            then();
        };
        connect(model, &QueryModel::loadingChanged, model, goOn, Qt::QueuedConnection);
    }

    void lease(int user, const Continuation &then)
    {
        LeaseJob *job = m_pool->acquire();
        connect(job, &Job::finished, this, [=, this] {
            std::unique_ptr<Lease> taken = job->takeLease();
            Lease *lease = taken.get();
            m_leases[user] = std::move(taken);
            if (!lease) {
                complain(u"acquire"_s, job->error());
                then();
                return;
            }
            ++leases;
            use(lease, user, then);
        });
    }

    /// Leaves everything behind.
    void use(Lease *lease, int user, const Continuation &then)
    {
        Query *look = lease->execute(m_question);
        Query *lock = lease->execute(u"SELECT GET_LOCK('user%1', 30)"_s.arg(user));
        QList<Query *> rest;
        for (const QString &sql :
             {u"CREATE TEMPORARY TABLE own (n INT)"_s, u"INSERT INTO own VALUES (%1)"_s.arg(user),
              u"SET @leak = 1, SESSION sql_mode = 'ANSI_QUOTES', time_zone = '+07:00'"_s,
              u"SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE"_s})
            rest.append(lease->execute(sql));
        Query *own = lease->execute(u"SELECT n FROM own"_s);
        rest.append(own);
        rest.append(lease->execute(u"USE mysql"_s));
        rest.append(lease->execute(u"SET autocommit = 0"_s));
        rest.append(lease->execute(u"START TRANSACTION"_s));
        connect(look, &Job::finished, this, [=, this] {
            if (!look->error() && look->result().first().text(0) != m_fresh)
                complain(u"leased: "_s + look->result().first().text(0));
        });
        connect(lock, &Job::finished, this, [=, this] {
            if (!lock->error() && lock->result().first().text(0) != u"1"_s)
                complain(u"lock of another user"_s);
        });
        connect(own, &Job::finished, this, [=, this] {
            if (!own->error() && own->result().first().text(0) != QString::number(user))
                complain(u"temporary table of another user"_s);
        });
        for (Query *query : std::as_const(rest)) {
            connect(query, &Job::errorOccurred, this, [=, this](const Error &error) {
                if (error.code() != Error::ConnectionLost)
                    complain(u"lease"_s, error);
            });
        }
        connect(rest.constLast(), &Job::finished, this, [=, this] {
            lostLeases += lease->isValid() ? 0 : 1;
            QTimer::singleShot(0, this, [=, this] {
                m_leases.erase(user);
                then();
            });
        });
    }

    Pool *m_pool;
    QString m_question;
    QString m_fresh;
    std::map<int, std::unique_ptr<Lease>> m_leases;
    QRandomGenerator m_random{7};
    qint64 m_lastId = 0;
    int m_over = 0;
};

} // namespace

class tst_PoolUsers_Servers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { VERIFY_SERVERS(); }
    void accountsAgree_data() { addRows(); }
    void accountsAgree();
};

void tst_PoolUsers_Servers::accountsAgree()
{
    QFETCH(Server, server);
    const Database database(server);
    // Other tests keep their sessions.
    const Account account(server,
                          server.isMySql ? u"caching_sha2_password"_s : u"mysql_native_password"_s,
                          u"open-sesame"_s);
    QVERIFY2(!account.error(), qPrintable(account.error().message()));
    ConnectionOptions options = account.options(Channel::Socket);
    options.setDatabase(database.name());
    RetryPolicy policy = options.retryPolicy();
    policy.setMaximumAttempts(1000);
    options.setRetryPolicy(policy);
    Connection admin(Servers::options(server, database));
    VERIFY_DONE(admin.execute(u"CREATE TABLE ledger (id BIGINT PRIMARY KEY)"_s));
    VERIFY_DONE(admin.execute(u"CREATE TABLE numbers (n INT PRIMARY KEY)"_s));
    QList<QVariantList> numbers;
    for (int n = 1; n <= 1000; ++n)
        numbers.append(QVariantList{n});
    VERIFY_DONE(admin.executeBatch(u"INSERT INTO numbers VALUES (?)"_s, numbers));
    const QString question
        = u"SELECT CONCAT_WS('|', @leak IS NULL, @@SESSION.sql_mode, DATABASE(), @@SESSION.%1, "
          "@@SESSION.autocommit, @@SESSION.time_zone)"_s.arg(
              server.isMySql || server.isAtLeast(11, 1) ? u"transaction_isolation"_s
                                                        : u"tx_isolation"_s);
    const QString fresh = rowsOf(admin.execute(question))[0][0];

    Pool pool(options);
    pool.setMaximumConnections(8);
    Crowd crowd(&pool, question, fresh);
    crowd.start();
    // The killer is another one.
    Connection killer(Servers::options(server));
    QRandomGenerator random(11);
    int kills = 0;
    QDeadlineTimer limit(4min);
    while (!crowd.isOver() && !limit.hasExpired()) {
        const QList<QStringList> sessions = rowsOf(killer.execute(
            u"SELECT ID FROM information_schema.PROCESSLIST WHERE USER = ?"_s, {account.user()}));
        if (!sessions.isEmpty()) {
            crowd.isEnough = ++kills >= 10;
            const auto index = static_cast<qsizetype>(random.bounded(quint32(sessions.size())));
            finishedOf(killer.execute(u"KILL "_s + sessions[index][0]));
        }
        const QDeadlineTimer pause(int(random.bounded(40)));
        QTRY_VERIFY(pause.hasExpired());
    }
    QVERIFY(crowd.isOver());
    QVERIFY2(crowd.complaints.isEmpty(), qPrintable(crowd.complaints.mid(0, 10).join(u'\n')));
    QVERIFY(crowd.leases > 0);
    QVERIFY(crowd.models > 0);
    // Everything has come back.
    QTRY_COMPARE(pool.statistics().idle, pool.statistics().open);
    QCOMPARE(pool.statistics().waiting, 0);
    VERIFY_DONE(pool.close());

    QSet<qint64> present;
    for (const QStringList &row : rowsOf(admin.execute(u"SELECT id FROM ledger"_s)))
        present.insert(row[0].toLongLong());
    int unknown = 0;
    for (const Entry &entry : crowd.entries) {
        const auto found = std::count_if(entry.ids.begin(), entry.ids.end(),
                                         [&](qint64 id) { return present.contains(id); });
        if (entry.presence == Entry::Presence::Certain)
            QCOMPARE(found, entry.ids.size());
        else if (entry.isAtomic && entry.presence == Entry::Presence::Impossible)
            QCOMPARE(found, 0);
        else if (entry.isAtomic)
            QVERIFY(found == 0 || found == entry.ids.size());
        unknown += entry.presence == Entry::Presence::Unknown ? 1 : 0;
        for (const qint64 id : entry.ids)
            present.remove(id);
    }
    QVERIFY2(present.isEmpty(), "Rows that nobody has written");
    qInfo(
        "%d kills; %d leases, of which %d were lost; %d reads; %d models; %d of %d writes unknown",
        kills, crowd.leases, crowd.lostLeases, crowd.reads, crowd.models, unknown,
        int(crowd.entries.size()));
}

QTEST_GUILESS_MAIN(tst_PoolUsers_Servers)
#include "tst_poolusers_servers.moc"
