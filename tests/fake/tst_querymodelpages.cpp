// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "keyedtableserver.h"
#include "querymodelfixture.h"

#include <QtTest/qsignalspy.h>

#include <algorithm>
#include <memory>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using Mode = QueryModel::ReadMode;

namespace {

const auto Sql = u"SELECT id, name FROM t"_s;

/// A server with a table of the rows 1 to 7, in pages of two rows.
class PagesServer : public KeyedTableServer
{
public:
    PagesServer()
    {
        on(page(0, 3), rows(1, 3));
        on(page(3, 2), rows(4, 2));
        on(page(5, 2), rows(6, 2));
        on(page(7, 2), rows(8, 0));
    }

    static QByteArray page(int last, int limit)
    {
        const QByteArray behind
            = last > 0 ? "WHERE `t`.`id` > " + QByteArray::number(last) + ' ' : QByteArray();
        return "SELECT id, name FROM t\n" + behind + "ORDER BY `t`.`id` LIMIT "
               + QByteArray::number(limit);
    }

    static Handler rows(int first, int count)
    {
        return [first, count](FakeConnection &c) {
            QList<FakeRow> list;
            for (int i = first; i < first + count; ++i)
                list.append({QByteArray::number(i), "row " + QByteArray::number(i)});
            c.result({idColumn(), nameColumn()}, list);
        };
    }
};

struct Pages
{
    explicit Pages(Mode mode = Mode::Automatic)
        : connection(optionsFor(server))
        , model(std::make_unique<QueryModel>())
        , tester(std::make_unique<Tester>(model.get()))
        , errors(model.get(), &QueryModel::errorOccurred)
    {
        model->setReadMode(mode);
        model->setFetchSize(2);
        model->setExecutor(&connection);
        model->setSql(Sql);
    }

    PagesServer server;
    Connection connection;
    std::unique_ptr<QueryModel> model;
    std::unique_ptr<Tester> tester;
    QSignalSpy errors;
};

/// Their numbers.
QList<int> ids(const QueryModel &model)
{
    QList<int> list;
    for (int i = 0; i < model.count(); ++i)
        list.append(model.row(i).value<int>(0));
    return list;
}

} // namespace

class tst_QueryModelPages : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void eachPageIsOneStatement();
    void prefetchReadsPageByPage();
    void tooLargePageIsReadInSmallerOnes();
    void streamedModeSendsTheStatementAlone();
    void statementThatCannotBePagedSaysWhy_data();
    void statementThatCannotBePagedSaysWhy();
    void tableIsAskedAboutOnce();
    void lostConnectionBetweenPagesIsNotSeen();
    void pageThatIsCutOffIsAskedForAgain();
    void failedPageKeepsTheRows();
    void pagesThatComeAgainAreAnError();
    void cancelledPageKeepsTheRows();
    void refreshInThePageStartsAgain();
    void otherStatementReplacesThePage();
    void modelMayBeDestroyedInThePage();
    void connectionMayBeDestroyedBetweenPages();
    void otherColumnsAreReadFromTheStart();
    void unexpectedColumnsAreStreamed();
    void keyThatMayBeNullAfterAllIsStreamed();
    void refusedMetadataMeansAStream();
};

void tst_QueryModelPages::eachPageIsOneStatement()
{
    Pages pages;
    QVERIFY(pages.model->isLoading());
    QVERIFY(!pages.model->isPaged());
    QSignalSpy paged(pages.model.get(), &QueryModel::pagedChanged);
    QSignalSpy insertions(pages.model.get(), &QueryModel::rowsInserted);
    VERIFY_LOADED(*pages.model);
    QVERIFY(pages.model->isPaged());
    QCOMPARE(paged.count(), 1);
    QCOMPARE(ids(*pages.model), QList<int>({1, 2}));
    QVERIFY(!pages.model->isComplete());
    QVERIFY(pages.model->canFetchMore({}));
    QCOMPARE(pages.connection.pendingJobs(), 0);
    pages.model->fetchMore({});
    QVERIFY(pages.model->isLoading());
    QTRY_COMPARE(ids(*pages.model), QList<int>({1, 2, 3, 4}));
    QCOMPARE(insertions.count(), 1);
    pages.model->fetchMore({});
    QTRY_COMPARE(ids(*pages.model), QList<int>({1, 2, 3, 4, 5, 6}));
    QVERIFY(!pages.model->isComplete());
    pages.model->fetchMore({});
    QTRY_COMPARE(ids(*pages.model), QList<int>({1, 2, 3, 4, 5, 6, 7}));
    QTRY_VERIFY(pages.model->isComplete());
    QVERIFY(!pages.model->canFetchMore({}));
    QVERIFY(!pages.model->isLoading());
    QCOMPARE(
        pages.server.userQueries(),
        QByteArrayList({"SHOW FULL COLUMNS FROM `t`", "SHOW INDEX FROM `t`",
                        "SHOW CREATE TABLE `t`", PagesServer::page(0, 3), PagesServer::page(3, 2),
                        PagesServer::page(5, 2), PagesServer::page(7, 2)}));
    QCOMPARE(pages.errors.count(), 0);
}

