// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qbytearray.h>
#include <QtCore/qlist.h>

#include <optional>

/// The server's half of the protocol, written again and apart from the library: a mistake in the
/// library's own packets must not find its mirror image here.
namespace Fake {

/// Capability bits, as MySQL's and MariaDB's documentation number them.
enum Capability : quint64 {
    LongPassword = 1ull << 0,
    FoundRows = 1ull << 1,
    ConnectWithDatabase = 1ull << 3,
    Compress = 1ull << 5,
    LocalFiles = 1ull << 7,
    Protocol41 = 1ull << 9,
    Ssl = 1ull << 11,
    Transactions = 1ull << 13,
    SecureConnection = 1ull << 15,
    MultiStatements = 1ull << 16,
    MultiResults = 1ull << 17,
    PluginAuth = 1ull << 19,
    ConnectAttributes = 1ull << 20,
    PluginAuthLengthEncoded = 1ull << 21,
    SessionTrack = 1ull << 23,
    DeprecateEof = 1ull << 24,
    QueryAttributes = 1ull << 27,
    MariaDbExtendedMetadata = 1ull << 35,
};

inline constexpr quint64 MySqlCapabilities
    = LongPassword | FoundRows | ConnectWithDatabase | LocalFiles | Protocol41 | Transactions
      | SecureConnection | MultiStatements | MultiResults | PluginAuth | ConnectAttributes
      | PluginAuthLengthEncoded | SessionTrack | DeprecateEof;
/// Without LongPassword: that is how a MariaDB server says that it has the extension.
inline constexpr quint64 MariaDbCapabilities
    = (MySqlCapabilities & ~quint64(LongPassword)) | MariaDbExtendedMetadata;

enum StatusFlag : quint16 {
    InTransaction = 0x0001,
    AutoCommit = 0x0002,
    MoreResults = 0x0008,
    NoBackslashEscapes = 0x0200,
    SessionStateChanged = 0x4000,
};

struct FakeGreeting
{
    QByteArray version = QByteArrayLiteral("8.4.3-fake");
    /// 0: the number of the connection.
    quint32 connectionId = 0;
    quint64 capabilities = MySqlCapabilities;
    QByteArray scramble = QByteArrayLiteral("abcdefghijklmnopqrst");
    QByteArray plugin = QByteArrayLiteral("mysql_native_password");
    quint8 collation = 45;
    quint16 status = AutoCommit;

    static FakeGreeting mariaDb();
};

struct Ok
{
    quint64 affectedRows = 0;
    quint64 lastInsertId = 0;
    quint16 status = AutoCommit;
    quint16 warnings = 0;
    QByteArray info;
    /// The block of session state changes: see sessionSchema() and sessionVariable().
    QByteArray sessionState;
};

struct Refusal
{
    int number = 0;
    /// Empty: no '#' and state at all, as in an error that comes before anything was agreed.
    QByteArray sqlState;
    QByteArray message;
};

struct FakeColumn
{
    QByteArray name;
    /// VAR_STRING.
    quint8 type = 253;
    quint16 collation = 45;
    quint16 flags = 0;
    quint8 decimals = 0;
    /// Empty for an expression.
    QByteArray table = {};

    FakeColumn(const char *text)
        : name(text)
    {
    }
    FakeColumn(const QByteArray &text, quint8 typeCode = 253)
        : name(text)
        , type(typeCode)
    {
    }
};

using Field = std::optional<QByteArray>;
using FakeRow = QList<Field>;

/// What the client answers to the greeting.
struct Login
{
    bool isTlsRequest = false;
    quint64 capabilities = 0;
    quint32 maximumPacketSize = 0;
    quint8 collation = 0;
    QByteArray user;
    QByteArray authentication;
    QByteArray database;
    QByteArray plugin;

    static std::optional<Login> parse(const QByteArray &payload);
};

QByteArray lengthEncoded(quint64 value);
QByteArray lengthEncoded(const QByteArray &bytes);
QByteArray integer(quint64 value, int bytes);

/// Puts the header in front; a payload of 16 MiB and more becomes several packets.
QByteArray packet(const QByteArray &payload, quint8 sequence);

QByteArray greetingPayload(const FakeGreeting &greeting);
QByteArray okPayload(const Ok &ok, quint64 capabilities, quint8 header = 0x00);
QByteArray errorPayload(const Refusal &refusal);
QByteArray eofPayload(quint16 status, quint16 warnings = 0);
QByteArray authSwitchPayload(const QByteArray &plugin, const QByteArray &data);
QByteArray columnPayload(const FakeColumn &column, quint64 capabilities);
QByteArray rowPayload(const FakeRow &row);

QByteArray sessionSchema(const QByteArray &schema);
QByteArray sessionVariable(const QByteArray &name, const QByteArray &value);
/// As MySQL reports what was written.
QByteArray sessionGtid(const QByteArray &gtids);

} // namespace Fake
