// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "threadaffinity.h"

#include "logging.h"

#include <QtCore/qcoreapplication.h>

namespace AsyncMySql {

using namespace Qt::StringLiterals;

namespace {

QString nameOf(const QThread *thread)
{
    if (!thread)
        return u"none"_s;
    if (const QString name = thread->objectName(); !name.isEmpty())
        return u'"' + name + u'"';
    const QCoreApplication *application = QCoreApplication::instance();
    if (application && application->thread() == thread)
        return u"the main thread"_s;
    return u"0x%1"_s.arg(reinterpret_cast<quintptr>(thread), 0, 16);
}

} // namespace

Error wrongThread(const QObject *object)
{
    const Error error(
        Error::WrongThread,
        u"%1 lives in one thread (%2) and was used in another (%3): call it where it lives, for "
        "example by QMetaObject::invokeMethod()"_s
            .arg(QLatin1StringView(object->metaObject()->className()), nameOf(object->thread()),
                 nameOf(QThread::currentThread())));
    qCWarning(lcConnection).noquote() << error.message();
    return error;
}

} // namespace AsyncMySql
