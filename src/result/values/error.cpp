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
    \brief What went wrong, and whether the statement may have been executed.

    A default-constructed Error is none: isError() is false, and so is the Error in an \c if.
    Errors are values; they are implicitly shared and may cross threads.
*/

/*!
    \enum AsyncMySql::Error::Code

    Numbers of a hundred or fifty belong together, see Category.

    \value NoError all is well
    \value ConnectionRefused nobody listens at the address
    \value HostNotFound the name has no address
    \value HostUnreachable the network has no way to the address
    \value ConnectTimeout the session did not stand within the time given
    \value ConnectionLost the connection broke while a job was on it
    \value ConnectionClosed the Connection was closed, aborted or destroyed
    \value ServerUnavailable the server is starting, shutting down, full, or not ready in its
        cluster
    \value TlsNotOffered TLS is demanded, and the server has none
    \value TlsFailed the TLS handshake failed
    \value CertificateRejected the server's certificate is not trusted, or not for this host
    \value ServerNotVerified the server could not prove that it knows the password
    \value AccessDenied user, password or database was refused
    \value AuthenticationPluginNotAllowed the server asked for a method which the options forbid
    \value AuthenticationPluginNotSupported the method is unknown, or not in this build
    \value ChannelNotSecure the method would show the password to whoever listens
    \value AuthenticationFailed the method could not be completed
    \value ProtocolError bytes that make no sense; the connection is not used any more
    \value UnsupportedServer the server speaks another protocol, or too old a version
    \value PacketTooLarge a packet passes ConnectionOptions::maximumPacketSize() or the server's
           max_allowed_packet
    \value ResultTooLarge a result passes ConnectionOptions::maximumResultSize()
    \value LocalInfileRefused the server asked for a file that nobody offered
    \value Cancelled Job::cancel()
    \value QueueTimeout the job waited too long to be sent
    \value QueryTimeout the statement ran too long
    \value InvalidOptions the connection options contradict themselves
    \value InvalidParameter a statement's parameters do not fit it
    \value DeviceFailed a device that was to be sent could not be read
    \value NotSupported the server, or the executor, lacks what the job needs
    \value TransactionEnded the job came too late for its transaction
    \value RowChanged a row was changed or removed by somebody else before it could be written
    \value WrongThread a connection, or what came from it, was used in a thread in which it does not
        live
    \value ServerError the server refused the statement: see serverErrorNumber() and sqlState()
    \value ConversionFailed a value is not, or does not fit into, the type it was asked for
    \value NoSuchColumn the result has no column of that name or index
*/

/*!
    \enum AsyncMySql::Error::Category

    \value None no error
    \value Connection the server was not reached, or was lost
    \value Security TLS
    \value Authentication the server refused the user, or the user's side the method
    \value Protocol the conversation
    \value Job the job's own fate
    \value Server the server's answer to the statement
    \value Value reading a value
*/

/*!
    \enum AsyncMySql::Error::Execution

    What is known about the statement of the job that failed.

    \value NotSent no byte of it left this machine, or the server ended the session before it read
        the statement
    \value Rejected the server answered with an error
    \value Unknown it was sent and may have been executed
*/

/*! Constructs no error. */
Error::Error() = default;

/*! Constructs an error of \a code with a \a message for people. Nothing has been sent. */
Error::Error(Code code, const QString &message)
    : d(new ErrorData)
{
    d->code = code;
    d->message = message;
}

/*! Copies \a other. */
Error::Error(const Error &other) = default;

/*! Moves \a other, which then is no error. */
Error::Error(Error &&other) noexcept = default;

/*! Copies \a other. */
Error &Error::operator=(const Error &other) = default;

/*! Moves \a other. */
Error &Error::operator=(Error &&other) noexcept = default;

Error::~Error() = default;

/*!
    \property AsyncMySql::Error::code

    What happened, for programs. NoError by default.
*/
Error::Code Error::code() const
{
    return dataOf(d).code;
}

/*!
    \property AsyncMySql::Error::category

    The kind of the code().
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

    Whether code() is anything but NoError.
*/

/*!
    \property AsyncMySql::Error::serverErrorNumber

    The number the server gave (1062 for a duplicate key), or 0 where no server spoke. It may be
    there with any code(): AccessDenied often has 1045.

    It is never a number of this library: those are in code(). A server can send any number, also one
    that client libraries use for failures of their own: \c SIGNAL lets applications choose it, and a
    proxy that has lost the server behind it answers with 2013. What the proxy had sent on by then may
    have been executed.
*/
int Error::serverErrorNumber() const
{
    return dataOf(d).serverErrorNumber;
}

/*!
    \property AsyncMySql::Error::sqlState

    The five characters of the SQLSTATE the server gave, or an empty string.
*/
QString Error::sqlState() const
{
    return dataOf(d).sqlState;
}

/*! Sets what the server said: its error \a number and its \a sqlState. */
void Error::setServerError(int number, const QString &sqlState)
{
    ErrorData &data = writableDataOf(d);
    data.serverErrorNumber = number;
    data.sqlState = sqlState;
}

/*!
    \property AsyncMySql::Error::message

    What happened, for people. The server's own words are in the server's language. It never holds a
    password or a value out of a row.
*/
QString Error::message() const
{
    return dataOf(d).message;
}

/*! Sets the \a message. */
void Error::setMessage(const QString &message)
{
    writableDataOf(d).message = message;
}

/*!
    \property AsyncMySql::Error::statement

    The SQL text of the job that failed, or an empty string where there is none. Texts over 200
    characters are cut and end with an ellipsis.
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

    Whether the statement may have been executed. NotSent by default.
*/
Error::Execution Error::execution() const
{
    return dataOf(d).execution;
}

/*! Sets what is known about the \a execution of the statement. */
void Error::setExecution(Execution execution)
{
    writableDataOf(d).execution = execution;
}

/*!
    \relates AsyncMySql::Error

    Whether \a left and \a right say the same in every respect.
*/
bool operator==(const Error &left, const Error &right)
{
    return left.d == right.d || dataOf(left.d) == dataOf(right.d);
}

/*!
    \relates AsyncMySql::Error

    Writes \a error to \a debug: everything but the statement, which may hold data of users.
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
