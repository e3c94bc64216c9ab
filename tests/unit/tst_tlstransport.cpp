// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "transportbench.h"

#include <QtCore/qcryptographichash.h>
#include <QtNetwork/qsslsocket.h>
#include <QtTest/qtest.h>

#include <array>

using namespace AsyncMySql::Transport;
using Kind = TransportError::Kind;

Q_DECLARE_METATYPE(AsyncMySql::Transport::Verification)

class tst_TlsTransport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();

    void checksTheCertificate_data();
    void checksTheCertificate();
    void checksTheCertificateAgainstTheHostWhenTheAddressIsGiven();
    void tellsTheDigestOfTheCertificate();
    void bytesBehindTheGreetingStopTls();
    void bytesThatComeLaterInTheClearBreakTls();
    void aServerWithoutTlsIsALostConnection();
    void resumesASession_data();
    void resumesASession();
    void aTicketServesNoOtherHostOrMode();
    void anUnverifiedCertificateYieldsNoTicket();
    void withoutTlsItIsRefused();

private:
    CertificateFactory m_certificates;
};

namespace {

/// Opens, and starts TLS at once.
void openWithTls(Transport *transport)
{
    QObject::connect(TransportSignals::of(transport), &TransportSignals::opened, transport,
                     [transport] { transport->startTls(); });
    transport->open();
}

bool ended(const Recorder &recorder)
{
    return recorder.count(u"secured"_s) > 0 || recorder.count(u"closed"_s) > 0;
}

} // namespace

void tst_TlsTransport::initTestCase()
{
    QVERIFY2(m_certificates.start()
                 && m_certificates.issue(u"server"_s, u"DNS:localhost,IP:127.0.0.1"_s)
                 && m_certificates.issue(u"other"_s, u"DNS:db.example.org"_s)
                 && m_certificates.issueExpired(u"expired"_s, u"IP:127.0.0.1"_s)
                 && m_certificates.issueSelfSigned(u"selfsigned"_s),
             qPrintable(m_certificates.error()));
}

void tst_TlsTransport::checksTheCertificate_data()
{
    QTest::addColumn<QString>("certificate");
    QTest::addColumn<Verification>("verification");
    QTest::addColumn<bool>("defer");
    QTest::addColumn<bool>("accepted");
    QTest::addColumn<bool>("verified");

    const auto none = Verification::None;
    const auto chain = Verification::Chain;
    const auto identity = Verification::Identity;
    QTest::newRow("good, identity") << u"server"_s << identity << false << true << true;
    QTest::newRow("good, chain") << u"server"_s << chain << false << true << true;
    QTest::newRow("good, nothing checked") << u"server"_s << none << false << true << false;
    QTest::newRow("good, nothing to defer") << u"server"_s << identity << true << true << true;
    QTest::newRow("other host, identity") << u"other"_s << identity << false << false << false;
    QTest::newRow("other host, deferred") << u"other"_s << identity << true << false << false;
    QTest::newRow("other host, chain") << u"other"_s << chain << false << true << true;
    QTest::newRow("expired, chain") << u"expired"_s << chain << false << false << false;
    QTest::newRow("expired, deferred") << u"expired"_s << identity << true << false << false;
    QTest::newRow("expired, nothing checked") << u"expired"_s << none << false << true << false;
    QTest::newRow("self-signed") << u"selfsigned"_s << chain << false << false << false;
    QTest::newRow("self-signed, deferred") << u"selfsigned"_s << identity << true << true << false;
    QTest::newRow("self-signed, nothing checked")
        << u"selfsigned"_s << none << false << true << false;
}

void tst_TlsTransport::checksTheCertificate()
{
    QFETCH(QString, certificate);
    QFETCH(Verification, verification);
    QFETCH(bool, defer);
    QFETCH(bool, accepted);
    QFETCH(bool, verified);
    TransportBench bench;
    QVERIFY(bench.start(TransportBench::Tls, &m_certificates));
    bench.tcpServer.configuration = m_certificates.serverConfiguration(certificate);
    bench.settings.verification = verification;
    bench.settings.deferUnknownCertificate = defer;
    const auto transport = createTransport(bench.settings);
    Recorder recorder(transport.get());
    openWithTls(transport.get());
    QTRY_VERIFY(ended(recorder));

    QCOMPARE(recorder.count(u"secured"_s), accepted ? 1 : 0);
    QCOMPARE(transport->isEncrypted(), accepted);
    QCOMPARE(transport->isVerified(), verified);
    if (!accepted) {
        QCOMPARE(recorder.error.kind, Kind::CertificateRejected);
        QVERIFY(
            recorder.error.message.contains(u"127.0.0.1:%1"_s.arg(bench.tcpServer.serverPort())));
    }
    transport->close();
    QTRY_COMPARE(recorder.count(u"closed"_s), 1);
    QVERIFY(!transport->isEncrypted());
    QVERIFY(!transport->isVerified());
}

