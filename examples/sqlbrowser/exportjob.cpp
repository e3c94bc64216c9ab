// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "exportjob.h"

using namespace AsyncMySql;

// A few milliseconds of work, after which the window can be painted.
constexpr int RowsAtATime = 2000;

ExportJob::ExportJob(std::unique_ptr<RowSource> rows, std::unique_ptr<RowFormat> format,
                     const QString &fileName, QObject *parent)
    : QObject(parent)
    , m_source(std::move(rows))
    , m_format(std::move(format))
    , m_file(fileName)
{
    connect(m_source.get(), &RowSource::ready, this, &ExportJob::takeRowsLater);
    connect(m_source.get(), &RowSource::ended, this, [this](const Error &error) {
        if (m_hasEnded && !error)
            return;
        m_hasEnded = true;
        m_error = error;
        takeRowsLater();
    });
}

void ExportJob::start()
{
    m_clock.start();
    if (!m_file.open(QIODevice::WriteOnly)) {
        m_isFinished = true;
        Q_EMIT finished(m_file.errorString());
        return;
    }
    m_source->start();
}

void ExportJob::cancel()
{
    if (!m_isFinished)
        m_source->cancel();
}

void ExportJob::takeRows()
{
    m_isTaking = false;
    if (m_isFinished)
        return;
    if (m_error) {
        finish();
        return;
    }
    const QList<Row> rows = m_source->take(RowsAtATime);
    if (!m_hasHeader && (m_hasEnded || !rows.isEmpty())) {
        m_hasHeader = true;
        write(m_format->header(m_source->columnNames(), m_source->timeZone()));
    }
    for (const Row &row : rows)
        write(m_format->row(row));
    m_rows += rows.size();
    if (rows.isEmpty() && m_hasEnded) {
        finish();
        return;
    }
    if (!rows.isEmpty()) {
        Q_EMIT progressed();
        takeRowsLater();
    }
}

/// After the window was painted.
void ExportJob::takeRowsLater()
{
    if (m_isTaking)
        return;
    m_isTaking = true;
    QMetaObject::invokeMethod(this, &ExportJob::takeRows, Qt::QueuedConnection);
}

void ExportJob::finish()
{
    m_isFinished = true;
    QString problem = m_error.message();
    if (m_error) {
        m_file.cancelWriting();
        m_file.commit();
    } else {
        write(m_format->footer());
        if (!m_file.commit())
            problem = m_file.errorString();
    }
    Q_EMIT finished(problem);
}

void ExportJob::write(const QByteArray &bytes)
{
    m_file.write(bytes);
    m_bytes += bytes.size();
}
