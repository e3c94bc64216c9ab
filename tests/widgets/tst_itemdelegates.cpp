// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "shopfixture.h"
#include "timespecs.h"

#include <QtWidgets/QDateTimeEdit>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QStyledItemDelegate>

#include <memory>

using namespace AsyncMySql;
using namespace Servers;
using namespace Qt::StringLiterals;
using Policy = TableModel::SubmitPolicy;

/// What the delegates that views have by themselves make of a TableModel.
class tst_ItemDelegates : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void editorsThatAreLeftAloneChangeNothing_data() { addRows(); }
    void editorsThatAreLeftAloneChangeNothing();
    void editedDigitsAreStored_data() { addRows(); }
    void editedDigitsAreStored();
};

namespace {

struct Delegate : QStyledItemDelegate
{
    std::unique_ptr<QWidget> open(const QModelIndex &index)
    {
        std::unique_ptr<QWidget> editor(createEditor(nullptr, {}, index));
        if (editor)
            setEditorData(editor.get(), index);
        return editor;
    }
};

} // namespace

void tst_ItemDelegates::initTestCase()
{
    VERIFY_SERVERS();
    // With hours that do not exist.
    qputenv("TZ", "Europe/Berlin");
    tzset();
}

void tst_ItemDelegates::editorsThatAreLeftAloneChangeNothing()
{
    QFETCH(Server, server);
    Shop shop(server);
    const QList<QStringList> columns = {
        {u"TINYINT"_s, u"-5"_s},
        {u"INT UNSIGNED"_s, u"4294967295"_s},
        {u"BIGINT"_s, u"-9223372036854775808"_s},
        {u"BIGINT UNSIGNED"_s, u"18446744073709551615"_s},
        {u"FLOAT"_s, u"1.2345678"_s},
        {u"DOUBLE"_s, u"0.1234567890123456"_s},
        {u"DECIMAL(30, 10)"_s, u"12345678901234567890.1234567891"_s},
        {u"BIT(10)"_s, u"b'1000000001'"_s},
        {u"YEAR"_s, u"2001"_s},
        {u"VARCHAR(20)"_s, u"' a\\nb '"_s},
        {u"TEXT"_s, u"''"_s},
        {u"LONGTEXT"_s, u"REPEAT('ö', 40000)"_s},
        {u"ENUM('a', 'ö')"_s, u"'ö'"_s},
        {u"SET('a', 'b')"_s, u"'a,b'"_s},
        {u"VARBINARY(10)"_s, u"X'00FF'"_s},
        {u"BLOB"_s, u"X'80'"_s},
        {u"DATE"_s, u"'2026-01-31'"_s},
        {u"DATE"_s, u"'1066-10-14'"_s},
        {u"DATETIME"_s, u"'2026-07-31 12:30:59'"_s},
        {u"DATETIME(3)"_s, u"'2026-07-31 12:30:59.123'"_s},
        {u"DATETIME(6)"_s, u"'2026-07-31 12:30:59.123456'"_s},
        // Where clocks jump from 2 to 3.
        {u"DATETIME"_s, u"'2026-03-29 02:30:00'"_s},
        {u"TIMESTAMP NULL"_s, u"'2026-01-31 12:30:00'"_s},
        {u"TIME"_s, u"'12:30:59'"_s},
        {u"TIME(6)"_s, u"'-100:30:00.654321'"_s},
        {u"JSON"_s, uR"('{"a": [1, 2.5, "x"]}')"_s},
        {u"POINT"_s, u"ST_GeomFromText('POINT(1 2)')"_s},
    };
    QStringList definitions;
    QStringList values;
    for (int i = 0; i < columns.size(); ++i) {
        definitions.append(u"v%1 %2, n%1 %2"_s.arg(i).arg(columns[i].constFirst()));
        values.append(columns[i].constLast() + u", NULL"_s);
    }
    shop.run(u"CREATE TABLE typed (id INT AUTO_INCREMENT PRIMARY KEY, %1)"_s.arg(
        definitions.join(u", "_s)));
    shop.run(u"INSERT INTO typed VALUES (1, %1)"_s.arg(values.join(u", "_s)));
    TableModel model;
    const TableTester tester(&model);
    model.setSubmitPolicy(Policy::Manual);
    model.setExecutor(&shop.connection);
    model.setTable(u"typed"_s);
    VERIFY_COMPLETE(model);
    QVERIFY(model.insertRows(1, 1));
    Delegate delegate;
    int opened = 0;
    for (int row = 0; row < 2; ++row) {
        for (int column = 0; column < model.columnCount(); ++column) {
            const QModelIndex index = model.index(row, column);
            if (!(model.flags(index) & Qt::ItemIsEditable))
                continue;
            const std::unique_ptr<QWidget> editor = delegate.open(index);
            QVERIFY(editor);
            ++opened;
            delegate.setModelData(editor.get(), &model, index);
            // The new row is a change by itself.
            QVERIFY2(model.pendingChanges() == 1
                         && index.data(TableModel::CellStateRole).value<TableModel::CellState>()
                                == TableModel::CellState::Stored,
                     qPrintable(u"%1 of row %2"_s.arg(model.columnNames()[column]).arg(row)));
        }
    }
    // All but bytes, points, and the longest text.
    QCOMPARE(opened, 2 * (1 + 2 * (int(columns.size()) - 3)) - 1);
    model.setBinaryEditable(true);
    QVERIFY(model.flags(model.index(0, model.columnCount() - 1)) & Qt::ItemIsEditable);
}

