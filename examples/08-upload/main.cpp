// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// Stores a file in a BLOB and reads it back. The file is read in pieces while it is sent, and is
// never in memory as a whole.

#include <AsyncMySql/Connection>
#include <AsyncMySql/Query>
#include <AsyncMySql/Result>

#include <QtCore/QCoreApplication>
#include <QtCore/QCryptographicHash>
#include <QtCore/QFile>
#include <QtCore/QRandomGenerator>
#include <QtCore/QTemporaryFile>
#include <QtCore/QTextStream>
#include <QtCore/QTimer>

using namespace AsyncMySql;

static QString checksum(const QByteArray &data)
{
    return QCryptographicHash::hash(data, QCryptographicHash::Sha256).toHex();
}

/// 8 MiB of data that cannot be compressed.
static void writeNoise(QFile *file)
{
    QList<quint32> noise(2 * 1024 * 1024);
    QRandomGenerator::global()->fillRange(noise.data(), noise.size());
    file->write(reinterpret_cast<const char *>(noise.constData()), noise.size() * 4);
}

int main(int argc, char *argv[])
{
    QCoreApplication app(argc, argv);
    QTextStream out(stdout);

    const QString url = argc > 1 ? app.arguments().at(1) : qEnvironmentVariable("ASYNCMYSQL_URL");
    if (url.isEmpty()) {
        out << "Usage: 08-upload mysql://user:password@host/database [FILE]\n";
        return 2;
    }
    QTemporaryFile sample;
    if (argc < 3 && sample.open()) {
        writeNoise(&sample);
        sample.close();
    }
    QFile file(argc < 3 ? sample.fileName() : app.arguments().at(2));
    if (!file.open(QIODevice::ReadOnly)) {
        out << file.fileName() << ": " << file.errorString() << '\n';
        return 1;
    }

    Connection connection((QUrl(url)));
    const auto fail = [&](const Error &error) {
        if (error.code() == Error::ConnectionClosed)
            return; // jobs that were pending when the program ended
        out << "\nFailed: " << error.message() << Qt::endl;
        app.exit(1);
    };
    Query *create
        = connection.execute("CREATE TEMPORARY TABLE files (name VARCHAR(200), data LONGBLOB)");
    create->setQueueTimeout(std::chrono::seconds(10)); // how long to wait for a server
    QObject::connect(create, &Job::errorOccurred, &app, fail);

    // A device as a parameter must be open, and must exist until the query has finished.
    Query *insert = connection.execute("INSERT INTO files VALUES (?, ?)",
                                       {file.fileName(), QVariant::fromValue<QIODevice *>(&file)});
    QObject::connect(insert, &Job::errorOccurred, &app, fail);

    // The position of the device is the progress of the upload.
    QTimer timer;
    const auto showProgress = [&] {
        out << "\r  " << file.pos() / 1024 << " of " << file.size() / 1024 << " KiB" << Qt::flush;
    };
    QObject::connect(&timer, &QTimer::timeout, &app, showProgress);
    QObject::connect(insert, &Job::finished, &timer, &QTimer::stop);
    QObject::connect(insert, &Query::resultChanged, &app, [&] {
        showProgress();
        out << Qt::endl;
    });
    timer.start(std::chrono::milliseconds(20));

    Query *select = connection.execute("SELECT name, data FROM files");
    QObject::connect(select, &Job::errorOccurred, &app, fail);
    QObject::connect(select, &Query::resultChanged, &app, [&, select] {
        const Row row = select->result().first();
        const QByteArray data = row.value<QByteArray>("data");
        file.seek(0);
        out << row.text("name") << " is in the database: " << data.size() << " bytes, "
            << (checksum(data) == checksum(file.readAll()) ? "the same" : "but not the same")
            << Qt::endl;
        app.quit();
    });

    return app.exec();
}
