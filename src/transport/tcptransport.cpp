// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "tcptransport.h"

#include "certificateverification.h"
#include "socketinput.h"

#include <QtCore/qcryptographichash.h>
#include <QtNetwork/qnetworkproxy.h>
#include <QtNetwork/qsslcertificate.h>
#include <QtNetwork/qsslsocket.h>
#include <QtNetwork/qtcpsocket.h>

namespace AsyncMySql::Transport {

using namespace Qt::StringLiterals;

namespace {

/// TLS needs Qt's buffers, and a socket that may become an encrypted one has them from the start.
/// Without them, the end of the connection is noticed by reading: on Unix it is reported again
/// until it is, elsewhere and behind proxies perhaps only once, with the last bytes.
bool canReadDirectly([[maybe_unused]] const QTcpSocket &socket,
                     [[maybe_unused]] const QSslSocket *sslSocket)
{
#ifdef Q_OS_UNIX
    return !sslSocket && socket.proxy().type() == QNetworkProxy::NoProxy;
#else
    return false;
#endif
}

/// Whether Qt would connect to the host without a proxy. Asking for that of the host costs nothing
/// on this machine, where the system's answer to "in general" takes a thread of its own.
bool needsNoProxy(const TransportSettings &settings)
{
    const QString host = settings.address.isNull() ? settings.host : settings.address.toString();
    // Qt decides the same, but makes a URL first.
    if (QHostAddress(host).isLoopback())
        return true;
    const QList<QNetworkProxy> proxies = QNetworkProxyFactory::proxyForQuery(
        QNetworkProxyQuery(host, settings.port, {}, QNetworkProxyQuery::TcpSocket));
    return proxies.size() == 1 && proxies.constFirst().type() == QNetworkProxy::NoProxy;
}

QTcpSocket *createSocket(const TransportSettings &settings)
{
    QTcpSocket *socket
        = settings.tlsPossible && QSslSocket::supportsSsl() ? new QSslSocket : new QTcpSocket;
    // So that Qt does not ask once more.
    if (needsNoProxy(settings))
        socket->setProxy(QNetworkProxy::NoProxy);
    return socket;
}

} // namespace

TcpTransport::TcpTransport(const TransportSettings &settings, QObject *parent)
    : StreamTransport(parent)
    , m_settings(settings)
    , m_socket(createSocket(settings))
    , m_sslSocket(qobject_cast<QSslSocket *>(m_socket))
    , m_direct(canReadDirectly(*m_socket, m_sslSocket))
{
    m_socket->setParent(this);
    m_socket->setReadBufferSize(ReadBufferSize);
    setDevice(m_socket, m_direct ? Buffering::Direct : Buffering::Buffered);
    connect(m_socket, &QTcpSocket::connected, this,
            [this] { fromDevice([this] { onConnected(); }); });
    connect(m_socket, &QTcpSocket::errorOccurred, this, [this](QAbstractSocket::SocketError error) {
        fromDevice([this, error] { onError(error); });
    });
    connect(m_socket, &QTcpSocket::disconnected, this,
            [this] { fromDevice([this] { onDisconnected(); }); });
    if (m_sslSocket)
        connectTls();
}

void TcpTransport::connectTls()
{
    connect(m_sslSocket, &QSslSocket::sslErrors, this, [this](const QList<QSslError> &errors) {
        fromDevice([this, &errors] { onSslErrors(errors); });
    });
    connect(m_sslSocket, &QSslSocket::encrypted, this,
            [this] { fromDevice([this] { onEncrypted(); }); });
    connect(m_sslSocket, &QSslSocket::newSessionTicketReceived, this,
            [this] { m_ticketArrived = true; });
    connect(m_sslSocket, &QSslSocket::encryptedBytesWritten, this, [this] { deviceWrote(); });
}

void TcpTransport::open()
{
    const CallGuard guard(this);
    const QIODevice::OpenMode mode
        = m_direct ? QIODevice::ReadWrite | QIODevice::Unbuffered : QIODevice::ReadWrite;
    if (m_settings.address.isNull())
        m_socket->connectToHost(m_settings.host, m_settings.port, mode);
    else
        m_socket->connectToHost(m_settings.address, m_settings.port, mode);
}

void TcpTransport::onConnected()
{
    m_peerAddress = m_socket->peerAddress();
    // Commands are small and waited for; and a peer that vanished has to be noticed some day.
    m_socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    m_socket->setSocketOption(QAbstractSocket::KeepAliveOption, 1);
    deviceOpened();
}

quint16 TcpTransport::localPort() const
{
    return m_socket->localPort();
}

bool TcpTransport::canStartTls() const
{
    return m_sslSocket;
}

/*!
    Starts TLS. Fails with TlsFailed, without a byte sent, where Qt has no TLS backend, and where
    the peer has already sent bytes in the clear: read later they would look as if they had come
    over TLS (the STARTTLS injection, CVE-2011-0411 and its kin). Clear bytes that arrive later go
    into the TLS handshake, which they break.
*/
void TcpTransport::startTls()
{
    const CallGuard guard(this);
    if (!m_sslSocket) {
        const QString reason = QSslSocket::supportsSsl() ? u"it is disabled for this connection"_s
                                                         : u"Qt has no working TLS backend"_s;
        end({TransportError::Kind::TlsFailed,
             u"TLS is not possible on the connection to %1: %2"_s.arg(peerName(), reason)});
        return;
    }
    if (hasEnded() || m_tls != Tls::Off)
        return;
    if (bytesAvailable() != 0) {
        end({TransportError::Kind::TlsFailed,
             u"%1 sent unencrypted bytes before TLS was started"_s.arg(peerName())});
        return;
    }
    m_tls = Tls::Handshake;
    configureTls();
    m_sslSocket->startClientEncryption();
}

void TcpTransport::configureTls()
{
    QSslConfiguration configuration
        = m_settings.sslConfiguration.value_or(QSslConfiguration::defaultConfiguration());
    configuration.setPeerVerifyMode(m_settings.verification == Verification::None
                                        ? QSslSocket::VerifyNone
                                        : QSslSocket::VerifyPeer);
    // Qt keeps no session by default. Who switched tickets off gets none.
    if (!configuration.testSslOption(QSsl::SslOptionDisableSessionTickets)) {
        configuration.setSslOption(QSsl::SslOptionDisableSessionSharing, false);
        configuration.setSslOption(QSsl::SslOptionDisableSessionPersistence, false);
        m_ticketBinding = makeTicketBinding();
        if (m_settings.sessionTicket.startsWith(m_ticketBinding))
            configuration.setSessionTicket(m_settings.sessionTicket.sliced(m_ticketBinding.size()));
    }
    m_sslSocket->setSslConfiguration(configuration);
    // Also where the address is given: the certificate has to be the host's, not the address's.
    m_sslSocket->setPeerVerifyName(m_settings.host);
}

void TcpTransport::onSslErrors(const QList<QSslError> &errors)
{
    const CertificateJudgement judgement
        = judgeCertificate(errors, m_settings.verification, m_settings.deferUnknownCertificate);
    switch (judgement.verdict) {
    case CertificateJudgement::Verdict::AcceptUnverified:
        m_unverified = true;
        [[fallthrough]];
    case CertificateJudgement::Verdict::Accept:
        m_sslSocket->ignoreSslErrors(errors);
        break;
    case CertificateJudgement::Verdict::Reject:
        // Without the ignoring, Qt ends the handshake with an error.
        m_rejection = judgement.message;
        break;
    }
}

void TcpTransport::onEncrypted()
{
    // Slots may do anything, and Qt is still in the middle of the handshake.
    m_tls = Tls::On;
    announceLater(Secured);
}

bool TcpTransport::lookForInput()
{
    if (hasEnded() || !isOpen() || m_socket->state() != QAbstractSocket::ConnectedState)
        return false;
    // What arrives over TLS may be a packet of TLS itself.
    const qintptr descriptor = m_socket->socketDescriptor();
    return m_tls == Tls::Off ? hasInput(descriptor) : isClosedByPeer(descriptor);
}

void TcpTransport::onError(QAbstractSocket::SocketError error)
{
    if (m_tls == Tls::Handshake && !m_rejection.isEmpty()) {
        end({TransportError::Kind::CertificateRejected,
             u"The certificate of %1 was rejected: %2"_s.arg(peerName(), m_rejection)});
        return;
    }
    end(tcpError(error, stage(), m_socket->errorString(), peerName()));
}

void TcpTransport::onDisconnected()
{
    // Most connections end because they are closed here.
    end(isClosing() ? TransportError()
                    : tcpError(QAbstractSocket::RemoteHostClosedError, stage(), u"it is closed"_s,
                               peerName()));
}

SocketStage TcpTransport::stage() const
{
    if (m_tls == Tls::Handshake)
        return SocketStage::Securing;
    return isOpen() ? SocketStage::Connected : SocketStage::Connecting;
}

bool TcpTransport::isEncrypted() const
{
    return m_tls == Tls::On && !hasEnded() && m_sslSocket->isEncrypted();
}

/*!
    True when TLS is up and the certificate passed every check of a verifying mode. False with
    Verification::None, where nothing was checked, and for a certificate that awaits its proof.
*/
bool TcpTransport::isVerified() const
{
    return isEncrypted() && m_settings.verification != Verification::None && !m_unverified;
}

QByteArray TcpTransport::certificateDigest() const
{
    if (m_tls != Tls::On)
        return {};
    const QSslCertificate certificate = m_sslSocket->peerCertificate();
    if (certificate.isNull())
        return {};
    return QCryptographicHash::hash(certificate.toDer(), QCryptographicHash::Sha256);
}

/*!
    With TLS 1.3 the ticket comes some time after the handshake, perhaps not before the session is
    ready.

    A resumed session brings no certificate to judge, it inherits the judgement of the first. So a
    certificate that was accepted without verification yields no ticket, and a ticket works for the
    same host and the same verification only.
*/
QByteArray TcpTransport::sessionTicket() const
{
    if (m_tls != Tls::On || m_unverified || m_ticketBinding.isEmpty())
        return {};
    // Until then Qt shows the session without a ticket, which no server resumes.
    if (!m_ticketArrived && m_sslSocket->sessionProtocol() != QSsl::TlsV1_2)
        return {};
    const QByteArray ticket = m_sslSocket->sslConfiguration().sessionTicket();
    return ticket.isEmpty() ? QByteArray() : m_ticketBinding + ticket;
}

QByteArray TcpTransport::makeTicketBinding() const
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    hash.addData(m_settings.host.toUtf8() + ':' + QByteArray::number(m_settings.port) + ':'
                 + QByteArray::number(static_cast<int>(m_settings.verification)));
    if (m_settings.sslConfiguration) {
        for (const QSslCertificate &authority : m_settings.sslConfiguration->caCertificates())
            hash.addData(authority.digest(QCryptographicHash::Sha256));
    }
    return hash.result();
}

