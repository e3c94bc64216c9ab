// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "exchangescript.h"
#include "queryexchange.h"
#include "resultdescription.h"

#include <AsyncMySql/Result>

#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace AsyncMySql::Tests;
using namespace AsyncMySql::Values;
using namespace Qt::StringLiterals;
using Protocol::QueryExchange;
using Progress = Protocol::Exchange::Progress;

namespace {

constexpr quint16 AutoCommit = 0x0002;
constexpr quint16 MoreResults = 0x0008;
constexpr Protocol::Capabilities OldEnd
    = Protocol::Capability::Protocol41 | Protocol::Capability::SessionTrack;
constexpr Protocol::Capabilities NewEnd = OldEnd | Protocol::Capability::DeprecateEof;

/// Appends rows as a packet reader hands them out.
void fill(RowBuffer *buffer, const QByteArrayList &rows)
{
    Wire::PacketReader reader;
    for (const QByteArray &row : rows) {
        QByteArray bytes;
        quint8 sequence = 0;
        Wire::appendPacket(&bytes, row, &sequence);
        const std::span<char> space = reader.prepare();
        QVERIFY(space.size() >= static_cast<size_t>(bytes.size()));
        std::memcpy(space.data(), bytes.constData(), static_cast<size_t>(bytes.size()));
        reader.commit(bytes.size());
        Wire::Packet packet;
        QCOMPARE(reader.next(&packet), Wire::PacketReader::Status::Ready);
        buffer->append(packet.payload, reader.block());
    }
}

QByteArrayList rowsOf(const std::shared_ptr<ResultData> &data)
{
    QByteArrayList rows;
    for (qsizetype i = 0; data && i < data->rows.rowCount(); ++i)
        rows.append(data->rows.row(i).toByteArray());
    return rows;
}

} // namespace

class tst_RowBuffer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void givesRowsInTheirOrder();
    void givesTheRowsOfOneResultAtATime();
    void skipsResultsWithoutRows();
    void knowsTheColumnsWhoseTurnItIs();
    void portionsKnowTheirResult();
    void isFullAtItsLimit();
    void limitCanBeChanged();
    void rowsThatWereTakenStayValid();
    void discardsWhatIsThereAndWhatComes();

    void takesRowsFromAnExchange_data();
    void takesRowsFromAnExchange();
    void holdsTheExchangeUp();
    void letsTheExchangeGoOnWithoutAReader();
    void rowsDoNotCountForTheResultsSize();
};

void tst_RowBuffer::givesRowsInTheirOrder()
{
    RowBuffer buffer(1000);
    QVERIFY(buffer.isEmpty());
    QVERIFY(!buffer.take(-1));
    buffer.beginResult(RowFormat::Binary, std::make_shared<ColumnSet>());
    QVERIFY(!buffer.take(-1));

    fill(&buffer, {"1", "2", "3", "4"});
    QCOMPARE(buffer.rowCount(), 4);
    QVERIFY(!buffer.take(0));
    const auto first = buffer.take(1);
    QCOMPARE(first->format, RowFormat::Binary);
    QCOMPARE(rowsOf(first), QByteArrayList{"1"});
    QCOMPARE(rowsOf(buffer.take(2)), (QByteArrayList{"2", "3"}));
    fill(&buffer, {"5"});
    QCOMPARE(buffer.rowCount(), 2);
    QCOMPARE(rowsOf(buffer.take(10)), (QByteArrayList{"4", "5"}));
    QVERIFY(buffer.isEmpty());
    QVERIFY(!buffer.take(-1));
    fill(&buffer, {"6", "7"});
    QCOMPARE(rowsOf(buffer.take(-1)), (QByteArrayList{"6", "7"}));
}

void tst_RowBuffer::givesTheRowsOfOneResultAtATime()
{
    RowBuffer buffer(1000);
    const auto first = std::make_shared<ColumnSet>();
    const auto second = std::make_shared<ColumnSet>();
    buffer.beginResult(RowFormat::Text, first);
    fill(&buffer, {"1", "2"});
    buffer.beginResult(RowFormat::Text, second);
    fill(&buffer, {"3"});
    QCOMPARE(buffer.rowCount(), 3);

    const auto taken = buffer.take(10);
    QCOMPARE(taken->columns, first);
    QCOMPARE(rowsOf(taken), (QByteArrayList{"1", "2"}));
    const auto rest = buffer.take(10);
    QCOMPARE(rest->columns, second);
    QCOMPARE(rowsOf(rest), QByteArrayList{"3"});
}

