// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "console.h"
#include "heartbeat.h"

#include <AsyncMySql/Connection>
#include <AsyncMySql/Query>

#include <functional>

/*!
    Shows what the library does, one chapter after the other, all in one thread.

    The commands that stop and start the server come from the environment variables
    ASYNCMYSQL_STOP_SERVER and ASYNCMYSQL_START_SERVER; without them that chapter is left out.
*/
class Tour : public QObject
{
    Q_OBJECT

public:
    explicit Tour(const QUrl &url);

    void start();

Q_SIGNALS:
    void finished(bool successful);

private:
    using Chapter = void (Tour::*)();
    using Handler = std::function<void(const AsyncMySql::Result &)>;

    void lazyConnecting();
    void parameters();
    void refusal();
    void largeResult();
    void serverRestart();
    void waitForServer(const QString &startCommand);
    void cancelling();
    void idling();

    void next();
    void endChapter();
    void finish();
    void fail(const QString &what);
    void ask(const QString &sql, const QVariantList &parameters, const Handler &handler);
    void run(const QString &command, const std::function<void()> &then);

    Console m_console;
    Heartbeat m_heartbeat;
    QTimer m_statusTimer;
    QList<Chapter> m_chapters;
    AsyncMySql::Connection m_shop;
    int m_allTicks = 0;
    double m_longestGap = 0;
    bool m_failed = false;
};
