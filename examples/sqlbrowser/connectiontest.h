// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/Connection>

/// Connects once and reports the server.
class ConnectionTest : public QObject
{
    Q_OBJECT

public:
    explicit ConnectionTest(QObject *parent = nullptr);
    ~ConnectionTest() override;

    void start(AsyncMySql::ConnectionOptions options);
    void cancel();
    bool isRunning() const { return m_connection != nullptr; }

Q_SIGNALS:
    void succeeded(const QString &description);
    void failed(const QString &message);

private:
    void succeed(const AsyncMySql::Result &status);
    void fail(const QString &message);
    void end();

    std::unique_ptr<AsyncMySql::Connection> m_connection;
};
