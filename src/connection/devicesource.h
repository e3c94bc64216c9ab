// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "parameters.h"

#include <AsyncMySql/error.h>

#include <QtCore/qobject.h>
#include <QtCore/qpointer.h>

#include <functional>
#include <variant>

QT_BEGIN_NAMESPACE
class QIODevice;
QT_END_NAMESPACE

namespace AsyncMySql {

/// The bytes of a device, from where it stands to its end. The device is the application's; if it
/// goes away, the source fails.
class DeviceSource : public QObject, public Protocol::ByteSource
{
    Q_OBJECT

public:
    /// \a resume is called when a device that had nothing to give has more. It is an error if the
    /// device cannot be read.
    static std::variant<Protocol::ByteSourcePointer, Error>
    create(QIODevice *device, const std::function<void()> &resume);

    Status read(qsizetype maximum, QByteArray *bytes) override;
    QString errorString() const override { return m_errorString; }

private:
    DeviceSource(QIODevice *device, const std::function<void()> &resume);
    Status fail(const QString &errorString);

    QPointer<QIODevice> m_device;
    QString m_errorString;
    bool m_channelFinished = false;
};

} // namespace AsyncMySql
