// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qbytearray.h>

namespace AsyncMySql::Protocol {

/// Overwrites \a bytes and empties them. Of shared bytes only the reference is dropped: what
/// holds them otherwise still needs them.
void wipe(QByteArray *bytes);

/// A secret that is overwritten when it goes: a copy of its own, not shared. Best effort: what
/// Qt, the transport or the system copied is out of reach.
class Secret
{
public:
    Secret() = default;
    explicit Secret(QByteArrayView bytes)
        : m_bytes(bytes.data(), bytes.size())
    {
    }
    Secret(const Secret &other)
        : Secret(QByteArrayView(other.m_bytes))
    {
    }
    Secret &operator=(const Secret &other) { return *this = QByteArrayView(other.m_bytes); }
    Secret &operator=(QByteArrayView bytes);
    ~Secret() { wipe(&m_bytes); }

    QByteArrayView bytes() const { return m_bytes; }
    bool isEmpty() const { return m_bytes.isEmpty(); }
    void clear() { wipe(&m_bytes); }

private:
    QByteArray m_bytes;
};

} // namespace AsyncMySql::Protocol