void tst_TlsTransport::checksTheCertificateAgainstTheHostWhenTheAddressIsGiven()
{
    TransportBench bench;
    QVERIFY(bench.start(TransportBench::Tls, &m_certificates));
    bench.tcpServer.configuration = m_certificates.serverConfiguration(u"other"_s);
    bench.settings.host = u"db.example.org"_s;
    bench.settings.address = QHostAddress(QHostAddress::LocalHost);
    const auto right = createTransport(bench.settings);
    Recorder rightRecorder(right.get());
    openWithTls(right.get());
    QTRY_VERIFY(ended(rightRecorder));
    QVERIFY(right->isVerified());
    QCOMPARE(right->peerAddress(), QHostAddress(QHostAddress::LocalHost));

    // The address is in this certificate, the host is not.
    bench.tcpServer.configuration = m_certificates.serverConfiguration(u"server"_s);
    const auto wrong = createTransport(bench.settings);
    Recorder wrongRecorder(wrong.get());
    openWithTls(wrong.get());
    QTRY_VERIFY(ended(wrongRecorder));
    QCOMPARE(wrongRecorder.error.kind, Kind::CertificateRejected);
}

void tst_TlsTransport::tellsTheDigestOfTheCertificate()
{
    TransportBench bench;
    QVERIFY(bench.start(TransportBench::Tls, &m_certificates));
    QVERIFY(bench.transport->certificateDigest().isEmpty());
    QVERIFY(bench.connectBoth());
    QCOMPARE(bench.transport->certificateDigest(),
             QCryptographicHash::hash(m_certificates.certificate(u"server"_s).toDer(),
                                      QCryptographicHash::Sha256));
}

void tst_TlsTransport::bytesBehindTheGreetingStopTls()
{
    TransportBench bench;
    QVERIFY(bench.start(TransportBench::Tls, &m_certificates));
    bench.tcpServer.startsTls = false;
    Recorder recorder(bench.transport.get());
    bench.transport->open();
    QTRY_VERIFY(bench.server());
    bench.server()->write("greetingINJECTED"_ba);
    QTRY_COMPARE(bench.transport->bytesAvailable(), 16);
    std::array<char, 8> greeting{};
    QCOMPARE(bench.transport->read(greeting.data(), 8), 8);

    // The extra bytes are seen, however much Qt has read ahead.
    QCOMPARE(bench.transport->bytesAvailable(), 8);
    bench.transport->startTls();
    QTRY_COMPARE(recorder.count(u"closed"_s), 1);
    QCOMPARE(recorder.error.kind, Kind::TlsFailed);
    QCOMPARE(recorder.count(u"secured"_s), 0);
}

void tst_TlsTransport::bytesThatComeLaterInTheClearBreakTls()
{
    TransportBench bench;
    QVERIFY(bench.start(TransportBench::Tls, &m_certificates));
    bench.tcpServer.startsTls = false;
    Recorder recorder(bench.transport.get());
    bench.transport->open();
    QTRY_VERIFY(bench.server());
    QTRY_COMPARE(recorder.count(u"opened"_s), 1);
    // In the operating system's buffer when TLS is started, so that nobody can have seen them.
    bench.server()->write("INJECTED"_ba);
    qobject_cast<QSslSocket *>(bench.server())->flush();
    QCOMPARE(bench.transport->bytesAvailable(), 0);
    bench.transport->startTls();
    auto *socket = qobject_cast<QSslSocket *>(bench.server());
    socket->setSslConfiguration(bench.tcpServer.configuration);
    socket->startServerEncryption();
    QTRY_COMPARE(recorder.count(u"closed"_s), 1);
    QCOMPARE(recorder.error.kind, Kind::TlsFailed);
    QCOMPARE(recorder.count(u"secured"_s), 0);
    QCOMPARE(recorder.count(u"readyRead"_s), 0);
    QCOMPARE(bench.transport->bytesAvailable(), 0);
}

void tst_TlsTransport::aServerWithoutTlsIsALostConnection()
{
    TransportBench bench;
    QVERIFY(bench.start(TransportBench::Tls, &m_certificates));
    bench.tcpServer.startsTls = false;
    Recorder recorder(bench.transport.get());
    openWithTls(bench.transport.get());
    QTRY_VERIFY(bench.server() && recorder.count(u"opened"_s) == 1);
    bench.closeServerEnd();
    QTRY_COMPARE(recorder.count(u"closed"_s), 1);
    QCOMPARE(recorder.error.kind, Kind::Closed);
}

void tst_TlsTransport::resumesASession_data()
{
    QTest::addColumn<QString>("protocol");
    QTest::newRow("TLS 1.2") << u"-tls1_2"_s;
    QTest::newRow("TLS 1.3") << u"-tls1_3"_s;
}

