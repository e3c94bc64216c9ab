// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "authenticationrequest_p.h"

namespace AsyncMySql {

/*!
    \class AsyncMySql::AuthenticationRequest
    \inmodule AsyncMySql
    \brief The AuthenticationRequest class describes what a password provider is asked for.

    A request of Kind::Password asks for the password of user(). It comes before the library
    connects, so that the time that it takes is not limited by the server. A request of
    Kind::Question comes from the server while it authenticates the client: it may ask for a
    one-time code, for example. Servers wait for the answer for 10 seconds by default
    (\c connect_timeout). If it comes later, the library connects again, and gives the answer if
    the server asks the same question. An answer to a question is never used twice.

    Questions are only passed on if the server's identity is verified, or the connection is a local
    socket. Control characters are removed from the prompt(). It is text of the server: show it as
    plain text.

    Requests are implicitly shared values and may be used in any thread.

    \sa ConnectionOptions::setPasswordProvider()
*/

/*!
    \enum AsyncMySql::AuthenticationRequest::Kind

    This enum specifies what is requested.

    \value Password The password of the account, or another secret in its place, such as a token.
    \value Question The answer to a question of the server: see prompt().
*/

/*! Constructs a request for the password of an empty account. */
AuthenticationRequest::AuthenticationRequest()
    : d(new AuthenticationRequestData)
{
}

/*! Constructs a copy of \a other. */
AuthenticationRequest::AuthenticationRequest(const AuthenticationRequest &other) = default;

/*! Moves \a other, which may then only be assigned to or destroyed. */
AuthenticationRequest::AuthenticationRequest(AuthenticationRequest &&other) noexcept = default;

/*! Makes this request a copy of \a other. */
AuthenticationRequest &AuthenticationRequest::operator=(const AuthenticationRequest &other)
    = default;

/*! Moves \a other, which may then only be assigned to or destroyed. */
AuthenticationRequest &
AuthenticationRequest::operator=(AuthenticationRequest &&other) noexcept = default;

/*! Destroys the request. */
AuthenticationRequest::~AuthenticationRequest() = default;

AuthenticationRequest AuthenticationRequestData::request(const AuthenticationRequestData &data)
{
    AuthenticationRequest request;
    request.d = new AuthenticationRequestData(data);
    return request;
}

/*!
    \property AsyncMySql::AuthenticationRequest::kind

    \brief what is requested

    The default is Kind::Password.
*/
AuthenticationRequest::Kind AuthenticationRequest::kind() const
{
    return d->kind;
}

/*!
    \property AsyncMySql::AuthenticationRequest::host

    \brief the host in the options
*/
QString AuthenticationRequest::host() const
{
    return d->host;
}

/*!
    \property AsyncMySql::AuthenticationRequest::port

    \brief the port in the options
*/
quint16 AuthenticationRequest::port() const
{
    return d->port;
}

/*!
    \property AsyncMySql::AuthenticationRequest::localSocketName

    \brief the local socket in the options, which is used instead of the host and port if it is not
    empty
*/
QString AuthenticationRequest::localSocketName() const
{
    return d->localSocketName;
}

/*!
    \property AsyncMySql::AuthenticationRequest::user

    \brief the name of the account
*/
QString AuthenticationRequest::user() const
{
    return d->user;
}

/*!
    \property AsyncMySql::AuthenticationRequest::factor

    \brief the factor of MySQL's multi-factor authentication, from 1 to 3

    It is 1 for accounts with a single factor.
*/
int AuthenticationRequest::factor() const
{
    return d->factor;
}

/*!
    \property AsyncMySql::AuthenticationRequest::attempt

    \brief how often the same was requested since the server accepted the client, beginning with 1
*/
int AuthenticationRequest::attempt() const
{
    return d->attempt;
}

/*!
    \property AsyncMySql::AuthenticationRequest::plugin

    \brief the authentication plugin that the answer is for, or an empty string if it is not known
    yet
*/
QString AuthenticationRequest::plugin() const
{
    return d->plugin;
}

/*!
    \property AsyncMySql::AuthenticationRequest::prompt

    \brief the text of the server's question, which may be empty

    It is always empty for Kind::Password.
*/
QString AuthenticationRequest::prompt() const
{
    return d->prompt;
}

/*!
    \property AsyncMySql::AuthenticationRequest::echoEnabled

    \brief whether the answer may be shown while it is typed
*/
bool AuthenticationRequest::isEchoEnabled() const
{
    return d->echoEnabled;
}

/*!
    \property AsyncMySql::AuthenticationRequest::refusal

    \brief the error with which the server refused the last password, or Error::NoError
*/
Error AuthenticationRequest::refusal() const
{
    return d->refusal;
}

} // namespace AsyncMySql
