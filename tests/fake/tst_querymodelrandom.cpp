// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "eventwait.h"
#include "keyedtableserver.h"
#include "querymodelfixture.h"

#include <AsyncMySql/Pool>
#include <AsyncMySql/TableModel>

#include <QtCore/qelapsedtimer.h>
#include <QtCore/qrandom.h>
#include <QtCore/qregularexpression.h>
#include <QtTest/qsignalspy.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using Mode = QueryModel::ReadMode;

namespace {

const auto Sql = u"SELECT id, name FROM t"_s;

/// A server with a table of these keys, which reads ranges of it.
class RangesServer : public KeyedTableServer
{
public:
    explicit RangesServer(int rows)
    {
        for (int i = 0; i < rows; ++i)
            keys.append(i * 2);
        estimate = rows;
        onOther([this](FakeConnection &c) { return answer(c); });
    }

    bool answer(FakeConnection &c)
    {
        static const QRegularExpression statement(
            u"^(EXPLAIN FORMAT=TRADITIONAL )?SELECT (id, name|`t`.`id`|COUNT\\(\\*\\)) FROM t\\n"
            "(?:WHERE `t`.`id` ([<>]=?) (-?\\d+) ?)?(?:ORDER BY `t`.`id`( DESC)? LIMIT (\\d+)"
            "(?: OFFSET (\\d+))?)?$"_s);
        const auto match = statement.match(QString::fromUtf8(c.runningQuery()));
        if (!match.hasMatch())
            return false;
        if (hasPart(c.runningQuery(), stalled))
            return true;
        if (hasPart(c.runningQuery(), refused)) {
            c.error(1030, "HY000", "Got error 28 from storage engine");
            return true;
        }
        if (match.hasCaptured(1)) {
            c.result({"id", "rows"}, {{"1", QByteArray::number(estimate)}});
            return true;
        }
        // The count goes on behind the first position.
        if (match.captured(2) == u"`t`.`id`"_s && match.captured(3) == u">"_s && onSecondStep)
            std::exchange(onSecondStep, {})();
        // The keys are in order.
        auto begin = keys.cbegin();
        auto end = keys.cend();
        const QString comparison = match.captured(3);
        const int value = match.captured(4).toInt();
        if (comparison == u">"_s)
            begin = std::upper_bound(begin, end, value);
        else if (comparison == u">="_s)
            begin = std::lower_bound(begin, end, value);
        else if (comparison == u"<"_s)
            end = std::lower_bound(begin, end, value);
        else if (comparison == u"<="_s)
            end = std::upper_bound(begin, end, value);
        const qsizetype count = end - begin;
        if (match.captured(2).startsWith(u'C')) {
            c.result({FakeColumn("n", 8)}, {{QByteArray::number(count)}});
            return true;
        }
        const qsizetype first = std::min<qsizetype>(match.captured(7).toInt(), count);
        const qsizetype last = std::min<qsizetype>(first + match.captured(6).toInt(), count);
        const bool isBackwards = match.captured(5) == u" DESC"_s;
        QList<FakeRow> rows;
        const bool isPage = match.captured(2) == u"id, name"_s;
        for (qsizetype i = first; i < last; ++i) {
            const QByteArray id = QByteArray::number(isBackwards ? *(end - 1 - i) : *(begin + i));
            rows.append(isPage ? FakeRow{id, "row " + id + suffix} : FakeRow{id});
        }
        QList<FakeColumn> columns{idColumn()};
        if (isPage)
            columns.append(nameColumn("name", nameType));
        c.result(columns, rows);
        return true;
    }

    /// The statements that read rows for views.
    QByteArrayList pages() const
    {
        QByteArrayList list;
        for (const QByteArray &query : userQueries()) {
            if (query.startsWith("SELECT id, name"))
                list.append(query.mid(query.indexOf('\n') + 1));
        }
        return list;
    }

    static bool hasPart(const QByteArray &query, const QByteArrayList &parts)
    {
        return std::any_of(parts.begin(), parts.end(),
                           [&](const QByteArray &part) { return query.contains(part); });
    }

    QList<int> keys;
    int estimate = 0;
    QByteArray suffix;
    quint8 nameType = 0xFD; // VARCHAR
    std::function<void()> onSecondStep;
    /// What contains one of these is not answered.
    QByteArrayList stalled;
    QByteArrayList refused;
};

struct Random
{
    explicit Random(int rows, int pageSize = 10)
        : server(rows)
        , connection(optionsFor(server))
        , model(std::make_unique<QueryModel>())
        , tester(std::make_unique<Tester>(model.get()))
        , errors(model.get(), &QueryModel::errorOccurred)
    {
        model->setReadMode(Mode::RandomAccess);
        model->setFetchSize(pageSize);
        model->setExecutor(&connection);
        model->setSql(Sql);
    }

