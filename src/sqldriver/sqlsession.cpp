// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "sqlsession.h"

#include <AsyncMySql/batch.h>
#include <AsyncMySql/preparedstatement.h>
#include <AsyncMySql/query.h>

#include <utility>

namespace AsyncMySql::Sql {

using namespace Qt::StringLiterals;

SqlSession::SqlSession(Settings settings)
    : m_settings(std::move(settings))
    , m_connection(new Connection(m_settings.options, this))
    , m_silence(this)
{
    m_silence.setSingleShot(true);
    m_silence.setInterval(m_settings.readTimeout);
    connect(&m_silence, &QTimer::timeout, this, [this] {
        Error error(Error::ConnectionLost, u"Lost connection to server during query"_s);
        error.setExecution(Error::Execution::Unknown);
        lose(error);
    });
    connect(m_connection, &Connection::errorOccurred, this, [this](const Error &error) {
        if (m_isOpen)
            return;
        // Another attempt may succeed, but the caller waits for an answer.
        m_connectError = error;
        m_connection->abort();
    });
    connect(m_connection, &Connection::stateChanged, this, [this](Connection::State state) {
        if (m_isOpen && !m_isClosing && !m_settings.reconnects
            && state != Connection::State::Connected)
            lose({});
    });
}

SqlSession::~SqlSession()
{
    // Pending jobs report their end, which needs all members.
    delete m_connection;
}

void SqlSession::open(const std::function<void(const Error &error)> &receiver)
{
    Job *ping = m_connection->ping();
    connect(ping, &Job::finished, this, [this, ping, receiver] {
        m_isOpen = !ping->error();
        receiver(m_isOpen ? Error() : m_connectError ? m_connectError : ping->error());
    });
}

void SqlSession::close()
{
    if (std::exchange(m_isClosing, true))
        return;
    if (m_running || !m_isOpen || m_isLost)
        m_connection->abort();
    // Jobs end in their order: what was aborted has been reported when the session is deleted.
    Job *end = m_connection->close();
    connect(end, &Job::finished, this, &QObject::deleteLater);
}

void SqlSession::execute(const QString &sql, bool streams, const AnswerReceiver &receiver)
{
    if (m_isLost || m_isClosing) {
        receiver({.error = lostError()});
        return;
    }
    makeWay();
    Query *query = m_connection->execute(sql);
    query->setPrepared(false);
    start(query, streams, receiver);
}

void SqlSession::prepare(const QString &sql,
                         const std::function<void(const Preparation &preparation)> &receiver)
{
    if (m_isLost || m_isClosing) {
        receiver({.error = lostError()});
        return;
    }
    makeWay();
    const qint64 id = ++m_lastId;
    PreparedStatement *statement = m_connection->prepare(sql);
    m_statements.insert(id, statement);
    connect(statement, &PreparedStatement::prepared, this, [statement, id, receiver] {
        receiver({.statement = id,
                  .parameterCount = statement->parameterCount(),
                  .hasColumns = !statement->columns().isEmpty()});
    });
    connect(statement, &PreparedStatement::errorOccurred, this,
            [this, id, receiver](const Error &error) {
                m_statements.take(id)->deleteLater();
                receiver({.error = errorOf(error)});
            });
}

void SqlSession::executePrepared(qint64 statement, const QVariantList &parameters, bool streams,
                                 const AnswerReceiver &receiver)
{
    PreparedStatement *prepared = m_statements.value(statement);
    if (m_isLost || m_isClosing || !prepared) {
        receiver({.error = lostError()});
        return;
    }
    makeWay();
    start(prepared->execute(parameters), streams, receiver);
}

void SqlSession::executeBatch(qint64 statement, const QList<QVariantList> &rows,
                              const AnswerReceiver &receiver)
{
    PreparedStatement *prepared = m_statements.value(statement);
    if (m_isLost || m_isClosing || !prepared) {
        receiver({.error = lostError()});
        return;
    }
    makeWay();
    Batch *batch = prepared->executeBatch(rows);
    follow(batch);
    connect(batch, &Job::finished, this, [this, batch, receiver] {
        const QList<quint64> ids = batch->insertIds();
        receiver({.error = errorOf(batch->error()),
                  .affectedRows = batch->affectedRows(),
                  .lastInsertId = ids.isEmpty() ? 0 : ids.last()});
    });
}

void SqlSession::closeStatement(qint64 statement)
{
    delete m_statements.take(statement);
}

void SqlSession::cancel()
{
    if (m_running)
        m_running->cancel();
}

void SqlSession::readStream(qint64 stream, bool all, const RowStream::Receiver &receiver)
{
    RowStream *rows = m_streams.value(stream);
    if (!rows) {
        receiver({.isEnd = true, .error = lostError()});
        return;
    }
    const auto forward = [this, receiver](RowStream::Rows read) {
        read.error = errorOf(read.error);
        receiver(read);
    };
    if (all)
        rows->readAll(forward);
    else
        rows->read(forward);
}

void SqlSession::closeStream(qint64 stream)
{
    if (RowStream *rows = m_streams.take(stream))
        rows->discard();
}

void SqlSession::start(Query *query, bool streams, const AnswerReceiver &receiver)
{
    follow(query);
    if (streams) {
        startStream(query, receiver);
        return;
    }
    connect(query, &Job::finished, this, [this, query, receiver] {
        receiver({.error = errorOf(query->error()), .results = query->results()});
    });
}

void SqlSession::startStream(Query *query, const AnswerReceiver &receiver)
{
    const qint64 id = ++m_lastId;
    auto *stream = new RowStream(query, this);
    m_streams.insert(id, stream);
    stream->read([this, id, receiver](const RowStream::Rows &rows) {
        Answer answer{.results = rows.results};
        // Rows that came before an error are read before it is reported.
        if (rows.isEnd && rows.blocks.isEmpty()) {
            answer.error = errorOf(rows.error);
            closeStream(id);
        } else {
            answer.stream = id;
            answer.rows = rows;
            answer.rows.error = errorOf(rows.error);
        }
        receiver(answer);
    });
}

/// Makes it the statement that cancel() and the read timeout are for.
template <typename Statement>
void SqlSession::follow(Statement *job)
{
    m_running = job;
    if (m_settings.readTimeout.count() > 0) {
        m_silence.start();
        connect(job, &Statement::progressChanged, this, [this] {
            if (m_silence.isActive())
                m_silence.start();
        });
        connect(job, &Job::finished, &m_silence, &QTimer::stop);
    }
    connect(job, &Job::finished, this, [this, job] {
        if (m_running == job)
            m_running = nullptr;
    });
}

void SqlSession::lose(const Error &error)
{
    if (std::exchange(m_isLost, true))
        return;
    m_lossReason = error;
    m_connection->abort();
}

/// What has happened, from the point of view of a caller that does not know of reconnecting.
Error SqlSession::errorOf(const Error &error) const
{
    if (error.code() == Error::ConnectionClosed && m_lossReason)
        return m_lossReason;
    return error;
}

Error SqlSession::lostError() const
{
    return Error(Error::ConnectionLost, u"MySQL server has gone away"_s);
}

void SqlSession::makeWay()
{
    for (RowStream *stream : std::as_const(m_streams))
        stream->buffer();
}

} // namespace AsyncMySql::Sql
