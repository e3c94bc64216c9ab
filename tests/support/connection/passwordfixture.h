// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "poolfixture.h"

#include <AsyncMySql/AuthenticationRequest>

#include <QtCore/qfuture.h>
#include <QtCore/qpromise.h>
#include <QtTest/qtest.h>

#include <deque>
#include <memory>

namespace Fake {

/// Rows for a connection, and for a pool.
inline void addExecutorRows()
{
    QTest::addColumn<bool>("pooled");
    QTest::newRow("connection") << false;
    QTest::newRow("pool") << true;
}

/// Two rows for each: where \a column is true, which \a yes describes, and false.
inline void addExecutorRows(const char *column, const char *yes, const char *no)
{
    QTest::addColumn<bool>("pooled");
    QTest::addColumn<bool>(column);
    for (const bool pooled : {false, true}) {
        for (const bool value : {false, true}) {
            QTest::addRow("%s, %s", pooled ? "pool" : "connection", value ? yes : no)
                << pooled << value;
        }
    }
}

inline std::unique_ptr<AsyncMySql::Executor>
makeExecutor(bool pooled, const AsyncMySql::ConnectionOptions &options)
{
    if (pooled) {
        auto pool = std::make_unique<AsyncMySql::Pool>(options);
        pool->setMaximumParallelConnects(1);
        return pool;
    }
    return std::make_unique<AsyncMySql::Connection>(options);
}

inline constexpr quint64 CanHandleExpiredPasswords = 1ull << 22;
inline constexpr quint64 MultiFactorAuthentication = 1ull << 28;

/// A server that is reached by a local socket, over which passwords may go.
class LocalServer : public FakeServer
{
public:
    LocalServer()
        : FakeServer(Kind::Local)
    {
        setGreeting(greeting());
    }

    static FakeGreeting greeting()
    {
        FakeGreeting greeting;
        greeting.capabilities |= CanHandleExpiredPasswords | MultiFactorAuthentication;
        return greeting;
    }
    /// The next connection is refused, as with a wrong password.
    void refuseNext()
    {
        script()
            .greet(greeting())
            .expectLogin()
            .error(1045, "28000", "Access denied for anna")
            .cut();
    }
};

/// What a client with \a password sends to log in; the scramble of the server is always the same.
inline QByteArray loginWith(const QString &password)
{
    LocalServer server;
    AsyncMySql::ConnectionOptions options = optionsFor(server);
    options.setPassword(password);
    AsyncMySql::Connection connection(options);
    const OutcomePointer outcome = watch(connection.ping());
    if (!QTest::qWaitFor([outcome] { return outcome->finished > 0; }))
        return {};
    return server.connection()->login().authentication;
}

/// A provider that a test answers for; copies share what they are asked.
class ScriptedProvider
{
public:
    struct State
    {
        QList<AsyncMySql::AuthenticationRequest> requests;
        std::deque<QPromise<QString>> promises;
        /// What is answered at once.
        QStringList ready;
    };

    QFuture<QString> operator()(const AsyncMySql::AuthenticationRequest &request) const
    {
        m_state->requests.append(request);
        QPromise<QString> &promise = m_state->promises.emplace_back();
        promise.start();
        QFuture<QString> future = promise.future();
        if (!m_state->ready.isEmpty())
            answer(m_state->ready.takeFirst());
        return future;
    }

    qsizetype count() const { return m_state->requests.size(); }
    const AsyncMySql::AuthenticationRequest &request(qsizetype index) const
    {
        return m_state->requests.at(index);
    }
    const AsyncMySql::AuthenticationRequest &last() const { return m_state->requests.last(); }
    bool isCancelled() const { return m_state->promises.back().isCanceled(); }
    void answer(const QString &text) const
    {
        m_state->promises.back().addResult(text);
        m_state->promises.back().finish();
    }
    void cancel() const
    {
        m_state->promises.back().future().cancel();
        m_state->promises.back().finish();
    }
    QPromise<QString> &promise() const { return m_state->promises.back(); }
    void answerAtOnce(const QStringList &texts) const { m_state->ready = texts; }

private:
    std::shared_ptr<State> m_state = std::make_shared<State>();
};

/// For a client that knows no password, and asks \a provider.
inline AsyncMySql::ConnectionOptions optionsWith(const FakeServer &server,
                                                 const ScriptedProvider &provider)
{
    AsyncMySql::ConnectionOptions options = optionsFor(server);
    options.setPassword({});
    options.setPasswordProvider(provider);
    return options;
}

} // namespace Fake
