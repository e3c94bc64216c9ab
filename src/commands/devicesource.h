// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "parameters.h"

#include <AsyncMySql/error.h>

#include <QtCore/qbytearray.h>
#include <QtCore/qobject.h>
#include <QtCore/qpointer.h>

#include <functional>
#include <memory>
#include <variant>

QT_BEGIN_NAMESPACE
class QIODevice;
QT_END_NAMESPACE

namespace AsyncMySql {

/// The bytes of a device, from where it stands to its end. The device is the application's; if it
/// goes away, the source fails.
///
/// Its code can do anything when it is read: emit signals, use the connection, delete it. So it is
/// read from the event loop, one piece ahead, and never from inside of what sends.
class DeviceSource : public QObject, public Protocol::ByteSource
{
    Q_OBJECT

public:
    /// What one source has done with its device; known also when the source is gone.
    struct Reading
    {
        bool hasBegun = false;
        /// Another source reads the device now.
        bool isOver = false;
    };

    /// \a resume is called when a device that had nothing to give has more. It is an error if the
    /// device cannot be read.
    static std::variant<Protocol::ByteSourcePointer, Error>
    create(QIODevice *device, const std::function<void()> &resume,
           const std::shared_ptr<Reading> &reading);

    Status read(qsizetype maximum, QByteArray *bytes) override;
    QString errorString() const override { return m_errorString; }

private:
    DeviceSource(QIODevice *device, const std::function<void()> &resume,
                 const std::shared_ptr<Reading> &reading);
    void fetchLater();
    void fetch();
    void takeTheRest();
    void closed();
    void end();
    void goOn();
    void fail(const QString &errorString);

    QPointer<QIODevice> m_device;
    std::function<void()> m_resume;
    std::shared_ptr<Reading> m_reading;
    /// What was read last and is not sent yet.
    QByteArray m_piece;
    /// How much is asked for at a time.
    qsizetype m_maximum = 0;
    /// What comes behind the piece.
    Status m_next = Status::Waiting;
    QString m_errorString;
    bool m_isFetchScheduled = false;
    bool m_isFetching = false;
    /// The device has announced more while it was read.
    bool m_hasMore = false;
    bool m_isAwaited = false;
    bool m_channelFinished = false;
};

} // namespace AsyncMySql