void tst_ItemDelegates::editedDigitsAreStored()
{
    QFETCH(Server, server);
    Shop shop(server);
    shop.run(u"CREATE TABLE moments (id INT PRIMARY KEY, at DATETIME, doc JSON)"_s);
    shop.run(u"INSERT INTO moments VALUES (1, '2026-07-31 12:30:00', '[1]')"_s);
    TableModel model;
    const TableTester tester(&model);
    model.setSubmitPolicy(Policy::Manual);
    model.setExecutor(&shop.connection);
    model.setTable(u"moments"_s);
    VERIFY_COMPLETE(model);
    Delegate delegate;
    {
        const std::unique_ptr<QWidget> editor = delegate.open(model.index(0, 1));
        auto *edit = qobject_cast<QDateTimeEdit *>(editor.get());
        QVERIFY(edit);
        QCOMPARE(edit->time(), QTime(12, 30));
        edit->setTime(QTime(13, 45));
        delegate.setModelData(editor.get(), &model, model.index(0, 1));
    }
    {
        const std::unique_ptr<QWidget> editor = delegate.open(model.index(0, 2));
        auto *edit = qobject_cast<QLineEdit *>(editor.get());
        QVERIFY(edit);
        QCOMPARE(edit->text().remove(u' '), u"[1]"_s);
        edit->setText(u"[2]"_s);
        delegate.setModelData(editor.get(), &model, model.index(0, 2));
    }
    QCOMPARE(model.index(0, 2).data().toString(), u"[2]"_s);
    // With the role of the column it is a moment.
    model.submitAll();
    VERIFY_SUBMITTED(model);
    const QString now = u"SELECT CONCAT(at, ' ', doc) FROM moments"_s;
    QCOMPARE(shop.run(now)->rows().constFirst().constFirst(), u"2026-07-31 13:45:00 [2]"_s);
    const QDateTime local(QDate(2026, 7, 31), QTime(13, 45), Tests::LocalTime);
    QVERIFY(model.setData(model.index(0, 0), local, Qt::UserRole + 1));
    model.submitAll();
    VERIFY_SUBMITTED(model);
    QCOMPARE(shop.run(now)->rows().constFirst().constFirst(), u"2026-07-31 11:45:00 [2]"_s);
}

QTEST_MAIN(tst_ItemDelegates)
#include "tst_itemdelegates.moc"
