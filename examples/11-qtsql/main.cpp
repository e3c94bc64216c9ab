// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// An ordinary program with QtSql. Its driver is that of AsyncMySql, or the one that is named:
// 11-qtsql --driver QMYSQL prints the same.

#include <AsyncMySql/SqlDriver>

#include <QtCore/QCommandLineParser>
#include <QtCore/QCoreApplication>
#include <QtCore/QDate>
#include <QtCore/QTextStream>
#include <QtCore/QUrl>
#include <QtSql/QSqlDatabase>
#include <QtSql/QSqlError>
#include <QtSql/QSqlQuery>
#include <QtSql/QSqlRecord>
#include <QtSql/QSqlTableModel>

namespace {

bool sellTickets(QSqlDatabase database, QTextStream &out)
{
    QSqlQuery query(database);
    if (!query.exec("CREATE TEMPORARY TABLE tickets (id INT AUTO_INCREMENT PRIMARY KEY, "
                    "name VARCHAR(60) NOT NULL, day DATE, price DECIMAL(8,2))")) {
        out << "Failed: " << query.lastError().text() << Qt::endl;
        return false;
    }

    database.transaction();
    query.prepare("INSERT INTO tickets (name, day, price) VALUES (:name, :day, :price)");
    query.bindValue(":name", "Zoë Müller");
    query.bindValue(":day", QDate(2024, 2, 29));
    query.bindValue(":price", 19.9);
    query.exec();
    out << "Ticket " << query.lastInsertId().toInt() << " is sold\n";
    database.commit();

    // All rows in one batch; QMYSQL executes the statement once for each.
    QVariantList names;
    QVariantList days;
    QVariantList prices;
    for (int i = 0; i < 1000; ++i) {
        names.append(QString("guest %1").arg(i));
        days.append(QDate(2024, 3, 1).addDays(i % 30));
        prices.append(10 + i % 5);
    }
    query.bindValue(":name", names);
    query.bindValue(":day", days);
    query.bindValue(":price", prices);
    if (!query.execBatch()) {
        out << "Failed: " << query.lastError().text() << Qt::endl;
        return false;
    }

    // Read as they arrive, instead of being held.
    query.setForwardOnly(true);
    query.exec("SELECT day, price FROM tickets ORDER BY id");
    int count = 0;
    double sum = 0;
    for (; query.next(); ++count)
        sum += query.value("price").toDouble();
    out << count << " tickets for " << QString::number(sum, 'f', 2) << '\n';

    if (!query.exec("SELECT nothing FROM tickets"))
        out << "Error " << query.lastError().nativeErrorCode() << " was expected\n";
    return true;
}

void editTickets(const QSqlDatabase &database, QTextStream &out)
{
    QSqlTableModel model(nullptr, database);
    model.setTable("tickets");
    model.setFilter("id <= 3");
    model.setEditStrategy(QSqlTableModel::OnManualSubmit);
    model.select();
    model.setData(model.index(0, model.fieldIndex("price")), 25);
    out << "Edited: " << (model.submitAll() ? "yes" : "no") << '\n';
    for (int row = 0; row < model.rowCount(); ++row) {
        const QSqlRecord record = model.record(row);
        out << "  " << record.value("id").toInt() << ", " << record.value("name").toString() << ", "
            << record.value("day").toDate().toString(Qt::ISODate) << ", "
            << QString::number(record.value("price").toDouble(), 'f', 2) << '\n';
    }
}

} // namespace

int main(int argc, char *argv[])
{
    QCoreApplication app(argc, argv);
    QTextStream out(stdout);
    QCommandLineParser parser;
    parser.addOption({"driver", "the driver of QtSql", "name", "QMYSQL_ASYNC"});
    parser.addHelpOption();
    parser.addPositionalArgument("url", "mysql://user:password@host/database");
    parser.process(app);

    const QUrl url(parser.positionalArguments().value(0, qEnvironmentVariable("ASYNCMYSQL_URL")));
    if (!url.isValid() || url.isEmpty()) {
        out << parser.helpText();
        return 2;
    }

    // The only line that is not there with QMYSQL.
    AsyncMySql::registerSqlDriver();

    QSqlDatabase database = QSqlDatabase::addDatabase(parser.value("driver"));
    database.setHostName(url.host());
    database.setPort(url.port(3306));
    database.setUserName(url.userName());
    database.setPassword(url.password());
    database.setDatabaseName(url.path().mid(1));
    if (!database.open()) {
        out << "Failed: " << database.lastError().text() << Qt::endl;
        return 1;
    }
    if (!sellTickets(database, out))
        return 1;
    editTickets(database, out);
    return 0;
}
