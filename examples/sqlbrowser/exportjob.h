// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "rowformat.h"
#include "rowsource.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QSaveFile>

#include <memory>

/// Writes rows to a file while they arrive. The file is created when it is complete.
class ExportJob : public QObject
{
    Q_OBJECT

public:
    ExportJob(std::unique_ptr<RowSource> rows, std::unique_ptr<RowFormat> format,
              const QString &fileName, QObject *parent = nullptr);

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

    std::unique_ptr<RowSource> m_source;
    std::unique_ptr<RowFormat> m_format;
    QSaveFile m_file;
    QElapsedTimer m_clock;
    qint64 m_rows = 0;
    qint64 m_bytes = 0;
    bool m_hasHeader = false;
    bool m_isTaking = false;
    bool m_hasEnded = false;
    bool m_isFinished = false;
    AsyncMySql::Error m_error;
};
