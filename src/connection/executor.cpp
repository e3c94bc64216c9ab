// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include <AsyncMySql/executor.h>

namespace AsyncMySql {

/*!
    \class AsyncMySql::Executor
    \inmodule AsyncMySql
    \brief What statements can be executed on: the common base of Connection and all that has its
    verbs.
*/

/*!
    \fn Query *AsyncMySql::Executor::execute(const QString &sql, const QVariantList &parameters)

    Queues the statement \a sql, with \a parameters in place of its question marks, and returns the
    job for it. Without parameters the statement is sent as it is.

    The job belongs to this object, and starts from the event loop. Parameters are never part of the
    statement's text as a human reads it: they are quoted by their type for the live session, so no
    value can change what the statement does. What types are taken, and as what they arrive, stands
    with ConnectionOptions. A value that cannot be sent fails the job with Error::InvalidParameter.
*/

/*!
    \fn Query *AsyncMySql::Executor::execute(const QString &sql, const QVariantMap &parameters)
    \overload

    The same with named placeholders: \c {:name}. The parameters may also be written in braces:

    \code
    execute("SELECT * FROM customers WHERE name = :name", {{"name", name}});
    \endcode
*/

Executor::Executor(QObject *parent)
    : QObject(parent)
{
}

Executor::~Executor() = default;

} // namespace AsyncMySql
