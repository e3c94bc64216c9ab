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
/// Signals are only emitted from the event loop, never from inside open(), startTls(), write(),
/// close() or abort(). After any of them the transport may be gone.
class Transport : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    virtual void open() = 0;
    /// Starts TLS on the open connection. The caller has made sure that no clear byte is left
    /// (bytesAvailable() is 0), and checks it again when secured() came.
    virtual void startTls();
    virtual bool canStartTls() const;

    /// What is known to be there: for one without a buffer of its own, since the last readyRead().
    virtual qint64 bytesAvailable() const = 0;
    /// Reads what is there, at most \a size bytes; never blocks. -1 on error.
    virtual qint64 read(char *data, qint64 size) = 0;
    /// Whether the slots of a signal that is being emitted may run an event loop of their own, in
    /// which others are emitted. A device of Qt is silent while it emits.
    virtual bool maySlotsRunEventLoops() const { return false; }
    /// Looks whether something has arrived, or the peer has closed, that the event loop has not
    /// reported yet; readyRead() or closed() follows then. False where that cannot be found out.
    virtual bool lookForInput() { return false; }
    virtual void write(const QByteArray &bytes) = 0;
    /// Whether allWritten() is emitted; true to begin with. It costs an event.
    virtual void setAnnouncesWritten(bool announce) = 0;
    /// Bytes that were written and not yet given to the operating system.
    virtual qint64 bytesToWrite() const = 0;

    /// Sends what was written, then closes; closed() follows.
    virtual void close() = 0;
    /// Drops the connection at once. No signal follows.
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

Q_SIGNALS:
    void opened();
    /// TLS is up, and the certificate satisfies the mode, or (zero-configuration TLS) is merely
    /// unknown: then isVerified() is false.
    void secured();
    void readyRead();
    /// Everything that was written has been given to the operating system.
    void allWritten();
    /// The end, exactly once, unless abort() came first. Bytes may still be there to be read. What
    /// has no buffer of its own (TCP without TLS) notices that the peer has closed only when it is
    /// read to the end: with a reader that holds the peer back, when it reads on.
    void closed(const AsyncMySql::Transport::TransportError &error);
};

} // namespace AsyncMySql::Transport
