// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "devicesource.h"

#include <QtCore/qiodevice.h>

namespace AsyncMySql {

using namespace Qt::StringLiterals;

std::variant<Protocol::ByteSourcePointer, Error>
DeviceSource::create(QIODevice *device, const std::function<void()> &resume)
{
    if (!device->isReadable()) {
        return Error(Error::DeviceFailed,
                     u"The device to send the bytes of is not open for reading"_s);
    }
    return Protocol::ByteSourcePointer(new DeviceSource(device, resume));
}

DeviceSource::DeviceSource(QIODevice *device, const std::function<void()> &resume)
    : m_device(device)
{
    connect(device, &QIODevice::readyRead, this, resume);
    const auto finish = [this, resume] {
        m_channelFinished = true;
        resume();
    };
    connect(device, &QIODevice::readChannelFinished, this, finish);
    connect(device, &QIODevice::aboutToClose, this, finish);
    connect(device, &QObject::destroyed, this, resume);
}

Protocol::ByteSource::Status DeviceSource::read(qsizetype maximum, QByteArray *bytes)
{
    if (!m_device)
        return fail(u"The device to send the bytes of was deleted"_s);
    bytes->resize(maximum);
    const qint64 count = m_device->read(bytes->data(), maximum);
    bytes->resize(qMax<qint64>(0, count));
    if (count > 0)
        return Status::Ready;
    if (m_device->isSequential())
        return m_channelFinished || !m_device->isReadable() ? Status::End : Status::Waiting;
    return count < 0 ? fail(m_device->errorString()) : Status::End;
}

Protocol::ByteSource::Status DeviceSource::fail(const QString &errorString)
{
    m_errorString = errorString;
    return Status::Failed;
}

} // namespace AsyncMySql