void tst_RowBuffer::skipsResultsWithoutRows()
{
    RowBuffer buffer(1000);
    for (int i = 0; i < 3; ++i)
        buffer.beginResult(RowFormat::Text, std::make_shared<ColumnSet>());
    fill(&buffer, {"1"});
    for (int i = 0; i < 3; ++i)
        buffer.beginResult(RowFormat::Text, std::make_shared<ColumnSet>());
    fill(&buffer, {"2"});
    QCOMPARE(rowsOf(buffer.take(-1)), QByteArrayList{"1"});
    QCOMPARE(rowsOf(buffer.take(-1)), QByteArrayList{"2"});
    QVERIFY(!buffer.take(-1));
}

void tst_RowBuffer::knowsTheColumnsWhoseTurnItIs()
{
    RowBuffer buffer(1000);
    QVERIFY(!buffer.columns());
    const auto first = std::make_shared<ColumnSet>();
    const auto second = std::make_shared<ColumnSet>();
    buffer.beginResult(RowFormat::Text, first);
    QCOMPARE(buffer.columns(), first);
    fill(&buffer, {"1"});
    buffer.beginResult(RowFormat::Text, second);
    QCOMPARE(buffer.columns(), first);
    buffer.take(-1);
    QCOMPARE(buffer.columns(), second);
}

void tst_RowBuffer::portionsKnowTheirResult()
{
    // Results of the same definitions share their columns.
    const auto columns = std::make_shared<ColumnSet>();
    RowBuffer buffer(1000);
    buffer.beginResult(RowFormat::Text, columns);
    fill(&buffer, {"\1a", "\1b"});
    const Result first(buffer.take(1));
    const Result second(buffer.take(1));
    buffer.beginResult(RowFormat::Text, columns);
    fill(&buffer, {"\1c"});
    const Result other(buffer.take(-1));
    QVERIFY(first.isFromSameResult(second));
    QVERIFY(second.isFromSameResult(first));
    QVERIFY(first.isFromSameResult(first));
    QVERIFY(!first.isFromSameResult(other));
    QVERIFY(!other.isFromSameResult(second));

    RowBuffer another(1000);
    another.beginResult(RowFormat::Text, columns);
    fill(&another, {"\1a"});
    QVERIFY(!first.isFromSameResult(Result(another.take(-1))));
    QVERIFY(!first.isFromSameResult(Result()));

    const auto ok = [] {
        auto data = std::make_shared<ResultData>();
        data->columns = ColumnSet::empty();
        return Result(std::move(data));
    };
    const Result insert = ok();
    QVERIFY(insert.isFromSameResult(Result(insert)));
    QVERIFY(!insert.isFromSameResult(ok()));
}

void tst_RowBuffer::isFullAtItsLimit()
{
    // Every row takes 4 bytes more on the wire.
    RowBuffer buffer(10);
    buffer.beginResult(RowFormat::Text, std::make_shared<ColumnSet>());
    fill(&buffer, {"1"});
    QVERIFY(!buffer.isFull());
    fill(&buffer, {"2"});
    QVERIFY(buffer.isFull());
    buffer.take(1);
    QVERIFY(!buffer.isFull());
    fill(&buffer, {QByteArray(100, 'x')});
    QVERIFY(buffer.isFull());
    buffer.take(1);
    QVERIFY(buffer.isFull());
    buffer.take(1);
    QVERIFY(!buffer.isFull());
}

void tst_RowBuffer::limitCanBeChanged()
{
    RowBuffer buffer(100);
    QCOMPARE(buffer.limit(), 100);
    buffer.beginResult(RowFormat::Text, std::make_shared<ColumnSet>());
    fill(&buffer, {"1"});
    buffer.setLimit(5);
    QCOMPARE(buffer.limit(), 5);
    QVERIFY(buffer.isFull());
    buffer.setLimit(6);
    QVERIFY(!buffer.isFull());
}

void tst_RowBuffer::rowsThatWereTakenStayValid()
{
    auto buffer = std::make_unique<RowBuffer>(1000);
    buffer->beginResult(RowFormat::Text, std::make_shared<ColumnSet>());
    fill(buffer.get(), {"1", "2", "3"});
    const auto first = buffer->take(1);
    const auto rest = buffer->take(-1);
    buffer.reset();
    QCOMPARE(rowsOf(first), QByteArrayList{"1"});
    QCOMPARE(rowsOf(rest), (QByteArrayList{"2", "3"}));
}

void tst_RowBuffer::discardsWhatIsThereAndWhatComes()
{
    RowBuffer buffer(5);
    buffer.beginResult(RowFormat::Text, std::make_shared<ColumnSet>());
    fill(&buffer, {"1"});
    QVERIFY(buffer.isFull());
    buffer.discard();
    QVERIFY(!buffer.isFull());
    QVERIFY(buffer.isEmpty());
    fill(&buffer, {"2"});
    buffer.beginResult(RowFormat::Text, std::make_shared<ColumnSet>());
    fill(&buffer, {"3"});
    QVERIFY(!buffer.isFull());
    QVERIFY(!buffer.take(-1));
    QCOMPARE(buffer.rowCount(), 0);
}

