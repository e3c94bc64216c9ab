// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qbytearray.h>
#include <QtCore/qobject.h>
#include <QtCore/qstring.h>
#include <QtNetwork/qhostaddress.h>

namespace AsyncMySql::Transport {

/// Why a transport could not be opened, or ended.
struct TransportError
{
    enum class Kind {
        None,
        Refused,
        HostNotFound,
        Unreachable,         ///< no route, network down, no such local socket
        Closed,              ///< the peer closed, or the network broke
        TlsFailed,           ///< the TLS handshake failed
        CertificateRejected, ///< the certificate does not satisfy the TLS mode
        Other,
    };

    Kind kind = Kind::None;
    /// For people: what happened, and to which peer.
    QString message;
};

/// The stream of bytes below a session. It is opened once, and not used again after it closed.
///
/// It tells its listener what happens, from the event loop only, never from inside open(),
/// startTls(), write(), close() or abort(). Signals would cost more than a small packet does.
class Transport : public QObject
{
    Q_OBJECT

public:
    /// What it reports to. The transport may be deleted in any of these.
    class Listener
    {
    public:
        virtual void transportOpened() = 0;
        /// TLS is up, and the certificate satisfies the mode, or (zero-configuration TLS) is merely
        /// unknown: then isVerified() is false.
        virtual void transportSecured() = 0;
        virtual void transportReadable() = 0;
        /// Everything that was written has been given to the operating system.
        virtual void transportWritten() = 0;
        /// The end, exactly once, unless abort() came first. Bytes may still be there to be read.
        /// What has no buffer of its own (TCP without TLS) notices that the peer has closed only
        /// when it is read to the end: with a reader that holds the peer back, when it reads on.
        virtual void transportClosed(const TransportError &error) = 0;

    protected:
        ~Listener() = default;
    };

    using QObject::QObject;

    /// Null for none. It must outlive the transport.
    void setListener(Listener *listener) { m_listener = listener; }

    virtual void open() = 0;
    /// Starts TLS on the open connection. The caller has made sure that no clear byte is left
    /// (bytesAvailable() is 0), and checks it again in transportSecured().
    virtual void startTls();
    virtual bool canStartTls() const;

    /// What is known to be there: for one without a buffer of its own, since it was reported last.
    virtual qint64 bytesAvailable() const = 0;
    /// Reads what is there, at most \a size bytes; never blocks. -1 on error.
    virtual qint64 read(char *data, qint64 size) = 0;
    /// Whether the listener may run an event loop of its own, in which more is reported. A device
    /// of Qt is silent while it emits a signal.
    virtual bool maySlotsRunEventLoops() const { return false; }
    /// Looks whether something has arrived, or the peer has closed, that the event loop has not
    /// reported yet; the listener hears of it then. False where that cannot be found out.
    virtual bool lookForInput() { return false; }
    virtual void write(const QByteArray &bytes) = 0;
    /// Whether transportWritten() is called; true to begin with. It costs an event.
    virtual void setAnnouncesWritten(bool announce) = 0;
    /// Bytes that were written and not yet given to the operating system.
    virtual qint64 bytesToWrite() const = 0;

    /// Sends what was written, then closes; transportClosed() follows.
    virtual void close() = 0;
    /// Drops the connection at once. Nothing is reported any more.
    virtual void abort() = 0;

    /// A Unix socket or named pipe.
    virtual bool isLocal() const = 0;
    virtual bool isEncrypted() const;
    /// Encrypted, and the certificate satisfies the TLS mode.
    virtual bool isVerified() const;
    /// SHA-256 of the peer's certificate (DER); empty without TLS.
    virtual QByteArray certificateDigest() const;
    /// The session ticket for the next connection to the same host; empty if there is none.
    virtual QByteArray sessionTicket() const;

    /// The address that this transport reached; null where there is none (local sockets, devices).
    virtual QHostAddress peerAddress() const;
    /// The port of this end; 0 where there is none.
    virtual quint16 localPort() const;
    /// For messages: "db.example.org:3306", "/run/mysqld/mysqld.sock".
    virtual QString peerName() const = 0;

protected:
    Listener *listener() const { return m_listener; }

private:
    Listener *m_listener = nullptr;
};

} // namespace AsyncMySql::Transport
