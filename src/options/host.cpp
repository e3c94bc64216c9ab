// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "hosttext.h"

#include <AsyncMySql/host.h>

using namespace Qt::StringLiterals;

namespace AsyncMySql {

/*!
    \class AsyncMySql::Host
    \inmodule AsyncMySql
    \brief The Host class is the address of one of several servers, and what it is used for.

    Values of this class may be used in any thread.

    \sa ConnectionOptions::setHosts(), HostPolicy
*/

/*!
    \enum AsyncMySql::Host::Role

    This enum specifies what a host is used for.

    \value Any     Either. This is the default.
    \value Primary It is written to.
    \value Replica It only serves reads: sessions are opened with it if no other host can be
                   reached.
*/

/*!
    \fn AsyncMySql::Host::Host()

    Constructs a host without a name, which cannot be connected to.
*/

/*!
    \fn AsyncMySql::Host::Host(const QString &name, quint16 port, Role role, int weight)

    Constructs a host with this \a name or address, \a port, \a role and \a weight. IPv6 addresses
    are written without brackets.
*/

/*!
    Returns the host in \a text, as in \c {db1}, \c {db2:3307}, \c {[fe80::1]:3306} or
    \c {db3;role=replica;weight=2}. The role can be \c any, \c primary or \c replica. If the text is
    not valid, returns a default-constructed host and sets \a error to Error::InvalidOptions.
*/
Host Host::fromString(const QString &text, Error *error)
{
    Host host;
    const QString problem = parseHost(text, &host);
    if (error)
        *error = problem.isEmpty() ? Error() : Error(Error::InvalidOptions, problem);
    return problem.isEmpty() ? host : Host();
}

/*! Returns the host as a text that fromString() can read. Default values are omitted. */
QString Host::toString() const
{
    return formatHost(*this);
}

/*!
    \property AsyncMySql::Host::name
    \brief the name or address of the host; the default is empty
*/

/*!
    \property AsyncMySql::Host::port
    \brief the TCP port; the default is 3306
*/

/*!
    \property AsyncMySql::Host::role
    \brief what the host is used for; the default is Role::Any
*/

/*!
    \property AsyncMySql::Host::weight
    \brief the share of sessions that the host gets, in relation to the weights of others

    The value is between 1, which is the default, and 1000. It has a meaning with all selections of
    HostPolicy but HostPolicy::Selection::Sequential.
*/

/*!
    \fn bool AsyncMySql::Host::operator==(const Host &left, const Host &right)

    Returns whether \a left and \a right are equal.
*/

} // namespace AsyncMySql
