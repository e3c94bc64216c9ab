// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "exportjob.h"

#include <AsyncMySql/Query>
#include <AsyncMySql/Result>

using namespace AsyncMySql;

// That is a few milliseconds of work, after which the window may be painted.
constexpr qsizetype RowsAtATime = 2000;
constexpr qsizetype ReadAhead = 512 * 1024;

ExportJob::ExportJob(const ConnectionOptions &options, const QString &sql, const QString &fileName,
                     RowFormat::Kind kind, QObject *parent)
    : QObject(parent)
    , m_connection(options)
    , m_sql(sql)
    , m_file(fileName)
    , m_format(kind)
{
}

ExportJob::~ExportJob()
{
    // It ends with the connection, and would be told of it.
    if (m_query)
        m_query->disconnect(this);
}

void ExportJob::start()
{
    m_clock.start();
    if (!m_file.open(QIODevice::WriteOnly)) {
        Q_EMIT finished(m_file.errorString());
        return;
    }
    m_query = m_connection.execute(m_sql);
    m_query->setStreaming(true);
    m_query->setBufferLimit(ReadAhead);
    connect(m_query, &Query::rowsReady, this, &ExportJob::takeRowsLater);
    connect(m_query, &Job::finished, this, &ExportJob::finish);
}

void ExportJob::cancel()
{
    if (m_query)
        m_query->cancel();
}

void ExportJob::takeRows()
{
    m_isTaking = false;
    if (!m_query)
        return;
    const Result rows = m_query->takeRows(RowsAtATime);
    if (!m_hasHeader && rows.hasRows()) {
        write(m_format.header(rows.columnNames()));
        m_hasHeader = true;
    }
    for (const Row &row : rows)
        write(m_format.row(row));
    m_rows += rows.rowCount();
    Q_EMIT progressed();
    if (m_query && m_query->availableRows() > 0)
        takeRowsLater();
}

/// After the window had its turn.
void ExportJob::takeRowsLater()
{
    if (m_isTaking)
        return;
    m_isTaking = true;
    QMetaObject::invokeMethod(this, &ExportJob::takeRows, Qt::QueuedConnection);
}

void ExportJob::finish()
{
    const Error error = m_query->error();
    while (!error && m_query->availableRows() > 0)
        takeRows();
    if (!error && !m_hasHeader)
        write(m_format.header(m_query->result().columnNames()));
    m_query = nullptr;
    QString problem = error.message();
    if (error) {
        m_file.cancelWriting();
        m_file.commit();
    } else {
        write(m_format.footer());
        if (!m_file.commit())
            problem = m_file.errorString();
    }
    m_connection.close();
    Q_EMIT finished(problem);
}

void ExportJob::write(const QByteArray &bytes)
{
    m_file.write(bytes);
    m_bytes += bytes.size();
}
