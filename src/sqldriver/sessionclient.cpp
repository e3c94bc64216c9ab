// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "sessionclient.h"

#include "iothread.h"

#include <utility>

namespace AsyncMySql::Sql {

using namespace Qt::StringLiterals;

SessionClient::SessionClient(std::shared_ptr<IoThread> thread)
    : m_thread(std::move(thread))
{
}

std::shared_ptr<SessionClient> SessionClient::open(const SqlSession::Settings &settings,
                                                   Error *error)
{
    std::shared_ptr<IoThread> thread = IoThread::instance();
    if (!thread) {
        *error = Error(Error::NotSupported,
                       u"A database can be opened only while there is a QCoreApplication"_s);
        return {};
    }
    const std::shared_ptr<SessionClient> client(new SessionClient(std::move(thread)));
    *error = client->unreachable();
    client->m_thread->call([&](const IoThread::Done &done) {
        auto *session = new SqlSession(settings);
        *client->m_session = session;
        client->m_thread->addSession(session, [session] { session->close(); });
        session->open([error, done](const Error &result) {
            *error = result;
            done();
        });
    });
    return *error ? nullptr : client;
}

SessionClient::~SessionClient()
{
    close();
}

void SessionClient::close()
{
    m_thread->post([session = m_session] {
        if (*session)
            (*session)->close();
    });
}

SqlSession::Answer SessionClient::execute(const QString &sql, bool streams)
{
    return ask(SqlSession::Answer{.error = unreachable()},
               [&](SqlSession *session, const SqlSession::AnswerReceiver &receiver) {
                   session->execute(sql, streams, receiver);
               });
}

SqlSession::Preparation SessionClient::prepare(const QString &sql)
{
    return ask(SqlSession::Preparation{.error = unreachable()},
               [&](SqlSession *session, const auto &receiver) { session->prepare(sql, receiver); });
}

SqlSession::Answer SessionClient::executePrepared(qint64 statement, const QVariantList &parameters,
                                                  bool streams)
{
    return ask(SqlSession::Answer{.error = unreachable()},
               [&](SqlSession *session, const SqlSession::AnswerReceiver &receiver) {
                   session->executePrepared(statement, parameters, streams, receiver);
               });
}

SqlSession::Answer SessionClient::executeBatch(qint64 statement, const QList<QVariantList> &rows)
{
    return ask(SqlSession::Answer{.error = unreachable()},
               [&](SqlSession *session, const SqlSession::AnswerReceiver &receiver) {
                   session->executeBatch(statement, rows, receiver);
               });
}

void SessionClient::closeStatement(qint64 statement)
{
    m_thread->post([session = m_session, statement] {
        if (*session)
            (*session)->closeStatement(statement);
    });
}

void SessionClient::closeStream(qint64 stream)
{
    m_thread->post([session = m_session, stream] {
        if (*session)
            (*session)->closeStream(stream);
    });
}

RowStream::Rows SessionClient::readStream(qint64 stream, bool all)
{
    return ask(RowStream::Rows{.isEnd = true, .error = unreachable()},
               [&](SqlSession *session, const RowStream::Receiver &receiver) {
                   session->readStream(stream, all, receiver);
               });
}

bool SessionClient::cancel()
{
    return m_thread->post([session = m_session] {
        if (*session)
            (*session)->cancel();
    });
}

/// The error of a call that cannot be made.
Error SessionClient::unreachable() const
{
    if (m_thread->isCurrent()) {
        return Error(Error::WrongThread, u"A database was used in the thread that serves it, where "
                                         "waiting for an answer would last forever"_s);
    }
    return Error(
        Error::ConnectionClosed,
        u"MySQL server has gone away: the database was closed, or the application has ended"_s);
}

/// Waits for what the session replies to \a function; that is \a reply if it cannot be asked.
template <typename Reply, typename Function>
Reply SessionClient::ask(Reply reply, const Function &function)
{
    if (m_thread->isCurrent())
        return reply;
    m_thread->call([&](const IoThread::Done &done) {
        if (!*m_session) {
            done();
            return;
        }
        function(m_session->data(), [&reply, done](const Reply &result) {
            reply = result;
            done();
        });
    });
    return reply;
}

} // namespace AsyncMySql::Sql
