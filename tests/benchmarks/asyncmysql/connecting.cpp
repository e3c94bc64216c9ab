// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "figures.h"
#include "session.h"
#include "workloads.h"

#include "arguments.h"

namespace {

// The same object again and again, as after an idle disconnect: TLS sessions are resumed then.
void connectRepeatedly(const Arguments &arguments, Session::Tls tls, Figures *figures)
{
    Session session(arguments, tls);
    figures->start();
    for (long i = 0; i < arguments.rows; ++i) {
        session.wait(session.connection().ping());
        if (session.connection().isEncrypted() != (tls == Session::Tls::Verified))
            fail("AsyncMySql: the session is encrypted or not against what was asked for");
        session.wait(session.connection().close());
    }
    figures->stop();
}

} // namespace

void connectAndIdle(const Arguments &arguments, Figures *figures)
{
    figures->start();
    Session session(arguments);
    session.wait(session.connection().ping());
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
