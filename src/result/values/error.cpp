// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include <AsyncMySql/error.h>

#include <QtCore/qdebug.h>
#include <QtCore/qmetaobject.h>

namespace AsyncMySql {

class ErrorData : public QSharedData
{
public:
    friend bool operator==(const ErrorData &left, const ErrorData &right)
    {
        return left.code == right.code && left.serverErrorNumber == right.serverErrorNumber
               && left.execution == right.execution && left.sqlState == right.sqlState
               && left.message == right.message && left.statement == right.statement;
    }

    Error::Code code = Error::NoError;
    int serverErrorNumber = 0;
    Error::Execution execution = Error::Execution::NotSent;
    QString sqlState;
    QString message;
    QString statement;
};

namespace {

constexpr qsizetype MaximumStatementLength = 200;

QString shortened(const QString &sql)
{
    if (sql.size() <= MaximumStatementLength)
        return sql;
    qsizetype length = MaximumStatementLength - 1;
    if (sql.at(length - 1).isHighSurrogate())
        --length;
    return sql.left(length) + QChar(0x2026);
}

// No error has no data, so that values which hold one cost nothing.
const ErrorData &sharedNothing()
{
    static const ErrorData nothing;
    return nothing;
}

const ErrorData &dataOf(const QSharedDataPointer<ErrorData> &d)
{
    return d ? *d : sharedNothing();
}

ErrorData &writableDataOf(QSharedDataPointer<ErrorData> &d)
{
    if (!d)
        d = new ErrorData;
    return *d;
}

} // namespace

/*!
    \class AsyncMySql::Error
    \inmodule AsyncMySql
    \brief The Error class holds the reason of a failure, and whether the statement may have been
    executed.

    A default-constructed Error means success: isError() is false, and the Error converts to
    \c false. Errors are implicitly shared values and may be used in any thread.
*/

/*!
    \enum AsyncMySql::Error::Code

    This enum specifies the reason of a failure. Groups of numbers belong to a Category.

    \value NoError success
    \value ConnectionRefused no server listens at the address
    \value HostNotFound the host name cannot be resolved
    \value HostUnreachable the address cannot be reached over the network
    \value ConnectTimeout the session was not established within the timeout
    \value ConnectionLost the connection was lost while the job was using it
    \value ConnectionClosed the Connection was closed, aborted or destroyed
    \value ServerUnavailable the server is starting, shutting down, full, or not ready in its
                             cluster
    \value TlsNotOffered TLS is required, but the server does not support it
    \value TlsFailed the TLS handshake failed
    \value CertificateRejected the server's certificate is not trusted, or not valid for this host
    \value ServerNotVerified the server could not prove that it knows the password hash
    \value AccessDenied the server refused the user, the password or the database
    \value AuthenticationPluginNotAllowed the server requested a plugin that the options do not
                                          allow
    \value AuthenticationPluginNotSupported the plugin is unknown, or not included in this build
    \value ChannelNotSecure the plugin would disclose the password over the connection
    \value AuthenticationFailed the authentication could not be completed
    \value PasswordExpired the password has expired: nothing is executed before it is changed, see
                           Connection::changePassword()
    \value AuthenticationCancelled the password provider refused to give the password, or to answer
                           a question of the server: see ConnectionOptions::setPasswordProvider()
    \value ProtocolError the server sent malformed data; the connection is closed
    \value UnsupportedServer the server uses another protocol, or its version is too old
    \value PacketTooLarge a packet exceeds ConnectionOptions::maximumPacketSize() or the server's
           max_allowed_packet
    \value ResultTooLarge a result exceeds ConnectionOptions::maximumResultSize()
    \value LocalInfileRefused the server requested a file that was not offered
    \value Cancelled the job was cancelled by Job::cancel()
    \value QueueTimeout the job was queued for too long
    \value QueryTimeout the statement ran for too long, or the rows of a stream were not taken for
                        too long (ConnectionOptions::streamTimeout())
    \value InvalidOptions the connection options are not valid
    \value InvalidParameter the parameters do not match the statement, or cannot be sent
    \value DeviceFailed a device with data to send could not be read
    \value NotSupported the server or the executor does not support the job
    \value TransactionEnded the transaction of the job has already ended
    \value RowChanged another client has changed or removed a row before it could be written
    \value WrongThread a connection, or an object of it, was used in a thread in which it does not
                       live
    \value ServerError the server refused the statement: see serverErrorNumber() and sqlState()
    \value ConversionFailed a value cannot be converted to the requested type
    \value NoSuchColumn the result has no column with this name or index
*/

/*!
    \enum AsyncMySql::Error::Category

    This enum groups the values of Code.

    \value None no error
    \value Connection the server was not reached, or the connection was lost
    \value Security a failure of TLS or of verifying the server
    \value Authentication the server refused the user, or the client refused the plugin
    \value Protocol a violation of the protocol, or of a limit
    \value Job a failure of the job itself
    \value Server an error of the server for the statement
    \value Value a failure to read a value
*/

/*!
    \enum AsyncMySql::Error::Execution

    This enum specifies whether the statement of a failed job was executed.

    \value NotSent the statement was not sent, or the server ended the session before reading it
    \value Rejected the server returned an error. Nothing of the statement is in effect, but for
                    tables of an engine without transactions (MyISAM, Aria, MEMORY): rows that were
                    written before the error stay there, and the error does not say which engine it
                    was
    \value Unknown the statement was sent and may have been executed, as a whole or in part: a
                   procedure that failed, one of several statements, or a write in which an engine
                   without transactions has found that its table is damaged (the server's errors
                   126, 127, 1034, 1194 and 1195), or a commit that failed in the server after it
                   may have been given to a cluster (1180 and 3100)
*/

/*! Constructs an Error::NoError. */
Error::Error() = default;

/*! Constructs an error with \a code and \a message. The execution() is Execution::NotSent. */
Error::Error(Code code, const QString &message)
    : d(new ErrorData)
{
    d->code = code;
    d->message = message;
}

/*! Copies \a other. */
Error::Error(const Error &other) = default;

/*! Moves \a other, which becomes Error::NoError. */
Error::Error(Error &&other) noexcept = default;

/*! Copies \a other. */
Error &Error::operator=(const Error &other) = default;

/*! Moves \a other. */
Error &Error::operator=(Error &&other) noexcept = default;

Error::~Error() = default;

/*!
    \property AsyncMySql::Error::code

    \brief the reason of the failure

    The default is NoError.
*/
Error::Code Error::code() const
{
    return dataOf(d).code;
}

/*!
    \property AsyncMySql::Error::category

    \brief the category of the code()
*/
Error::Category Error::category() const
{
    const Code own = code();
    if (own == NoError)
        return Category::None;
    if (own < TlsNotOffered)
        return Category::Connection;
    if (own < AccessDenied)
        return Category::Security;
    if (own < ProtocolError)
        return Category::Authentication;
    if (own < Cancelled)
        return Category::Protocol;
    if (own < ServerError)
        return Category::Job;
    if (own < ConversionFailed)
        return Category::Server;
    return Category::Value;
}

/*!
    \fn bool AsyncMySql::Error::isError() const

    Returns whether code() is not NoError.
*/

/*!
    \property AsyncMySql::Error::serverErrorNumber

    \brief the error number of the server, such as 1062 for a duplicate key

    It is 0 if the error is not from the server. Any code() can have a number: AccessDenied often
    has 1045.

    It is never a number of this library, which are in code(). A server can send any number,
    including those of client libraries: applications can choose it by \c SIGNAL, and a proxy that
    has lost its server returns 2013. Statements that the proxy had already forwarded may have been
    executed.
*/
int Error::serverErrorNumber() const
{
    return dataOf(d).serverErrorNumber;
}

/*!
    \property AsyncMySql::Error::sqlState

    \brief the SQLSTATE of the server, five characters, or an empty string
*/
QString Error::sqlState() const
{
    return dataOf(d).sqlState;
}

/*! Sets the error of the server to \a number and \a sqlState. */
void Error::setServerError(int number, const QString &sqlState)
{
    ErrorData &data = writableDataOf(d);
    data.serverErrorNumber = number;
    data.sqlState = sqlState;
}

/*!
    \property AsyncMySql::Error::message

    \brief the description of the failure for users

    Messages of the server are in the language of the server. The library never includes a password
    or a value of a row.
*/
QString Error::message() const
{
    return dataOf(d).message;
}

/*! Sets the message to \a message. */
void Error::setMessage(const QString &message)
{
    writableDataOf(d).message = message;
}

/*!
    \property AsyncMySql::Error::statement

    \brief the statement of the failed job, or an empty string

    Texts with more than 200 characters are truncated and end with an ellipsis.
*/
QString Error::statement() const
{
    return dataOf(d).statement;
}

/*! Sets the statement to the beginning of \a sql. */
void Error::setStatement(const QString &sql)
{
    writableDataOf(d).statement = shortened(sql);
}

/*!
    \property AsyncMySql::Error::execution

    \brief whether the statement may have been executed

    The default is NotSent.
*/
Error::Execution Error::execution() const
{
    return dataOf(d).execution;
}

/*! Sets whether the statement may have been executed to \a execution. */
void Error::setExecution(Execution execution)
{
    writableDataOf(d).execution = execution;
}

/*!
    \fn bool AsyncMySql::Error::operator==(const Error &left, const Error &right)

    Returns whether \a left and \a right are equal.
*/
bool operator==(const Error &left, const Error &right)
{
    return left.d == right.d || dataOf(left.d) == dataOf(right.d);
}

/*!
    \fn QDebug AsyncMySql::operator<<(QDebug debug, const AsyncMySql::Error &error)
    \relates AsyncMySql::Error

    Writes \a error to \a debug, without the statement, which can contain data of users, and returns
    the stream.
*/
QDebug operator<<(QDebug debug, const Error &error)
{
    const QDebugStateSaver saver(debug);
    debug.nospace() << "AsyncMySql::Error(";
    if (error.isError()) {
        debug << QMetaEnum::fromType<Error::Code>().valueToKey(error.code());
        if (error.serverErrorNumber() != 0)
            debug << ' ' << error.serverErrorNumber();
        if (!error.sqlState().isEmpty())
            debug.noquote() << " (" << error.sqlState() << ')';
        debug.quote() << ", " << error.message() << ", "
                      << QMetaEnum::fromType<Error::Execution>().valueToKey(
                             static_cast<int>(error.execution()));
    }
    debug << ')';
    return debug;
}

} // namespace AsyncMySql
