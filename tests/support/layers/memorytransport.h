// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "transport.h"

#include <QtCore/qbytearray.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <utility>

namespace AsyncMySql::Tests {

/// A transport of which a test gives what arrives, and sees what is written and asked.
class MemoryTransport : public Transport::Transport
{
public:
    /// What has arrived and was not read.
    QByteArray incoming;
    /// All that was written.
    QByteArray written;
    /// What bytesToWrite() says.
    qint64 unsent = 0;
    /// read() fails when incoming is empty.
    bool isBroken = false;
    /// What lookForInput() finds, and how often it was called.
    bool findsInput = false;
    int looks = 0;
    bool announcesWritten = true;
    /// Called by the next write(), as a device may run an event loop there.
    std::function<void()> whileWriting;
    bool local = false;
    bool encrypted = false;
    int tlsStarts = 0;

    void open() override {}
    void startTls() override { ++tlsStarts; }
    bool canStartTls() const override { return true; }
    qint64 bytesAvailable() const override { return incoming.size(); }
    qint64 read(char *data, qint64 size) override
    {
        if (incoming.isEmpty() && isBroken)
            return -1;
        const qsizetype count = std::min<qsizetype>(size, incoming.size());
        std::memcpy(data, incoming.constData(), static_cast<size_t>(count));
        incoming.remove(0, count);
        return count;
    }
    bool lookForInput() override
    {
        ++looks;
        return findsInput;
    }
    void write(const QByteArray &bytes) override
    {
        if (whileWriting)
            std::exchange(whileWriting, {})();
        written += bytes;
    }
    void setAnnouncesWritten(bool announce) override { announcesWritten = announce; }
    qint64 bytesToWrite() const override { return unsent; }
    void close() override {}
    void abort() override {}
    bool isLocal() const override { return local; }
    bool isEncrypted() const override { return encrypted; }
    QString peerName() const override { return QStringLiteral("memory"); }
};

} // namespace AsyncMySql::Tests