void tst_TlsTransport::resumesASession()
{
    QFETCH(QString, protocol);
    // The tool tells on its output which of its sessions were resumed; Qt tells nobody.
    QProcess server;
    server.setProcessChannelMode(QProcess::MergedChannels);
    server.start(u"openssl"_s, {u"s_server"_s, u"-accept"_s, u"127.0.0.1:0"_s, u"-cert"_s,
                                m_certificates.path(u"server.pem"_s), u"-key"_s,
                                m_certificates.path(u"server.key"_s), protocol});
    QVERIFY2(server.waitForStarted(), "the openssl command-line tool is needed");
    QByteArray output;
    QObject::connect(&server, &QProcess::readyRead, &server, [&] { output += server.readAll(); });
    const QByteArray before = "ACCEPT 127.0.0.1:"_ba;
    QTRY_VERIFY(output.contains(before) && output.contains('\n'));
    const qsizetype start = output.indexOf(before) + before.size();

    TransportSettings settings;
    settings.host = u"127.0.0.1"_s;
    settings.port = output.mid(start, output.indexOf('\n', start) - start).trimmed().toUShort();
    settings.verification = Verification::Identity;
    settings.sslConfiguration = m_certificates.clientConfiguration();
    const auto connectOnce = [&](QByteArray *digest) {
        const auto transport = createTransport(settings);
        Recorder recorder(transport.get());
        openWithTls(transport.get());
        QByteArray ticket;
        if (QTest::qWaitFor([&] { return ended(recorder); }) && transport->isVerified()
            && QTest::qWaitFor([&] { return !transport->sessionTicket().isEmpty(); })) {
            ticket = transport->sessionTicket();
        }
        *digest = transport->certificateDigest();
        transport->close();
        return QTest::qWaitFor([&] { return recorder.count(u"closed"_s) == 1; }) ? ticket
                                                                                 : QByteArray();
    };
    QByteArray firstDigest;
    QByteArray secondDigest;
    settings.sessionTicket = connectOnce(&firstDigest);
    QVERIFY(!settings.sessionTicket.isEmpty());
    QVERIFY(!connectOnce(&secondDigest).isEmpty());
    QTRY_COMPARE(output.count("Reused session-id"), 1);
    // No certificate was sent, but the one of the session is still known.
    QVERIFY(!firstDigest.isEmpty());
    QCOMPARE(secondDigest, firstDigest);
    server.kill();
    server.waitForFinished();
}

void tst_TlsTransport::aTicketServesNoOtherHostOrMode()
{
    // Nothing is checked here, and the server is nobody's: its ticket must not open the other
    // modes.
    TransportBench bench;
    QVERIFY(bench.start(TransportBench::Tls, &m_certificates));
    bench.tcpServer.configuration = m_certificates.serverConfiguration(u"selfsigned"_s);
    bench.settings.verification = Verification::None;
    const auto first = createTransport(bench.settings);
    Recorder firstRecorder(first.get());
    openWithTls(first.get());
    QTRY_VERIFY(ended(firstRecorder));
    QTRY_VERIFY(!first->sessionTicket().isEmpty());

    bench.settings.sessionTicket = first->sessionTicket();
    bench.settings.verification = Verification::Chain;
    const auto second = createTransport(bench.settings);
    Recorder secondRecorder(second.get());
    openWithTls(second.get());
    QTRY_VERIFY(ended(secondRecorder));
    QCOMPARE(secondRecorder.error.kind, Kind::CertificateRejected);
}

void tst_TlsTransport::anUnverifiedCertificateYieldsNoTicket()
{
    TransportBench bench;
    QVERIFY(bench.start(TransportBench::Tls, &m_certificates));
    bench.tcpServer.configuration = m_certificates.serverConfiguration(u"selfsigned"_s);
    bench.settings.deferUnknownCertificate = true;
    bench.transport = createTransport(bench.settings);
    Recorder recorder(bench.transport.get());
    QVERIFY(bench.connectBoth());
    // What the server sends after its tickets arrives after them.
    bench.server()->write("ping"_ba);
    QTRY_COMPARE(bench.transport->bytesAvailable(), 4);
    QVERIFY(bench.transport->isEncrypted());
    QVERIFY(bench.transport->sessionTicket().isEmpty());
}

void tst_TlsTransport::withoutTlsItIsRefused()
{
    TransportBench bench;
    QVERIFY(bench.start(TransportBench::Tcp, nullptr));
    QVERIFY(!bench.transport->canStartTls());
    QVERIFY(bench.connectBoth());
    Recorder recorder(bench.transport.get());
    bench.transport->startTls();
    QCOMPARE(recorder.events, QStringList());
    QTRY_COMPARE(recorder.events, QStringList({u"closed"_s}));
    QCOMPARE(recorder.error.kind, Kind::TlsFailed);
}

QTEST_GUILESS_MAIN(tst_TlsTransport)
#include "tst_tlstransport.moc"