void tst_RowBuffer::takesRowsFromAnExchange_data()
{
    QTest::addColumn<Protocol::Capabilities>("capabilities");
    QTest::newRow("EOF") << OldEnd;
    QTest::newRow("DEPRECATE_EOF") << NewEnd;
}

void tst_RowBuffer::takesRowsFromAnExchange()
{
    QFETCH(Protocol::Capabilities, capabilities);
    const quint16 more = AutoCommit | MoreResults;
    const QByteArray stream = streamOf(
        resultPackets(capabilities, {"a"}, {{"1"}, {QByteArray()}, {QByteArray(300, 'x')}}, more)
        + resultPackets(capabilities, {"b"}, {}, more)
        + resultPackets(capabilities, {"c"}, {{"2"}}, more)
        + QByteArrayList{okPacketOf(AutoCommit)});
    for (qsizetype portion = 1; portion <= stream.size(); ++portion) {
        QueryExchange::Options options;
        options.rowBuffer = std::make_shared<RowBuffer>(1'000'000);
        QueryExchange exchange("CALL p()", capabilities, options);
        ExchangeReader reader(&exchange);
        QStringList rows;
        for (qsizetype at = 0; at < stream.size(); at += portion) {
            reader.feed(QByteArrayView(stream).sliced(at, qMin(portion, stream.size() - at)));
            while (const auto taken = options.rowBuffer->take(2))
                rows += describedResults({taken}).first().split(u" | "_s);
        }
        QCOMPARE(reader.progress(), Progress::Finished);
        QCOMPARE(exchange.receivedRows(), 4);
        rows.removeAll(u"a"_s);
        QCOMPARE(rows, (QStringList{u"1"_s, u"NULL"_s, QString(300, u'x'), u"c"_s, u"2"_s}));
        // What is known of the results besides their rows.
        QCOMPARE(describedResults(exchange.takeResults()),
                 (QStringList{u"a"_s, u"b"_s, u"c"_s, {}}));
    }
}

void tst_RowBuffer::holdsTheExchangeUp()
{
    QueryExchange::Options options;
    // One row fills it.
    options.rowBuffer = std::make_shared<RowBuffer>(6);
    QueryExchange exchange("SELECT", NewEnd, options);
    ExchangeReader reader(&exchange);
    reader.feed(streamOf(resultPackets(NewEnd, {"a"}, {{"1"}, {"2"}, {"3"}}, AutoCommit)));
    QVERIFY(exchange.isFull());
    QCOMPARE(options.rowBuffer->rowCount(), 1);
    for (const QString &value : {u"1"_s, u"2"_s, u"3"_s}) {
        QCOMPARE(reader.progress(), Progress::NeedPacket);
        QCOMPARE(describedResults({options.rowBuffer->take(-1)}), QStringList{u"a | "_s + value});
        QVERIFY(!exchange.isFull());
        reader.resume();
    }
    QCOMPARE(reader.progress(), Progress::Finished);
}

void tst_RowBuffer::letsTheExchangeGoOnWithoutAReader()
{
    QueryExchange::Options options;
    options.rowBuffer = std::make_shared<RowBuffer>(6);
    QueryExchange exchange("SELECT", NewEnd, options);
    ExchangeReader reader(&exchange);
    reader.feed(streamOf(resultPackets(NewEnd, {"a"}, {{"1"}, {"2"}}, AutoCommit | MoreResults)
                         + resultPackets(NewEnd, {"b"}, {{"3"}}, AutoCommit)));
    QVERIFY(exchange.isFull());
    options.rowBuffer->discard();
    reader.resume();
    QCOMPARE(reader.progress(), Progress::Finished);
    QCOMPARE(exchange.receivedRows(), 3);
    QVERIFY(options.rowBuffer->isEmpty());
}

void tst_RowBuffer::rowsDoNotCountForTheResultsSize()
{
    QueryExchange::Options options;
    options.limits.resultSize = 1000;
    options.rowBuffer = std::make_shared<RowBuffer>(1'000'000);
    QueryExchange exchange("SELECT", NewEnd, options);
    ExchangeReader reader(&exchange);
    reader.feed(streamOf(resultPackets(NewEnd, {"a"}, {{QByteArray(5000, 'x')}}, AutoCommit)));
    QCOMPARE(reader.progress(), Progress::Finished);
    QCOMPARE(options.rowBuffer->rowCount(), 1);
}

QTEST_APPLESS_MAIN(tst_RowBuffer)

#include "tst_rowbuffer.moc"
