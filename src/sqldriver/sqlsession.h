// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "rowstream.h"

#include <AsyncMySql/connection.h>
#include <AsyncMySql/connectionoptions.h>
#include <AsyncMySql/error.h>
#include <AsyncMySql/result.h>

#include <QtCore/qhash.h>
#include <QtCore/qlist.h>
#include <QtCore/qobject.h>
#include <QtCore/qpointer.h>
#include <QtCore/qstring.h>
#include <QtCore/qtimer.h>
#include <QtCore/qvariant.h>

#include <chrono>
#include <functional>

namespace AsyncMySql {
class PreparedStatement;
} // namespace AsyncMySql

namespace AsyncMySql::Sql {

/// The connection of one database, in the thread that serves it.
///
/// It is one session of the server, unless the settings ask for another one after its loss: what
/// statements have left in it must not vanish unnoticed.
class SqlSession : public QObject
{
public:
    struct Settings
    {
        ConnectionOptions options;
        bool reconnects = false;
        /// How long the server may be silent while a statement runs; 0 for ever.
        std::chrono::milliseconds readTimeout{0};
    };

    /// What has become of a statement.
    struct Answer
    {
        Error error = {};
        /// Also those before the error.
        QList<Result> results = {};
        /// Of a stream, whose first rows these are.
        qint64 stream = 0;
        RowStream::Rows rows = {};
        /// Of a batch.
        quint64 affectedRows = 0;
        quint64 lastInsertId = 0;
    };
    using AnswerReceiver = std::function<void(const Answer &answer)>;

    struct Preparation
    {
        Error error = {};
        qint64 statement = 0;
        int parameterCount = 0;
        bool hasColumns = false;
    };

    explicit SqlSession(Settings settings);
    ~SqlSession() override;

    void open(const std::function<void(const Error &error)> &receiver);
    /// Closes the session and deletes itself; what runs fails.
    void close();

    void execute(const QString &sql, bool streams, const AnswerReceiver &receiver);
    void prepare(const QString &sql,
                 const std::function<void(const Preparation &preparation)> &receiver);
    void executePrepared(qint64 statement, const QVariantList &parameters, bool streams,
                         const AnswerReceiver &receiver);
    void executeBatch(qint64 statement, const QList<QVariantList> &rows,
                      const AnswerReceiver &receiver);
    void closeStatement(qint64 statement);
    /// Stops the statement that runs.
    void cancel();

    void readStream(qint64 stream, bool all, const RowStream::Receiver &receiver);
    void closeStream(qint64 stream);

private:
    void start(Query *query, bool streams, const AnswerReceiver &receiver);
    void startStream(Query *query, const AnswerReceiver &receiver);
    template <typename Statement>
    void follow(Statement *job);
    void lose(const Error &error);
    Error errorOf(const Error &error) const;
    Error lostError() const;
    /// Takes unread rows into memory, which would delay the next statement.
    void makeWay();

    const Settings m_settings;
    Connection *m_connection;
    bool m_isOpen = false;
    bool m_isLost = false;
    bool m_isClosing = false;
    Error m_connectError;
    /// Why it was lost, if that is known.
    Error m_lossReason;
    QPointer<Job> m_running;
    QTimer m_silence;
    qint64 m_lastId = 0;
    QHash<qint64, PreparedStatement *> m_statements;
    QHash<qint64, RowStream *> m_streams;
};

} // namespace AsyncMySql::Sql
