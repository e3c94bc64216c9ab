// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/error.h>

#include <QtCore/qobject.h>
#include <QtCore/qthread.h>

namespace AsyncMySql {

// Connections and all that comes from them are used in the thread that they live in, and nowhere
// else. A call from another thread must not even look at them; what is asked here about the object
// is safe in every thread.

/// Whether the caller is in the thread of \a object.
inline bool isInOwnThread(const QObject *object)
{
    return QThread::currentThread() == object->thread();
}

/// The error for a caller in another thread; it is logged, too.
Error wrongThread(const QObject *object);

/// Whether the caller is in the thread of \a object; if not, the log says so, and the call has to
/// do nothing.
inline bool checkOwnThread(const QObject *object)
{
    if (Q_LIKELY(isInOwnThread(object)))
        return true;
    wrongThread(object);
    return false;
}

} // namespace AsyncMySql
