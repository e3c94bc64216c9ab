// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "protocolfailure.h"
#include "secret.h"

#include <QtCore/qbytearray.h>
#include <QtCore/qcryptographichash.h>
#include <QtCore/qlist.h>
#include <QtCore/qstring.h>

#include <memory>
#include <optional>

namespace AsyncMySql::Protocol {

/// What the bytes travel over: the state of the live socket, never what the options say.
struct ChannelState
{
    /// A Unix socket or a named pipe: the peer is on this machine.
    bool local = false;
    /// Whether TLS can be started on it.
    bool canStartTls = true;
    bool encrypted = false;
    /// Encrypted, and the certificate was verified as the TLS mode demands.
    bool verified = false;
    /// SHA-256 of the peer's certificate (DER), 32 bytes; empty without TLS. With a certificate
    /// that is merely unknown (self-signed), MariaDB 11.4 and later can prove knowledge of the
    /// password's hash over this digest instead.
    QByteArray certificateDigest;

    /// Whether only the wanted server can be at the other end.
    bool isVerified() const { return local || (encrypted && verified); }
};

/// What the options allow an authentication plugin to do.
struct AuthenticationPolicy
{
    /// Names of plugins, matched literally.
    QList<QByteArray> allowedPlugins;
    /// Full caching_sha2_password and sha256_password over TLS whose peer is not verified, as
    /// MySQL's own clients do.
    bool allowUnverifiedTls = true;
    /// Fetch the server's RSA key over clear text: a man in the middle can send another.
    bool allowPublicKeyRetrieval = false;
    /// The server's RSA key (PEM), known beforehand.
    QByteArray serverPublicKey;
    /// The largest exponent n of parsec's 1024 << n iterations.
    int maximumParsecExponent = 3;
};

/// PBKDF2 with the HMAC of an algorithm, to be computed by what drives the handshake, off the event
/// loop.
struct KeyDerivation
{
    QCryptographicHash::Algorithm algorithm = QCryptographicHash::Sha512;
    Secret password;
    QByteArray salt;
    int iterations = 0;
    int keyLength = 0;
};

/// A question that is to be answered while the server waits.
struct AuthenticationQuestion
{
    QByteArray plugin;
    /// From 1 to 3.
    int factor = 1;
    /// The factor needs a password; otherwise it is a question of the server's own.
    bool isPassword = false;
    /// The server's text, without control characters.
    QString prompt;
    bool echo = false;

    friend bool operator==(const AuthenticationQuestion &a, const AuthenticationQuestion &b)
    {
        return a.plugin == b.plugin && a.factor == b.factor && a.isPassword == b.isPassword
               && a.prompt == b.prompt && a.echo == b.echo;
    }
};

/// All that a plugin is given besides the server's data.
struct AuthenticationContext
{
    /// UTF-8.
    Secret password;
    ChannelState channel;
    AuthenticationPolicy policy;
    bool serverMustBeVerified = false;
    QByteArray user;

    /// The server is still to be proven, by what it knows of the password.
    bool needsServerProof() const { return serverMustBeVerified && !channel.isVerified(); }
};

/// One authentication method, from the server's data to the client's last packet: without input or
/// output. The names are MySQL's and MariaDB's own.
class AuthenticationPlugin
{
public:
    struct Action
    {
        enum class Kind {
            /// Send the payload (which may be empty: an empty packet) and wait.
            Send,
            /// Nothing to send: the server sends next.
            Wait,
            DeriveKey,
            /// Needs an answer: answered().
            Ask,
            Fail,
        };

        Kind kind = Kind::Wait;
        QByteArray payload;
        KeyDerivation keyDerivation;
        AuthenticationQuestion question;
        Failure failure;
    };

    /// The plugin \a name, or null where there is none here.
    static std::unique_ptr<AuthenticationPlugin> create(QByteArrayView name,
                                                        const AuthenticationContext &context);
    /// Every plugin that this build knows.
    static QList<QByteArray> supportedPlugins();
    /// Why create() knows no \a name: unknown, or built without the library it needs.
    static QString unsupportedReason(QByteArrayView name);

    virtual ~AuthenticationPlugin();

    virtual QByteArray name() const = 0;
    /// \a data: the scramble of the greeting, or the data of the switch request. A plugin that
    /// cannot prove a server which must be proven is stopped here, before it can send anything.
    Action start(const QByteArray &data);
    /// What the server says to the running plugin, without the header 0x01.
    virtual Action handleData(QByteArrayView data);
    virtual Action keyDerived(const QByteArray &key);
    /// Without a NUL.
    virtual Action answered(const Secret &answer);
    /// Whether an OK can be the end: the plugin has verified what it can verify of the server.
    virtual bool acceptsOk() const { return true; }
    /// The hash that MariaDB's zero-configuration TLS proof is made with; empty where this plugin
    /// proves nothing about the server, or the password is empty.
    virtual QByteArray proofHash() const;
    /// Whether the plugin has sent its proof of the password, so that an OK is expected.
    bool isComplete() const { return m_complete; }

protected:
    explicit AuthenticationPlugin(const AuthenticationContext &context);
    Q_DISABLE_COPY_MOVE(AuthenticationPlugin)

    virtual Action begin(const QByteArray &data) = 0;
    virtual bool canProveServer() const { return false; }

    static Action send(const QByteArray &payload);
    static Action fail(FailureCode code, const QString &message);
    /// For plugins that send the password itself: an action that fails, unless only the right
    /// server can read it.
    std::optional<Action> failUnlessVerified() const;
    /// For scrambles and packets whose length the protocol fixes.
    Action failLength(qsizetype expected, qsizetype actual) const;
    void setComplete(bool complete) { m_complete = complete; }

    QByteArrayView user() const { return m_context.user; }
    QByteArrayView password() const { return m_context.password.bytes(); }
    const ChannelState &channel() const { return m_context.channel; }
    const AuthenticationPolicy &policy() const { return m_context.policy; }

private:
    const AuthenticationContext m_context;
    bool m_complete = false;
};

} // namespace AsyncMySql::Protocol
