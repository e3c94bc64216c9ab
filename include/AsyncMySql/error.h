// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/global.h>

#include <QtCore/qmetatype.h>
#include <QtCore/qobjectdefs.h>
#include <QtCore/qshareddata.h>
#include <QtCore/qstring.h>

QT_BEGIN_NAMESPACE
class QDebug;
QT_END_NAMESPACE

namespace AsyncMySql {

class ErrorData;

class ASYNCMYSQL_EXPORT Error
{
    Q_GADGET
    Q_PROPERTY(Code code READ code CONSTANT)
    Q_PROPERTY(Category category READ category CONSTANT)
    Q_PROPERTY(int serverErrorNumber READ serverErrorNumber CONSTANT)
    Q_PROPERTY(QString sqlState READ sqlState CONSTANT)
    Q_PROPERTY(QString message READ message CONSTANT)
    Q_PROPERTY(QString statement READ statement CONSTANT)
    Q_PROPERTY(Execution execution READ execution CONSTANT)

public:
    enum Code {
        NoError = 0,

        // Reaching the server
        ConnectionRefused = 1,
        HostNotFound,
        HostUnreachable,
        ConnectTimeout,
        ConnectionLost,
        ConnectionClosed,
        ServerUnavailable,

        // Transport security
        TlsNotOffered = 50,
        TlsFailed,
        CertificateRejected,
        ServerNotVerified,

        // Authentication
        AccessDenied = 100,
        AuthenticationPluginNotAllowed,
        AuthenticationPluginNotSupported,
        ChannelNotSecure,
        AuthenticationFailed,
        PasswordExpired,
        AuthenticationCancelled,

        // Protocol and limits
        ProtocolError = 150,
        UnsupportedServer,
        PacketTooLarge,
        ResultTooLarge,
        LocalInfileRefused,

        // Jobs
        Cancelled = 200,
        QueueTimeout,
        QueryTimeout,
        InvalidOptions,
        InvalidParameter,
        DeviceFailed,
        NotSupported,
        TransactionEnded,
        RowChanged,
        WrongThread,

        // Statements
        ServerError = 250,

        // Values
        ConversionFailed = 300,
        NoSuchColumn,
    };
    Q_ENUM(Code)

    enum class Category {
        None,
        Connection,
        Security,
        Authentication,
        Protocol,
        Job,
        Server,
        Value
    };
    Q_ENUM(Category)

    enum class Execution {
        NotSent,  ///< no byte of the statement was sent
        Rejected, ///< the server returned an error
        Unknown,  ///< the statement was sent and may have been executed
    };
    Q_ENUM(Execution)

    Error();
    Error(Code code, const QString &message);
    Error(const Error &other);
    Error(Error &&other) noexcept;
    Error &operator=(const Error &other);
    Error &operator=(Error &&other) noexcept;
    ~Error();

    Code code() const;
    Category category() const;
    bool isError() const { return d && code() != NoError; }
    explicit operator bool() const { return isError(); }

    int serverErrorNumber() const;
    QString sqlState() const;
    void setServerError(int number, const QString &sqlState);

    QString message() const;
    void setMessage(const QString &message);

    QString statement() const;
    void setStatement(const QString &sql);

    Execution execution() const;
    void setExecution(Execution execution);

    friend ASYNCMYSQL_EXPORT bool operator==(const Error &left, const Error &right);
    friend bool operator!=(const Error &left, const Error &right) { return !(left == right); }

private:
    QSharedDataPointer<ErrorData> d;
};

ASYNCMYSQL_EXPORT QDebug operator<<(QDebug debug, const Error &error);

} // namespace AsyncMySql

Q_DECLARE_METATYPE(AsyncMySql::Error)
