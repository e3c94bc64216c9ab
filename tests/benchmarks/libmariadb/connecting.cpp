// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "figures.h"
#include "session.h"
#include "workloads.h"

namespace {

void connectRepeatedly(const Arguments &arguments, Session::Tls tls, Figures *figures)
{
    figures->start();
    for (long i = 0; i < arguments.rows; ++i) {
        Session session(arguments, tls);
        session.check(mysql_ping(session.handle()) == 0);
    }
    figures->stop();
}

} // namespace

void connectAndIdle(const Arguments &arguments, Figures *figures)
{
    figures->start();
    const Session session(arguments);
    figures->stop();
}

void connectTcp(const Arguments &arguments, Figures *figures)
{
    connectRepeatedly(arguments, Session::Tls::No, figures);
}

void connectTls(const Arguments &arguments, Figures *figures)
{
    connectRepeatedly(arguments, Session::Tls::Verified, figures);
}
