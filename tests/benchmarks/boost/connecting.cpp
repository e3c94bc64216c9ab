// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "figures.h"
#include "session.h"
#include "workloads.h"

void connectAndIdle(const Arguments &arguments, Figures *figures)
{
    figures->start();
    const Session session(arguments);
    figures->stop();
}

void connectTcp(const Arguments &arguments, Figures *figures)
{
    figures->start();
    for (long i = 0; i < arguments.rows; ++i) {
        Session session(arguments);
        mysql::error_code error;
        session.connection().ping(error, session.diagnostics());
        session.check(error);
        session.connection().close(error, session.diagnostics());
        session.check(error);
    }
    figures->stop();
}