QString TcpTransport::peerName() const
{
    const QString host
        = m_settings.host.isEmpty() ? m_settings.address.toString() : m_settings.host;
    return (host.contains(u':') ? u"[%1]:%2"_s : u"%1:%2"_s).arg(host).arg(m_settings.port);
}

bool TcpTransport::mayWrite() const
{
    // Nothing may slip out in the clear while the handshake is going on.
    return isOpen() && m_tls != Tls::Handshake;
}

qint64 TcpTransport::deviceBytesToWrite() const
{
    // Of an encrypted socket bytesToWrite() counts only what is not yet encrypted.
    const qint64 encrypted = m_tls == Tls::Off ? 0 : m_sslSocket->encryptedBytesToWrite();
    return m_socket->bytesToWrite() + encrypted;
}

void TcpTransport::flushDevice()
{
    m_socket->flush();
}

qintptr TcpTransport::plainDescriptor() const
{
    return m_tls == Tls::Off ? m_socket->socketDescriptor() : -1;
}

void TcpTransport::readFailed(const QString &reason)
{
    if (reason.isEmpty())
        onError(m_socket->error());
    else
        end(tcpError(QAbstractSocket::NetworkError, stage(), reason, peerName()));
}

void TcpTransport::closeDevice()
{
    m_socket->disconnectFromHost();
}

} // namespace AsyncMySql::Transport
