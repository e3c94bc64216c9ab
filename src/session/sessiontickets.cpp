// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "sessiontickets.h"

#include <QtCore/qcoreapplication.h>
#include <QtCore/qdeadlinetimer.h>
#include <QtCore/qmutex.h>

#include <algorithm>
#include <chrono>
#include <list>

namespace AsyncMySql {

namespace {

constexpr std::chrono::hours Lifetime(1);
constexpr size_t MostTickets = 64;

struct Entry
{
    SessionTickets::Key key;
    QByteArray ticket;
    QDeadlineTimer end;
};

struct Store
{
    std::list<Entry>::iterator find(const SessionTickets::Key &key)
    {
        return std::find_if(entries.begin(), entries.end(),
                            [&key](const Entry &entry) { return entry.key == key; });
    }

    QMutex mutex;
    /// The oldest first.
    std::list<Entry> entries;
    bool isClearedAtExit = false;
};

Q_GLOBAL_STATIC(Store, ticketStore)

/// Qt's TLS plugin, which the configurations need, can be gone when static objects are destroyed.
void clear()
{
    if (ticketStore.isDestroyed())
        return;
    const QMutexLocker lock(&ticketStore->mutex);
    ticketStore->entries.clear();
    ticketStore->isClearedAtExit = false;
}

} // namespace

std::optional<SessionTickets::Key> SessionTickets::keyOf(const ConnectionOptions &options)
{
    if (options.tlsMode() == ConnectionOptions::TlsMode::Disabled
        || !options.localSocketName().isEmpty() || options.deviceFactory())
        return std::nullopt;
    return Key{options.host(), options.port(), options.tlsMode(), options.sslConfiguration()};
}

QByteArray SessionTickets::find(const Key &key)
{
    const QMutexLocker lock(&ticketStore->mutex);
    const auto entry = ticketStore->find(key);
    return entry == ticketStore->entries.end() || entry->end.hasExpired() ? QByteArray()
                                                                          : entry->ticket;
}

void SessionTickets::store(const Key &key, const QByteArray &ticket)
{
    Store &tickets = *ticketStore;
    const QMutexLocker lock(&tickets.mutex);
    if (!tickets.isClearedAtExit)
        qAddPostRoutine(clear);
    tickets.isClearedAtExit = true;
    if (const auto entry = tickets.find(key); entry != tickets.entries.end())
        tickets.entries.erase(entry);
    tickets.entries.push_back({key, ticket, QDeadlineTimer(Lifetime)});
    if (tickets.entries.size() > MostTickets)
        tickets.entries.pop_front();
}

void SessionTickets::forget(const Key &key)
{
    Store &tickets = *ticketStore;
    const QMutexLocker lock(&tickets.mutex);
    if (const auto entry = tickets.find(key); entry != tickets.entries.end())
        tickets.entries.erase(entry);
}

} // namespace AsyncMySql
