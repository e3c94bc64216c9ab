// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "devicesource.h"

#include <QtCore/qiodevice.h>
#include <QtCore/qmetaobject.h>

#include <algorithm>
#include <utility>

namespace AsyncMySql {

using namespace Qt::StringLiterals;

std::variant<Protocol::ByteSourcePointer, Error>
DeviceSource::create(QIODevice *device, const std::function<void()> &resume,
                     const std::shared_ptr<Reading> &reading)
{
    if (!device->isReadable()) {
        return Error(Error::DeviceFailed, u"The device with the value is not open for reading"_s);
    }
    return Protocol::ByteSourcePointer(new DeviceSource(device, resume, reading));
}

DeviceSource::DeviceSource(QIODevice *device, const std::function<void()> &resume,
                           const std::shared_ptr<Reading> &reading)
    : m_device(device)
    , m_resume(resume)
    , m_reading(reading)
{
    const auto lookAgain = [this] {
        m_hasMore = true;
        if (m_isAwaited)
            fetchLater();
    };
    const auto finish = [this, lookAgain] {
        m_channelFinished = true;
        lookAgain();
    };
    connect(device, &QIODevice::readyRead, this, lookAgain);
    connect(device, &QIODevice::readChannelFinished, this, finish);
    connect(device, &QIODevice::aboutToClose, this, [this, finish] {
        takeTheRest();
        finish();
    });
    connect(device, &QObject::destroyed, this, lookAgain);
}

Protocol::ByteSource::Status DeviceSource::read(qsizetype maximum, QByteArray *bytes)
{
    m_maximum = maximum;
    if (!m_piece.isEmpty()) {
        *bytes = m_piece.size() <= maximum ? std::exchange(m_piece, {}) : m_piece.first(maximum);
        m_piece.remove(0, std::min(maximum, m_piece.size()));
        if (m_piece.isEmpty() && m_next == Status::Waiting)
            fetchLater();
        return Status::Ready;
    }
    if (m_next == Status::Waiting) {
        m_isAwaited = true;
        fetchLater();
    }
    return m_next;
}

void DeviceSource::fetchLater()
{
    if (std::exchange(m_isFetchScheduled, true))
        return;
    QMetaObject::invokeMethod(this, &DeviceSource::fetch, Qt::QueuedConnection);
}

void DeviceSource::fetch()
{
    m_isFetchScheduled = false;
    // The device may run an event loop while it is read.
    if (m_reading->isOver || m_isFetching || !m_piece.isEmpty() || m_next != Status::Waiting)
        return;
    if (!m_device) {
        fail(u"The device with the value was deleted"_s);
        return;
    }
    if (!m_device->isReadable()) {
        closed();
        return;
    }
    const QPointer<DeviceSource> guard(this);
    QByteArray piece(m_maximum, Qt::Uninitialized);
    m_isFetching = true;
    m_hasMore = false;
    m_reading->hasBegun = true;
    const qint64 count = m_device->read(piece.data(), piece.size());
    // It may end the statement that it is read for.
    if (!guard)
        return;
    m_isFetching = false;
    if (count > 0) {
        piece.resize(count);
        m_piece = std::move(piece);
        goOn();
        return;
    }
    if (!m_device) {
        fail(u"The device with the value was deleted"_s);
    } else if (m_device->isSequential()) {
        if (m_channelFinished)
            end();
        else if (!m_device->isReadable())
            closed();
        else if (m_hasMore)
            fetchLater();
    } else if (count < 0) {
        fail(m_device->errorString());
    } else {
        end();
    }
}

/// A device whose bytes come once loses them when it is closed.
void DeviceSource::takeTheRest()
{
    if (m_reading->isOver || m_isFetching || m_next != Status::Waiting || !m_device->isSequential())
        return;
    m_isFetching = true;
    m_reading->hasBegun = true;
    const QPointer<DeviceSource> guard(this);
    const QByteArray rest = m_device->readAll();
    if (!guard)
        return;
    m_isFetching = false;
    m_piece += rest;
    // In the middle of what the device does nothing is sent.
    if (!m_piece.isEmpty() && m_isAwaited)
        QMetaObject::invokeMethod(this, &DeviceSource::goOn, Qt::QueuedConnection);
}

void DeviceSource::closed()
{
    if (m_device->isSequential())
        end();
    else
        fail(u"The device with the value was closed"_s);
}

void DeviceSource::end()
{
    m_next = Status::End;
    goOn();
}

/// May lead to the end of this object.
void DeviceSource::goOn()
{
    if (std::exchange(m_isAwaited, false))
        m_resume();
}

void DeviceSource::fail(const QString &errorString)
{
    m_errorString = errorString;
    m_next = Status::Failed;
    goOn();
}

} // namespace AsyncMySql
