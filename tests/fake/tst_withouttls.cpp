// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "connectionfixture.h"

#include <QtCore/qfile.h>
#include <QtNetwork/qsslconfiguration.h>
#include <QtNetwork/qsslsocket.h>
#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;

namespace {

/// Whether Qt's TLS plugins are part of this process.
bool isTlsLoaded()
{
    QFile maps(u"/proc/self/maps"_s);
    return maps.open(QIODevice::ReadOnly) && maps.readAll().contains("/plugins/tls/");
}

} // namespace

/// A program that never uses TLS does not pay for it.
class tst_WithoutTls : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sessionsLoadNoPlugin();
};

void tst_WithoutTls::sessionsLoadNoPlugin()
{
#ifndef Q_OS_LINUX
    QSKIP("Only Linux has /proc/self/maps");
#endif
    FakeServer server;
    Connection connection(optionsFor(server));
    VERIFY_SUCCEEDS(watch(connection.ping()));
    QVERIFY(!isTlsLoaded());

    // What is looked for is there once it is needed.
    if (!QSslSocket::supportsSsl())
        QSKIP("This Qt has no TLS");
    static_cast<void>(QSslConfiguration::defaultConfiguration());
    QVERIFY(isTlsLoaded());
}

QTEST_GUILESS_MAIN(tst_WithoutTls)
#include "tst_withouttls.moc"
