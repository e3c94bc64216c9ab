// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "rowformat.h"

#include <AsyncMySql/Connection>

#include <QtCore/QElapsedTimer>
#include <QtCore/QPointer>
#include <QtCore/QSaveFile>

/// Writes the rows of a statement into a file as they come. The file appears when it is complete.
class ExportJob : public QObject
{
    Q_OBJECT

public:
    /// Over a connection of its own with \a options.
    ExportJob(const AsyncMySql::ConnectionOptions &options, const QString &sql,
              const QString &fileName, RowFormat::Kind kind, QObject *parent = nullptr);
    ~ExportJob() override;

    void start();
    void cancel();

    qint64 rows() const { return m_rows; }
    qint64 bytes() const { return m_bytes; }
    qint64 elapsed() const { return m_clock.elapsed(); }

Q_SIGNALS:
    void progressed();
    /// Without \a error if the file was written.
    void finished(const QString &error);

private:
    void takeRows();
    void takeRowsLater();
    void finish();
    void write(const QByteArray &bytes);

    AsyncMySql::Connection m_connection;
    QPointer<AsyncMySql::Query> m_query;
    QString m_sql;
    QSaveFile m_file;
    RowFormat m_format;
    QElapsedTimer m_clock;
    qint64 m_rows = 0;
    qint64 m_bytes = 0;
    bool m_hasHeader = false;
    bool m_isTaking = false;
};