    bool isCounted() const
    {
        return waitUntil([this] { return model->isComplete() && !model->isLoading(); });
    }

    /// Asks for it, and waits.
    bool isShown(int row) const
    {
        return waitUntil([=, this] { return idAt(row) >= 0; });
    }

    int idAt(int row) const
    {
        const Row found = model->row(row);
        return found.isValid() ? found.value<int>(0) : -1;
    }

    RangesServer server;
    Connection connection;
    std::unique_ptr<QueryModel> model;
    std::unique_ptr<Tester> tester;
    QSignalSpy errors;
};

} // namespace

class tst_QueryModelRandom : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void firstRowsComeWithTheirNumber();
    void rowsThatAreNotThereAreRequested();
    void estimatesAreCorrected();
    void rowsThatWerePassedAreNotRead();
    void nearPagesAreReadAhead();
    void countingLeavesTheServerToViews();
    void failedPageIsRequestedAgain();
    void failedPageThatIsNotShownIsForgotten();
    void failedCountingGoesOn();
    void lostConnectionIsNotSeen();
    void keysThatComeAgainAreAnError();
    void refreshKeepsTheRows();
    void refreshKeepsThePositions();
    void refreshedPagesHaveTheCurrentSize();
    void refreshWithoutAnswersKeepsTheRows();
    void refreshIsTimedAnew();
    void tableIsDescribedOnce();
    void otherModesFollow();
    void otherStatementsFollow();
    void otherOrdersFollow();
    void cancelledCountingIsAnError();
    void executorMayBeDestroyed();
    void modelMayBeDeletedInSlots_data();
    void modelMayBeDeletedInSlots();
    void slotsMayRunAnEventLoop();
    void otherTypesAreReadFromTheStart();
    void tableMayBecomeEmpty();
    void rowsBeforeAPageMayBeDeleted();
    void rowsMayChangeWhileTheyAreCounted();
    void tooLargePagesBecomeSmaller();
    void cacheSizeIsKept();
};

