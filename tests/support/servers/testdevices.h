// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qcryptographichash.h>
#include <QtCore/qiodevice.h>

#include <algorithm>

namespace Servers {

/// Gives what it is fed, and can break.
class Trickle : public QIODevice
{
public:
    Trickle() { open(ReadOnly); }

    bool isSequential() const override { return m_isSequential; }
    qint64 bytesAvailable() const override { return m_waiting.size(); }
    bool atEnd() const override { return false; }
    void setSequential(bool sequential) { m_isSequential = sequential; }
    void feed(const QByteArray &bytes)
    {
        m_waiting += bytes;
        Q_EMIT readyRead();
    }
    void finish() { Q_EMIT readChannelFinished(); }
    /// After what waits.
    void breakDown() { m_isBroken = true; }

protected:
    qint64 readData(char *data, qint64 maximum) override
    {
        const qint64 count = std::min<qint64>(maximum, m_waiting.size());
        if (count == 0 && m_isBroken) {
            setErrorString(QStringLiteral("the disk is on fire"));
            return -1;
        }
        std::copy_n(m_waiting.cbegin(), count, data);
        m_waiting.remove(0, count);
        return count;
    }
    qint64 writeData(const char *, qint64) override { return -1; }

private:
    QByteArray m_waiting;
    bool m_isSequential = true;
    bool m_isBroken = false;
};

/// The same lines of text every time, made as they are read.
class Generator : public QIODevice
{
public:
    static constexpr qint64 LineSize = 64 * 1024;

    /// Fails from \a breaksAt on.
    explicit Generator(qint64 size, qint64 breaksAt = -1)
        : m_size(size)
        , m_breaksAt(breaksAt)
    {
        open(ReadOnly | Unbuffered);
    }

    qint64 size() const override { return m_size; }
    bool atEnd() const override { return m_done == m_size; }

    static QByteArray sha256(qint64 size)
    {
        Generator device(size);
        QCryptographicHash hash(QCryptographicHash::Sha256);
        hash.addData(&device);
        return hash.result().toHex();
    }

protected:
    qint64 readData(char *data, qint64 maximum) override
    {
        if (m_breaksAt >= 0 && m_done >= m_breaksAt) {
            setErrorString(QStringLiteral("the disk is on fire"));
            return -1;
        }
        const qint64 count = std::min(maximum, m_size - m_done);
        static const QByteArray line = makeLine();
        for (qint64 i = 0; i < count;) {
            const qint64 at = (m_done + i) % LineSize;
            const qint64 piece = std::min(count - i, LineSize - at);
            std::copy_n(line.cbegin() + at, piece, data + i);
            i += piece;
        }
        m_done += count;
        return count;
    }
    qint64 writeData(const char *, qint64) override { return -1; }

private:
    static QByteArray makeLine()
    {
        QByteArray line(LineSize, '\n');
        for (qint64 i = 0; i < LineSize - 1; ++i)
            line[i] = static_cast<char>('a' + i * 7 % 23);
        return line;
    }

    qint64 m_size;
    qint64 m_breaksAt;
    qint64 m_done = 0;
};

} // namespace Servers
