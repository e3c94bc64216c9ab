// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// Shows a table of millions of rows, of which the model reads those that are shown.

#include "jumps.h"
#include "tablemaker.h"
#include "window.h"

#include <AsyncMySql/Pool>
#include <AsyncMySql/QueryModel>

#include <QtCore/QCommandLineParser>
#include <QtCore/QTextStream>
#include <QtWidgets/QApplication>

using namespace AsyncMySql;

static void print(const QString &line)
{
    QTextStream(stdout) << line << Qt::endl;
}

/// Scrolls about, first while the rows are counted and then again, and ends the program.
static void measure(QueryModel *model, Window *window, int count, const QString &picture)
{
    auto *first = new Jumps(window, count, window);
    QObject::connect(first, &Jumps::finished, window, [=] {
        print("While rows are counted, " + first->report());
        delete first;
        const auto countAgain = [=] {
            print(QString("Counted %1 rows").arg(model->count()));
            auto *second = new Jumps(window, count, window);
            QObject::connect(second, &Jumps::finished, window, [=] {
                print("Afterwards, " + second->report());
                print("Memory: " + Jumps::peakMemory());
                if (!picture.isEmpty())
                    window->grab().save(picture);
                QApplication::quit();
            });
        };
        if (model->isComplete())
            countAgain();
        else
            QObject::connect(model, &QueryModel::completeChanged, window, countAgain);
    });
}

int main(int argc, char *argv[])
{
    QApplication app(argc, argv);
    QCommandLineParser parser;
    parser.setApplicationDescription("Shows a table of millions of rows.");
    parser.addPositionalArgument("url", "The server; the default is $ASYNCMYSQL_URL.", "[url]");
    parser.addHelpOption();
    parser.addOption({"rows", "Makes a table of <count> rows if it is not there (1000000).",
                      "count", "1000000"});
    parser.addOption({"jumps", "Scrolls to <count> random rows, measures it, and ends.", "count"});
    parser.addOption({"picture", "Saves what is shown at the end of --jumps.", "file"});
    parser.process(app);
    const QString url
        = parser.positionalArguments().value(0, qEnvironmentVariable("ASYNCMYSQL_URL"));
    if (url.isEmpty())
        parser.showHelp(2);

    Pool pool{QUrl(url)};
    QueryModel model;
    model.setReadMode(QueryModel::ReadMode::RandomAccess);
    Window window(&model);
    window.resize(900, 700);
    window.show();

    const int rows = parser.value("rows").toInt();
    TableMaker maker(&pool, rows);
    QObject::connect(&maker, &TableMaker::progressed, &window, [&](int made) {
        window.showStatus(QString("Making the table: %1 of %2 rows").arg(made).arg(rows));
    });
    const auto fail = [](const QString &reason) {
        print(reason);
        QApplication::exit(1);
    };
    QObject::connect(&maker, &TableMaker::failed, &window, fail);
    QObject::connect(&maker, &TableMaker::finished, &window, [&] {
        model.setExecutor(&pool);
        model.setSql("SELECT * FROM " + TableMaker::tableName(rows));
    });
    if (const int jumps = parser.value("jumps").toInt(); jumps > 0) {
        QObject::connect(&model, &QueryModel::errorOccurred, &window,
                         [&](const Error &error) { fail(error.message()); });
        QObject::connect(&model, &QueryModel::modelReset, &window, [&, jumps] {
            if (model.count() > 0)
                measure(&model, &window, jumps, parser.value("picture"));
        });
    }
    return app.exec();
}