void tst_QueryModelRandom::firstRowsComeWithTheirNumber()
{
    Random random(5'000);
    random.server.estimate = 4'444;
    random.server.stalled = {"OFFSET 1023", "COUNT"};
    QSignalSpy resets(random.model.get(), &QAbstractItemModel::modelReset);
    QVERIFY(random.model->isLoading());
    QCOMPARE(random.model->progress(), 0.0);
    QTRY_COMPARE(random.model->count(), 4'444);
    QCOMPARE(resets.count(), 1);
    QCOMPARE(random.idAt(9), 18);
    QVERIFY(random.model->isPaged());
    QVERIFY(!random.model->isComplete());
    QVERIFY(!random.model->canFetchMore({}));
    QCOMPARE(random.model->columnNames(), QStringList({u"id"_s, u"name"_s}));
    QCOMPARE(random.errors.count(), 0);
}

void tst_QueryModelRandom::rowsThatAreNotThereAreRequested()
{
    Random random(200);
    QVERIFY(random.isCounted());
    QCOMPARE(random.model->count(), 200);
    QSignalSpy changes(random.model.get(), &QAbstractItemModel::dataChanged);
    const QModelIndex index = random.model->index(123, 1);
    QCOMPARE(index.data(), QVariant());
    QCOMPARE(index.data(Qt::EditRole), QVariant());
    QCOMPARE(index.data(QueryModel::LoadedRole), QVariant(false));
    QCOMPARE(index.data(QueryModel::NullRole), QVariant(false));
    QVERIFY(index.data(Qt::UserRole + 1).isNull());
    QCOMPARE(index.data(Qt::TextAlignmentRole).typeId(), QMetaType::Int);
    QVERIFY(!random.model->isLoading());
    QTRY_COMPARE(index.data(), QVariant(u"row 246"_s));
    QCOMPARE(index.data(QueryModel::LoadedRole), QVariant(true));
    QVERIFY(std::any_of(changes.begin(), changes.end(), [](const QVariantList &change) {
        return change[0].toModelIndex().row() == 120 && change[1].toModelIndex().row() == 129;
    }));
    QVERIFY(!random.model->row(200).isValid());
    QVERIFY(!random.model->row(-1).isValid());
}

void tst_QueryModelRandom::estimatesAreCorrected()
{
    Random random(100'000);
    random.server.estimate = 130'000;
    // Gaps: the middle is not where it seems to be.
    for (int &key : random.server.keys)
        key = key < 20'000 ? key : key + 1'000'000;
    // What counts the rows has another session.
    Pool pool(optionsFor(random.server));
    random.model->setExecutor(&pool);
    random.server.stalled = {"OFFSET 1023"};
    QTRY_COMPARE(random.model->count(), 130'000);
    QCOMPARE(random.idAt(60'000), -1);
    QTRY_VERIFY(random.idAt(60'000) > 0);
    const int estimated = random.idAt(60'000);
    QVERIFY(estimated != 1'120'000);
    // The last rows are right at once, from the end.
    QTRY_COMPARE(random.idAt(129'999), 1'199'998);
    QSignalSpy changes(random.model.get(), &QAbstractItemModel::dataChanged);
    random.server.stalled.clear();
    random.server.cutAll();
    QVERIFY(random.isCounted());
    QCOMPARE(random.model->count(), 100'000);
    QVERIFY(std::any_of(changes.begin(), changes.end(), [](const QVariantList &change) {
        return change[0].toModelIndex().row() == 60'000;
    }));
    QCOMPARE(random.idAt(60'000), 1'120'000);
    QCOMPARE(random.errors.count(), 0);
    random.model->setExecutor(nullptr);
}

void tst_QueryModelRandom::rowsThatWerePassedAreNotRead()
{
    Random random(10'000);
    QVERIFY(random.isCounted());
    random.server.stalled = {"LIMIT"};
    const qsizetype before = random.server.pages().size();
    // A scroll bar is dragged from the start to the end.
    for (int row = 1'000; row < 10'000; row += 10) {
        random.idAt(row);
        if (row % 500 == 0)
            QCoreApplication::processEvents();
    }
    QTRY_COMPARE(random.server.pages().size(), before + 1);
    QVERIFY(random.connection.pendingJobs() <= 2);
    QVERIFY(random.model->isLoading());
    random.server.stalled.clear();
    random.server.connection(1)->cut();
    QTRY_COMPARE(random.idAt(9'990), 19'980);
    QTRY_VERIFY(!random.model->isLoading());
    // The last ones, and some before them.
    QVERIFY(random.server.pages().size() - before < 16 + 1024 / 10 + 16);
    QCOMPARE(random.errors.count(), 0);
}

void tst_QueryModelRandom::nearPagesAreReadAhead()
{
    Random random(1'000);
    // It asks for the first row all the time.
    random.tester.reset();
    QVERIFY(random.isCounted());
    random.idAt(500);
    QTRY_VERIFY(random.server.pages().contains("WHERE `t`.`id` > 1018 ORDER BY `t`.`id` LIMIT 10"));
    QTRY_VERIFY(
        random.server.pages().contains("WHERE `t`.`id` < 1000 ORDER BY `t`.`id` DESC LIMIT 10"));
    QTRY_COMPARE(random.connection.pendingJobs(), 0);
    QCOMPARE(random.idAt(515), 1'030);
    QCOMPARE(random.idAt(485), -1);
    QCOMPARE(random.idAt(495), 990);
}

void tst_QueryModelRandom::countingLeavesTheServerToViews()
{
    Random random(100'000);
    QTRY_VERIFY(random.model->count() > 0);
    // Each page comes after one step of counting at most.
    for (int row = 90'000; row > 30'000; row -= 10'000) {
        const qsizetype before = random.server.userQueries().size();
        QCOMPARE(random.idAt(row), -1);
        QTRY_VERIFY(random.idAt(row) >= 0);
        QVERIFY(random.server.userQueries().size() <= before + 5);
    }
    QVERIFY(random.isCounted());
    QCOMPARE(random.idAt(30'010), -1);
    QTRY_COMPARE(random.idAt(30'010), 60'020);
}

void tst_QueryModelRandom::failedPageIsRequestedAgain()
{
    Random random(1'000);
    random.tester.reset();
    QVERIFY(random.isCounted());
    const QByteArray page = "LIMIT 10 OFFSET 500";
    random.server.refused = {page};
    const auto attempts = [&] {
        const QByteArrayList pages = random.server.pages();
        return std::count_if(pages.begin(), pages.end(),
                             [&](const QByteArray &sent) { return sent.endsWith(page); });
    };
    // A view that paints what has changed, and everything when there is an error.
    QObject::connect(random.model.get(), &QueryModel::errorOccurred, random.model.get(),
                     [&] { random.idAt(500); });
    QObject::connect(random.model.get(), &QAbstractItemModel::dataChanged, random.model.get(),
                     [&](const QModelIndex &first, const QModelIndex &last) {
                         if (first.row() <= 500 && last.row() >= 500)
                             random.idAt(500);
                     });
    QElapsedTimer clock;
    clock.start();
    QCOMPARE(random.idAt(500), -1);
    QTRY_COMPARE(random.errors.count(), 1);
    QCOMPARE(random.model->error().serverErrorNumber(), 1030);
    QCOMPARE(random.idAt(5), 10);
    QTRY_COMPARE(attempts(), 3);
    // A quarter of a second, and then half a second; timers are a little early.
    QVERIFY(clock.elapsed() >= 700);
    QCOMPARE(random.errors.count(), 1);
    QCOMPARE(random.model->error().serverErrorNumber(), 1030);
    random.server.refused.clear();
    QTRY_COMPARE(random.idAt(500), 1'000);
    QTRY_VERIFY(!random.model->error());
    QTRY_VERIFY(!random.model->isLoading());
    QCOMPARE(random.errors.count(), 1);
}

void tst_QueryModelRandom::failedPageThatIsNotShownIsForgotten()
{
    Random random(1'000);
    random.tester.reset();
    QVERIFY(random.isCounted());
    random.server.refused = {"LIMIT 10 OFFSET 500"};
    QSignalSpy changes(random.model.get(), &QAbstractItemModel::dataChanged);
    QCOMPARE(random.idAt(500), -1);
    QTRY_COMPARE(random.errors.count(), 1);
    QVERIFY(!random.model->isLoading());
    const qsizetype sent = random.server.pages().size();
    // Views are told that they can ask again. This one does not show it any more.
    QTRY_VERIFY(std::any_of(changes.begin(), changes.end(), [](const QVariantList &change) {
        return change[0].toModelIndex().row() == 500 && change[1].toModelIndex().row() == 509;
    }));
    QVERIFY(!random.model->isLoading());
    QCOMPARE(random.idAt(700), -1);
    QTRY_COMPARE(random.idAt(700), 1'400);
    QVERIFY(!random.model->error());
    // And those beside it.
    QVERIFY(random.server.pages().size() <= sent + 3);
    QCOMPARE(random.errors.count(), 1);
}

void tst_QueryModelRandom::failedCountingGoesOn()
{
    Random random(5'000);
    // Longer steps take too long, so does the rest in one step.
    random.server.refused = {"OFFSET 1023", "OFFSET 511", "COUNT"};
    QTRY_COMPARE(random.errors.count(), 1);
    QCOMPARE(random.model->count(), 5'000);
    QVERIFY(!random.model->isComplete());
    QCOMPARE(random.idAt(4'700), -1);
    QTRY_COMPARE(random.idAt(4'700), 9'400);
    random.server.refused.removeLast();
    QTRY_VERIFY(random.model->isComplete());
    QVERIFY(!random.model->error());
    QCOMPARE(random.model->count(), 5'000);
    random.server.keys.resize(3'000);
    random.model->refresh();
    QVERIFY(random.isCounted());
    QCOMPARE(random.model->count(), 3'000);
}

void tst_QueryModelRandom::lostConnectionIsNotSeen()
{
    Random random(1'000);
    QVERIFY(random.isCounted());
    random.server.stalled = {"LIMIT 10"};
    random.idAt(500);
    QTRY_VERIFY(random.server.connection(1)->runningQuery().contains("LIMIT 10"));
    random.server.stalled.clear();
    random.server.cutAll();
    QTRY_COMPARE(random.idAt(500), 1'000);
    QCOMPARE(random.errors.count(), 0);
}

void tst_QueryModelRandom::keysThatComeAgainAreAnError()
{
    Random random(100'000);
    random.server.on("SELECT `t`.`id` FROM t\nWHERE `t`.`id` > 2046 ORDER BY `t`.`id` LIMIT 1 "
                     "OFFSET 1023",
                     [](FakeConnection &c) { c.result({idColumn()}, {{"2046"}}); });
    random.server.on("SELECT `t`.`id` FROM t\nWHERE `t`.`id` > 2046 ORDER BY `t`.`id` LIMIT 1 "
                     "OFFSET 2047",
                     [](FakeConnection &c) { c.result({idColumn()}, {{"2046"}}); });
    QTRY_COMPARE(random.errors.count(), 1);
    QCOMPARE(random.model->error().code(), Error::NotSupported);
}

void tst_QueryModelRandom::refreshKeepsTheRows()
{
    Random random(3'000);
    QVERIFY(random.isCounted());
    random.idAt(2'000);
    QTRY_COMPARE(random.idAt(2'000), 4'000);
    QSignalSpy resets(random.model.get(), &QAbstractItemModel::modelReset);
    QSignalSpy removals(random.model.get(), &QAbstractItemModel::rowsRemoved);
    random.server.suffix = "!";
    random.server.keys.resize(2'500);
    random.model->refresh();
    QCOMPARE(random.idAt(2'000), 4'000);
    QVERIFY(random.isCounted());
    QCOMPARE(random.model->count(), 2'500);
    QCOMPARE(random.model->index(2'000, 1).data(), QVariant(u"row 4000!"_s));
    QCOMPARE(resets.count(), 0);
    QCOMPARE(removals.count(), 1);
    QCOMPARE(random.errors.count(), 0);
}

void tst_QueryModelRandom::refreshKeepsThePositions()
{
    Random random(50'000);
    // Gaps: the middle is not where it seems to be.
    for (int &key : random.server.keys)
        key = key < 20'000 ? key : key + 1'000'000;
    // What counts the rows has another session.
    Pool pool(optionsFor(random.server));
    random.model->setExecutor(&pool);
    QVERIFY(random.isCounted());
    random.idAt(25'000);
    QTRY_COMPARE(random.idAt(25'000), 1'050'000);
    random.server.stalled = {"OFFSET 1023"};
    random.server.suffix = "!";
    QSignalSpy changes(random.model.get(), &QAbstractItemModel::dataChanged);
    random.model->refresh();
    QTRY_COMPARE(random.model->index(25'000, 1).data(), QVariant(u"row 1050000!"_s));
    QVERIFY(!random.model->isComplete());
    // Nor do others have estimated positions.
    random.idAt(28'000);
    QTRY_COMPARE(random.idAt(28'000), 1'056'000);
    random.server.stalled.clear();
    random.server.cutAll();
    QVERIFY(random.isCounted());
    QCOMPARE(random.idAt(25'000), 1'050'000);
    QCOMPARE(random.errors.count(), 0);
    random.model->setExecutor(nullptr);
}

void tst_QueryModelRandom::refreshedPagesHaveTheCurrentSize()
{
    Random random(3'000);
    random.tester.reset();
    QVERIFY(random.isCounted());
    random.idAt(2'000);
    QTRY_COMPARE(random.idAt(2'000), 4'000);
    for (const int size : {25, 7, 100, 3}) {
        random.model->setFetchSize(size);
        random.server.suffix = QByteArray::number(size);
        QCOMPARE(random.idAt(2'000), 4'000);
        random.model->refresh();
        // Until they are replaced, the rows stay.
        while (!random.model->isComplete() || random.model->isLoading()) {
            QCOMPARE(random.idAt(2'000), 4'000);
            QCoreApplication::processEvents();
        }
        QVERIFY(random.server.pages().constLast().contains("LIMIT " + QByteArray::number(size)));
        QCOMPARE(random.model->index(2'000, 1).data().toString(), u"row 4000%1"_s.arg(size));
        for (int row = 0; row < 3'000; row += 499) {
            QVERIFY(random.isShown(row));
            QCOMPARE(random.idAt(row), row * 2);
        }
    }
    QCOMPARE(random.errors.count(), 0);
}

void tst_QueryModelRandom::refreshWithoutAnswersKeepsTheRows()
{
    Random random(3'000);
    QVERIFY(random.isCounted());
    random.server.stalled = {"LIMIT", "COUNT"};
    for (int i = 0; i < 3; ++i) {
        random.model->refresh();
        QTRY_VERIFY(!random.model->isComplete());
        QCOMPARE(random.idAt(5), 10);
        QCOMPARE(random.model->count(), 3'000);
    }
    random.server.stalled.clear();
    random.server.connection()->cut();
    QVERIFY(random.isCounted());
    QCOMPARE(random.model->count(), 3'000);
}

void tst_QueryModelRandom::refreshIsTimedAnew()
{
    Random random(3'000);
    QVERIFY(random.isCounted());
    QSignalSpy changes(random.model.get(), &QueryModel::elapsedChanged);
    const qint64 before = random.model->elapsed();
    random.server.stalled = {"LIMIT", "COUNT"};
    random.model->refresh();
    QTRY_VERIFY(!random.model->isComplete());
    QElapsedTimer timer;
    timer.start();
    QTRY_VERIFY(timer.elapsed() > before);
    QCOMPARE(random.model->elapsed(), before);
    random.server.stalled.clear();
    random.server.connection()->cut();
    QVERIFY(random.isCounted());
    QVERIFY(random.model->elapsed() > before);
    QCOMPARE(changes.count(), 1);
}

void tst_QueryModelRandom::tableIsDescribedOnce()
{
    KeyedTableServer server;
    server.onOther([](FakeConnection &c) { return c.runningQuery().contains("LIMIT"); });
    Connection connection(optionsFor(server));
    TableModel model;
    model.setReadMode(TableModel::ReadMode::RandomAccess);
    model.setExecutor(&connection);
    model.setTable(u"t"_s);
    QTRY_VERIFY(RangesServer::hasPart(server.userQueries().join('\n'), {"LIMIT"}));
    for (const QByteArray about : {"FULL COLUMNS FROM", "INDEX FROM", "CREATE TABLE"})
        QCOMPARE(server.countQuery("SHOW " + about + " `t`"), 1);
}

void tst_QueryModelRandom::otherModesFollow()
{
    Random random(500);
    QVERIFY(random.isCounted());
    random.model->setReadMode(Mode::Automatic);
    random.model->refresh();
    QTRY_VERIFY(random.model->canFetchMore({}));
    QCOMPARE(random.model->count(), 10);
    QVERIFY(random.model->index(0, 0).data(QueryModel::LoadedRole).toBool());
    random.model->setReadMode(Mode::RandomAccess);
    random.model->refresh();
    QTRY_COMPARE(random.model->count(), 500);
    QVERIFY(random.isCounted());
    random.model->reload();
    QVERIFY(!random.model->isComplete() || random.model->isLoading());
    QVERIFY(random.isCounted());
    QCOMPARE(random.model->count(), 500);
    random.model->setSql({});
    QTRY_COMPARE(random.model->count(), 0);
    QCOMPARE(random.model->columnCount(), 0);
    QCOMPARE(random.errors.count(), 0);
}

void tst_QueryModelRandom::otherStatementsFollow()
{
    Random random(5'000);
    random.server.stalled = {"OFFSET 1023"};
    QTRY_COMPARE(random.model->count(), 5'000);
    random.idAt(4'000);
    QCoreApplication::processEvents();
    random.server.stalled.clear();
    random.server.on("SELECT id, name FROM t\nWHERE (name > 'x'\n) ORDER BY `t`.`id` LIMIT 10",
                     [](FakeConnection &c) {
                         c.result({idColumn(), nameColumn()}, {{"77", "seven"}});
                     });
    random.model->setSql(u"SELECT id, name FROM t WHERE name > 'x'"_s);
    QTRY_COMPARE(random.model->count(), 1);
    QVERIFY(random.isCounted());
    QCOMPARE(random.idAt(0), 77);
    // One that cannot be read so: the rows stay.
    random.model->setSql(u"SELECT id, name FROM t LIMIT 5"_s);
    QTRY_COMPARE(random.errors.count(), 1);
    QCOMPARE(random.model->error().code(), Error::NotSupported);
    QCOMPARE(random.idAt(0), 77);
}

/// While pages of another one are awaited.
void tst_QueryModelRandom::otherOrdersFollow()
{
    Random random(5'000);
    QVERIFY(random.isCounted());
    for (const Qt::SortOrder order : {Qt::DescendingOrder, Qt::AscendingOrder}) {
        random.server.stalled = {"LIMIT 10"};
        random.idAt(2'500);
        random.idAt(4'000);
        QTRY_VERIFY(random.connection.pendingJobs() > 0);
        random.model->sort(0, order);
        random.server.stalled.clear();
        random.server.connection(1)->cut();
        QVERIFY(random.model->isLoading());
        QVERIFY(random.isCounted());
        for (const int row : {0, 2'500, 4'000, 4'999, 1}) {
            random.idAt(row);
            const int id = 2 * (order == Qt::AscendingOrder ? row : 4'999 - row);
            QTRY_COMPARE(random.idAt(row), id);
        }
    }
    QCOMPARE(random.errors.count(), 0);
}

void tst_QueryModelRandom::cancelledCountingIsAnError()
{
    Random random(5'000);
    random.server.stalled = {"OFFSET 1023"};
    QTRY_COMPARE(random.model->count(), 5'000);
    random.model->cancel();
    QCOMPARE(random.model->error().code(), Error::Cancelled);
    QCOMPARE(random.errors.count(), 1);
    QVERIFY(!random.model->isLoading());
    QCOMPARE(random.idAt(4'000), -1);
    QVERIFY(!random.model->isLoading());
    random.server.stalled.clear();
    random.model->refresh();
    QVERIFY(random.isCounted());
    random.model->cancel();
    QCOMPARE(random.errors.count(), 1);
}

void tst_QueryModelRandom::executorMayBeDestroyed()
{
    Random random(5'000);
    auto other = std::make_unique<Connection>(optionsFor(random.server));
    random.model->setExecutor(other.get());
    random.server.stalled = {"OFFSET 1023"};
    QTRY_COMPARE(random.model->count(), 5'000);
    other.reset();
    QTRY_COMPARE(random.errors.count(), 1);
    QCOMPARE(random.model->error().code(), Error::ConnectionClosed);
    QCOMPARE(random.idAt(4'000), -1);
    QCoreApplication::processEvents();
    QCOMPARE(random.errors.count(), 1);
    QCOMPARE(random.idAt(3), 6);
    random.server.stalled.clear();
    random.model->setExecutor(&random.connection);
    QVERIFY(random.isCounted());

    // Between two requests, the next one fails.
    auto third = std::make_unique<Connection>(optionsFor(random.server));
    random.model->setExecutor(third.get());
    QTRY_VERIFY(random.model->isLoading());
    QVERIFY(random.isCounted());
    QTRY_COMPARE(third->pendingJobs(), 0);
    third.reset();
    QCOMPARE(random.errors.count(), 1);
    random.idAt(4'000);
    QTRY_COMPARE(random.errors.count(), 2);
    QCOMPARE(random.model->error().code(), Error::ConnectionClosed);
}

void tst_QueryModelRandom::modelMayBeDeletedInSlots_data()
{
    QTest::addColumn<QString>("slot");
    for (const char *slot : {"reset", "inserted", "removed", "changed", "error", "loading", "count",
                             "complete", "progress", "columns"}) {
        QTest::newRow(slot) << QString::fromLatin1(slot);
    }
}

void tst_QueryModelRandom::modelMayBeDeletedInSlots()
{
    QFETCH(QString, slot);
    RangesServer server(20'000);
    // The estimate is too small first, and then too large.
    server.estimate = 5'000;
    Connection connection(optionsFor(server));
    QPointer<QueryModel> model = new QueryModel;
    const auto destroy = [&] { delete model; };
    const auto when = [&](auto signal) {
        QObject::connect(model, signal, this, destroy, Qt::DirectConnection);
    };
    using Item = QAbstractItemModel;
    const QHash<QString, std::function<void()>> connects{
        {u"reset"_s, [&] { when(&Item::modelReset); }},
        {u"inserted"_s, [&] { when(&Item::rowsInserted); }},
        {u"removed"_s, [&] { when(&Item::rowsRemoved); }},
        {u"changed"_s, [&] { when(&Item::dataChanged); }},
        {u"error"_s, [&] { when(&QueryModel::errorOccurred); }},
        {u"loading"_s, [&] { when(&QueryModel::loadingChanged); }},
        {u"count"_s, [&] { when(&QueryModel::countChanged); }},
        {u"complete"_s, [&] { when(&QueryModel::completeChanged); }},
        {u"progress"_s, [&] { when(&QueryModel::progressChanged); }},
        {u"columns"_s, [&] { when(&QueryModel::columnNamesChanged); }},
    };
    model->setReadMode(Mode::RandomAccess);
    model->setFetchSize(10);
    model->setExecutor(&connection);
    model->setSql(Sql);
    connects[slot]();
    QTRY_VERIFY(!model || model->count() > 0);
    if (model)
        model->row(4'000);
    QTRY_VERIFY(!model || (model->isComplete() && !model->isLoading()));
    if (model) {
        server.keys.resize(300);
        model->refresh();
        QTRY_VERIFY(!model || (model->isComplete() && !model->isLoading()));
    }
    if (model) {
        server.on("SHOW INDEX FROM `t`",
                  [](FakeConnection &c) { c.error(1146, "42S02", "no such table"); });
        server.on("SHOW FULL COLUMNS FROM `t`",
                  [](FakeConnection &c) { c.error(1146, "42S02", "no such table"); });
        model->refresh();
    }
    QTRY_VERIFY(!model);
}

void tst_QueryModelRandom::slotsMayRunAnEventLoop()
{
    Random random(30'000);
    random.server.estimate = 5'000;
    int depth = 0;
    const auto spin = [&] {
        if (depth > 0)
            return;
        ++depth;
        for (int i = 0; i < 20; ++i) {
            QCoreApplication::processEvents();
            random.idAt(i * 200);
        }
        --depth;
    };
    QObject::connect(random.model.get(), &QAbstractItemModel::rowsInserted, this, spin);
    QObject::connect(random.model.get(), &QAbstractItemModel::rowsRemoved, this, spin);
    QObject::connect(random.model.get(), &QAbstractItemModel::dataChanged, this, spin);
    QVERIFY(random.isCounted());
    QCOMPARE(random.model->count(), 30'000);
    random.server.keys.resize(3'000);
    random.model->refresh();
    QVERIFY(random.isCounted());
    QCOMPARE(random.model->count(), 3'000);
    for (int row = 0; row < 3'000; row += 100)
        QTRY_COMPARE(random.idAt(row), row * 2);
}

void tst_QueryModelRandom::otherTypesAreReadFromTheStart()
{
    Random random(1'000);
    QVERIFY(random.isCounted());
    QSignalSpy resets(random.model.get(), &QAbstractItemModel::modelReset);
    random.server.nameType = 0xFC; // TEXT
    random.idAt(500);
    QTRY_COMPARE(resets.count(), 1);
    QVERIFY(random.isCounted());
    QTRY_COMPARE(random.idAt(500), 1'000);
    QCOMPARE(random.errors.count(), 0);
}

void tst_QueryModelRandom::tableMayBecomeEmpty()
{
    Random random(3'000);
    QVERIFY(random.isCounted());
    random.server.keys.clear();
    random.idAt(1'500);
    QTRY_COMPARE(random.model->count(), 0);
    QVERIFY(random.isCounted());
    QCOMPARE(random.errors.count(), 0);
    random.server.keys = {4, 5};
    random.model->refresh();
    QVERIFY(random.isCounted());
    QCOMPARE(random.model->count(), 2);
    QTRY_COMPARE(random.idAt(1), 5);
}

/// While rows are counted, and what has been counted is less then.
void tst_QueryModelRandom::rowsBeforeAPageMayBeDeleted()
{
    Random random(50'000);
    connect(random.model.get(), &QAbstractItemModel::modelReset, random.model.get(),
            [&] { random.idAt(55); });
    random.server.onSecondStep = [&] {
        QCOMPARE(random.idAt(55), 110);
        random.server.keys.remove(0, 45);
        random.idAt(45);
    };
    QVERIFY(random.isCounted());
    QVERIFY(!random.server.onSecondStep);
    QCOMPARE(random.model->count(), 50'000 - 45);
    QTRY_COMPARE(random.idAt(0), 90);
    QTRY_COMPARE(random.idAt(45), 180);
    QTRY_COMPARE(random.idAt(55), 200);
    QCOMPARE(random.errors.count(), 0);
}

/// At any place, again and again. What is shown follows each other, and is right after refresh().
void tst_QueryModelRandom::rowsMayChangeWhileTheyAreCounted()
{
    Random random(60'000);
    random.tester.reset();
    QRandomGenerator numbers(7);
    QList<int> &keys = random.server.keys;
    QTRY_VERIFY(random.model->count() > 0);
    for (int i = 0; i < 300; ++i) {
        const int place = numbers.bounded(static_cast<int>(keys.size()) - 200);
        if (numbers.bounded(2) == 0) {
            keys.remove(place, numbers.bounded(200));
        } else {
            // Between even numbers.
            for (int n = 0; n < 100; ++n) {
                const int key = keys[place + n] / 2 * 2 + 1;
                const auto at = std::lower_bound(keys.begin(), keys.end(), key);
                if (at == keys.end() || *at != key)
                    keys.insert(at, key);
            }
        }
        const int row = numbers.bounded(random.model->count());
        random.idAt(row);
        QCoreApplication::processEvents();
        if (numbers.bounded(50) == 0)
            random.model->refresh();
        int previous = -1;
        for (int n = row / 10 * 10; n < row / 10 * 10 + 10; ++n) {
            const int id = random.idAt(n);
            QVERIFY(id < 0 || id > previous);
            previous = std::max(id, previous);
        }
    }
    QVERIFY(random.isCounted());
    random.model->refresh();
    QVERIFY(random.isCounted());
    QCOMPARE(random.model->count(), static_cast<int>(keys.size()));
    for (int n = 0; n < 200; ++n) {
        const int row = numbers.bounded(random.model->count());
        QVERIFY(random.isShown(row));
        QCOMPARE(random.idAt(row), keys[row]);
    }
    QCOMPARE(random.errors.count(), 0);
}

void tst_QueryModelRandom::tooLargePagesBecomeSmaller()
{
    RangesServer server(500);
    server.suffix = QByteArray(1'000, 'x');
    ConnectionOptions options = optionsFor(server);
    options.setMaximumResultSize(4'000);
    Connection connection(options);
    QueryModel model;
    const Tester tester(&model);
    model.setReadMode(Mode::RandomAccess);
    model.setFetchSize(32);
    model.setExecutor(&connection);
    model.setSql(Sql);
    QTRY_VERIFY(model.isComplete() && !model.isLoading());
    QVERIFY(!model.error());
    for (const int row : {0, 1, 499, 250, 251}) {
        QTRY_VERIFY(model.row(row).isValid());
        QCOMPARE(model.row(row).value<int>(0), row * 2);
    }
    // Rows can become larger later.
    server.suffix = QByteArray(3'000, 'x');
    for (const int row : {100, 103, 400}) {
        QTRY_VERIFY(model.row(row).isValid());
        QCOMPARE(model.row(row).value<int>(0), row * 2);
    }
    QVERIFY(!model.error());
}

void tst_QueryModelRandom::cacheSizeIsKept()
{
    Random random(5'000);
    random.tester.reset();
    QSignalSpy changes(random.model.get(), &QueryModel::cacheSizeChanged);
    QCOMPARE(random.model->cacheSize(), 32 * 1024 * 1024);
    random.model->setCacheSize(-1);
    random.model->setCacheSize(0);
    QCOMPARE(changes.count(), 1);
    QCOMPARE(random.model->cacheSize(), 0);
    QVERIFY(random.isCounted());
    for (int row = 0; row < 500; row += 10)
        QTRY_COMPARE(random.idAt(row), row * 2);
    // The first ones are gone, and come again.
    QTRY_COMPARE(random.idAt(100), 200);
    QCOMPARE(random.idAt(0), -1);
    QTRY_COMPARE(random.idAt(0), 0);
    QTRY_VERIFY(!random.model->isLoading());
    const qsizetype sent = random.server.pages().size();
    // What is painted in turn is read once.
    for (int i = 0; i < 10; ++i) {
        QCOMPARE(random.idAt(0), 0);
        QCoreApplication::processEvents();
    }
    QVERIFY(random.server.pages().size() <= sent + 1);
}

QTEST_GUILESS_MAIN(tst_QueryModelRandom)
#include "tst_querymodelrandom.moc"