void tst_QueryModelPages::prefetchReadsPageByPage()
{
    Pages pages;
    // As many rows of this size as there is space for.
    const int limit = 1024 * 1024 / 8;
    pages.server.on(PagesServer::page(3, limit), PagesServer::rows(4, 4));
    pages.model->setPrefetch(true);
    QTRY_VERIFY(pages.model->isComplete());
    QCOMPARE(pages.model->count(), 7);
    QVERIFY(pages.model->isPaged());
    QCOMPARE(pages.server.countQuery(PagesServer::page(3, limit)), 1);
}

void tst_QueryModelPages::tooLargePageIsReadInSmallerOnes()
{
    PagesServer server;
    const auto large = [](int first, int count) {
        return [first, count](FakeConnection &c) {
            QList<FakeRow> list;
            for (int i = first; i < first + count; ++i)
                list.append({QByteArray::number(i), QByteArray(1'000, 'x')});
            c.result({idColumn(), nameColumn()}, list);
        };
    };
    server.on(PagesServer::page(0, 33), large(1, 5));
    server.on(PagesServer::page(0, 2), large(1, 2));
    server.on(PagesServer::page(2, 31), large(3, 3));
    ConnectionOptions options = optionsFor(server);
    options.setMaximumResultSize(4'000);
    Connection connection(options);
    QueryModel model;
    const Tester tester(&model);
    model.setFetchSize(32);
    model.setExecutor(&connection);
    model.setSql(Sql);
    QTRY_VERIFY(model.isComplete());
    QVERIFY(!model.error());
    QCOMPARE(ids(model), QList<int>({1, 2, 3, 4, 5}));
}

void tst_QueryModelPages::streamedModeSendsTheStatementAlone()
{
    Pages pages(Mode::Streamed);
    pages.server.on(Sql.toUtf8(), PagesServer::rows(1, 7));
    VERIFY_LOADED(*pages.model);
    QVERIFY(!pages.model->isPaged());
    QCOMPARE(ids(*pages.model), QList<int>({1, 2}));
    QCOMPARE(pages.server.userQueries(), QByteArrayList({Sql.toUtf8()}));
    QCOMPARE(pages.server.count(KeyedTableServer::Prepare), 0);
    // The mode is that of the next statement.
    QSignalSpy modes(pages.model.get(), &QueryModel::readModeChanged);
    pages.model->setReadMode(Mode::Paged);
    pages.model->setReadMode(Mode::Paged);
    QCOMPARE(modes.count(), 1);
    pages.model->reload();
    QTRY_VERIFY(pages.model->isPaged());
    QCOMPARE(ids(*pages.model), QList<int>({1, 2}));
}

void tst_QueryModelPages::statementThatCannotBePagedSaysWhy_data()
{
    QTest::addColumn<QString>("sql");
    QTest::addColumn<QString>("reason");
    QTest::newRow("limit") << u"SELECT id FROM t LIMIT 3"_s << u"it contains LIMIT"_s;
    QTest::newRow("no table") << u"SELECT 1"_s << u"does not read a table"_s;
    QTest::newRow("aggregate") << u"SELECT MAX(id) FROM t"_s << u"it calls MAX"_s;
    QTest::newRow("no select") << u"CALL p()"_s << u"does not begin with SELECT"_s;
    QTest::newRow("order") << u"SELECT id, name FROM t ORDER BY name"_s << u"column name"_s;
}

void tst_QueryModelPages::statementThatCannotBePagedSaysWhy()
{
    QFETCH(QString, sql);
    QFETCH(QString, reason);
    Pages pages(Mode::Paged);
    VERIFY_LOADED(*pages.model);
    QCOMPARE(pages.model->count(), 2);
    pages.model->setSql(sql);
    QTRY_COMPARE(pages.errors.count(), 1);
    QCOMPARE(pages.model->error().code(), Error::NotSupported);
    QCOMPARE(pages.model->error().statement(), sql);
    QVERIFY2(pages.model->error().message().contains(reason),
             qPrintable(pages.model->error().message()));
    QVERIFY(!pages.model->isLoading());
    QCOMPARE(pages.server.countQuery(sql.toUtf8()), 0);
    // Automatic is content with a stream.
    pages.server.on(sql.toUtf8(), PagesServer::rows(1, 2));
    pages.model->setReadMode(Mode::Automatic);
    pages.model->reload();
    QTRY_VERIFY(!pages.model->isLoading());
    QVERIFY(!pages.model->error());
    QVERIFY(!pages.model->isPaged());
    QCOMPARE(pages.server.countQuery(sql.toUtf8()), 1);
}

void tst_QueryModelPages::tableIsAskedAboutOnce()
{
    Pages pages;
    VERIFY_LOADED(*pages.model);
    pages.model->setFilter(u"id"_s, QueryModel::FilterOperator::IsNotNull);
    pages.server.on("SELECT id, name FROM t\nWHERE `t`.`id` IS NOT NULL ORDER BY `t`.`id` LIMIT 3",
                    PagesServer::rows(1, 2));
    QTRY_VERIFY(pages.model->isComplete());
    QVERIFY(pages.model->isPaged());
    QCOMPARE(pages.server.countQuery("SHOW INDEX FROM `t`"), 1);
    QCOMPARE(pages.server.count(KeyedTableServer::Prepare), 1);
    // Who reads it anew wants to know what there is now.
    pages.model->clearFilters();
    QTRY_VERIFY(!pages.model->isLoading());
    pages.model->refresh();
    QTRY_COMPARE(pages.server.countQuery("SHOW INDEX FROM `t`"), 2);
    VERIFY_LOADED(*pages.model);
    pages.model->reload();
    QTRY_COMPARE(pages.server.countQuery("SHOW INDEX FROM `t`"), 3);
    VERIFY_LOADED(*pages.model);
}

void tst_QueryModelPages::lostConnectionBetweenPagesIsNotSeen()
{
    Pages pages;
    VERIFY_LOADED(*pages.model);
    QSignalSpy resets(pages.model.get(), &QueryModel::modelReset);
    pages.server.cutAll();
    pages.model->fetchMore({});
    QTRY_COMPARE(ids(*pages.model), QList<int>({1, 2, 3, 4}));
    QCOMPARE(pages.errors.count(), 0);
    QCOMPARE(resets.count(), 0);
    QCOMPARE(pages.server.connectionCount(), 2);
}

void tst_QueryModelPages::pageThatIsCutOffIsAskedForAgain()
{
    Pages pages;
    VERIFY_LOADED(*pages.model);
    pages.server.once(PagesServer::page(3, 2), [](FakeConnection &c) {
        c.columns({idColumn(), nameColumn()});
        c.row({"4", "row 4"});
        c.cut();
    });
    pages.model->fetchMore({});
    QTRY_COMPARE(ids(*pages.model), QList<int>({1, 2, 3, 4}));
    QCOMPARE(pages.errors.count(), 0);
    QCOMPARE(pages.server.countQuery(PagesServer::page(3, 2)), 2);
}

void tst_QueryModelPages::failedPageKeepsTheRows()
{
    Pages pages;
    VERIFY_LOADED(*pages.model);
    pages.model->fetchMore({});
    QTRY_COMPARE(pages.model->count(), 4);
    pages.server.once(PagesServer::page(5, 2),
                      [](FakeConnection &c) { c.error(1146, "42S02", "No table"); });
    pages.model->fetchMore({});
    QTRY_COMPARE(pages.errors.count(), 1);
    QCOMPARE(pages.model->error().serverErrorNumber(), 1146);
    // The row that was read with the last page is shown.
    QCOMPARE(ids(*pages.model), QList<int>({1, 2, 3, 4, 5}));
    QVERIFY(!pages.model->isComplete());
    QVERIFY(!pages.model->canFetchMore({}));
    QVERIFY(!pages.model->isLoading());
    // The table may be another one now.
    pages.server.on(PagesServer::page(3, 4), PagesServer::rows(4, 4));
    pages.model->refresh();
    QTRY_VERIFY(!pages.model->error() && !pages.model->isLoading());
    QCOMPARE(pages.model->count(), 6);
    QCOMPARE(pages.server.countQuery("SHOW INDEX FROM `t`"), 2);
    QVERIFY(pages.model->isPaged());
}

void tst_QueryModelPages::pagesThatComeAgainAreAnError()
{
    for (const int first : {1, 3}) {
        Pages pages;
        pages.server.on(PagesServer::page(3, 2), PagesServer::rows(first, 2));
        VERIFY_LOADED(*pages.model);
        pages.model->fetchMore({});
        QTRY_COMPARE(pages.errors.count(), 1);
        QCOMPARE(pages.model->error().code(), Error::NotSupported);
        QCOMPARE(ids(*pages.model), QList<int>({1, 2, 3}));
        QVERIFY(!pages.model->canFetchMore({}));
    }
}

void tst_QueryModelPages::cancelledPageKeepsTheRows()
{
    Pages pages;
    VERIFY_LOADED(*pages.model);
    // Between two pages nothing is running.
    pages.model->cancel();
    QCOMPARE(pages.errors.count(), 0);
    QVERIFY(pages.model->canFetchMore({}));
    pages.server.on(PagesServer::page(3, 2), FakeServer::stall);
    pages.model->fetchMore({});
    QTRY_COMPARE(pages.server.countQuery(PagesServer::page(3, 2)), 1);
    pages.model->cancel();
    QCOMPARE(pages.errors.count(), 1);
    QCOMPARE(pages.model->error().code(), Error::Cancelled);
    QVERIFY(!pages.model->isLoading());
    VERIFY_SUCCEEDS(watch(pages.connection.execute(u"INSERT 1"_s)));
    QCOMPARE(ids(*pages.model).mid(0, 2), QList<int>({1, 2}));
}

void tst_QueryModelPages::refreshInThePageStartsAgain()
{
    Pages pages;
    VERIFY_LOADED(*pages.model);
    pages.server.once(PagesServer::page(3, 2), FakeServer::stall);
    pages.model->fetchMore({});
    QTRY_COMPARE(pages.server.countQuery(PagesServer::page(3, 2)), 1);
    pages.server.on(PagesServer::page(0, 3), PagesServer::rows(2, 2));
    QSignalSpy resets(pages.model.get(), &QueryModel::modelReset);
    pages.model->refresh();
    QTRY_COMPARE(ids(*pages.model), QList<int>({2, 3}));
    QVERIFY(pages.model->isComplete());
    QCOMPARE(resets.count(), 0);
    QCOMPARE(pages.errors.count(), 0);
}

void tst_QueryModelPages::otherStatementReplacesThePage()
{
    Pages pages;
    VERIFY_LOADED(*pages.model);
    pages.server.on(PagesServer::page(3, 2), FakeServer::stall);
    pages.server.on("SELECT 1", PagesServer::rows(1, 1));
    pages.model->fetchMore({});
    QTRY_COMPARE(pages.server.countQuery(PagesServer::page(3, 2)), 1);
    pages.model->setSql(u"SELECT 1"_s);
    QTRY_COMPARE(pages.model->count(), 1);
    QVERIFY(!pages.model->isPaged());
    // And while it is asked about.
    pages.server.once("SHOW INDEX FROM `t`", FakeServer::stall);
    pages.model->setSql(Sql);
    QTRY_COMPARE(pages.server.countQuery("SHOW INDEX FROM `t`"), 2);
    pages.model->setSql(u"SELECT 1"_s);
    QTRY_COMPARE(pages.server.countQuery("SELECT 1"), 2);
    VERIFY_LOADED(*pages.model);
    QCOMPARE(pages.model->count(), 1);
    QCOMPARE(pages.errors.count(), 0);
}

void tst_QueryModelPages::modelMayBeDestroyedInThePage()
{
    Pages pages;
    VERIFY_LOADED(*pages.model);
    pages.server.on(PagesServer::page(3, 2), FakeServer::stall);
    pages.model->fetchMore({});
    QTRY_COMPARE(pages.server.countQuery(PagesServer::page(3, 2)), 1);
    pages.tester.reset();
    pages.model.reset();
    VERIFY_SUCCEEDS(watch(pages.connection.execute(u"INSERT 1"_s)));
}

void tst_QueryModelPages::connectionMayBeDestroyedBetweenPages()
{
    PagesServer server;
    auto connection = std::make_unique<Connection>(optionsFor(server));
    QueryModel model;
    const Tester tester(&model);
    QSignalSpy errors(&model, &QueryModel::errorOccurred);
    model.setFetchSize(2);
    model.setExecutor(connection.get());
    model.setSql(Sql);
    VERIFY_LOADED(model);
    connection.reset();
    QVERIFY(!model.executor());
    QCOMPARE(errors.count(), 0);
    model.fetchMore({});
    QCOMPARE(errors.count(), 1);
    QCOMPARE(model.error().code(), Error::ConnectionClosed);
    QVERIFY(!model.isLoading());
    QVERIFY(!model.canFetchMore({}));
    QCOMPARE(ids(model), QList<int>({1, 2, 3}));
}

void tst_QueryModelPages::otherColumnsAreReadFromTheStart()
{
    Pages pages;
    VERIFY_LOADED(*pages.model);
    const auto altered = [](int first, int count) {
        return [=](FakeConnection &c) {
            QList<FakeRow> list;
            for (int i = first; i < first + count; ++i)
                list.append({QByteArray::number(i), "new"});
            c.result({idColumn(), nameColumn("title")}, list);
        };
    };
    pages.server.on(PagesServer::page(3, 2), altered(4, 2));
    pages.server.on(PagesServer::page(0, 3), altered(1, 3));
    pages.model->fetchMore({});
    QTRY_COMPARE(pages.model->columnNames().value(1), u"title"_s);
    VERIFY_LOADED(*pages.model);
    QCOMPARE(ids(*pages.model), QList<int>({1, 2, 3, 4}));
    QCOMPARE(pages.server.countQuery("SHOW INDEX FROM `t`"), 2);
    QCOMPARE(pages.errors.count(), 0);
    QVERIFY(pages.model->isPaged());
}

/// A server, or what is in front of it, whose results have other columns than it says.
void tst_QueryModelPages::unexpectedColumnsAreStreamed()
{
    Pages pages;
    const auto answerOthers = [](FakeConnection &c) { c.result({"id", "other"}, {{"1", "a"}}); };
    pages.server.on(PagesServer::page(0, 3), answerOthers);
    pages.server.on(Sql.toUtf8(), answerOthers);
    QTRY_COMPARE(pages.model->count(), 1);
    QVERIFY(!pages.model->isPaged());
    QVERIFY(pages.model->isComplete());
    QCOMPARE(pages.errors.count(), 0);
    QCOMPARE(pages.server.countQuery(PagesServer::page(0, 3)), 1);
    QCOMPARE(pages.server.countQuery(Sql.toUtf8()), 1);
}

void tst_QueryModelPages::keyThatMayBeNullAfterAllIsStreamed()
{
    Pages pages;
    const auto answerNullable = [](FakeConnection &c) {
        FakeColumn id = idColumn();
        id.flags = PrimaryKeyFlag;
        c.result({id, nameColumn()}, {{"1", "a"}});
    };
    pages.server.on(PagesServer::page(0, 3), answerNullable);
    pages.server.on(Sql.toUtf8(), answerNullable);
    QTRY_COMPARE(pages.model->count(), 1);
    QVERIFY(!pages.model->isPaged());
    QCOMPARE(pages.errors.count(), 0);
    QCOMPARE(pages.server.countQuery(PagesServer::page(0, 3)), 2);
}

void tst_QueryModelPages::refusedMetadataMeansAStream()
{
    Pages pages;
    pages.server.on("SHOW INDEX FROM `t`",
                    [](FakeConnection &c) { c.error(1142, "42000", "SELECT command denied"); });
    pages.server.on(Sql.toUtf8(), PagesServer::rows(1, 7));
    VERIFY_LOADED(*pages.model);
    QCOMPARE(ids(*pages.model), QList<int>({1, 2}));
    QVERIFY(!pages.model->isPaged());
    QCOMPARE(pages.errors.count(), 0);
}

QTEST_GUILESS_MAIN(tst_QueryModelPages)
#include "tst_querymodelpages.moc"
