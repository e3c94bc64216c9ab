// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "sessiontickets.h"

#include <QtCore/qcoreapplication.h>
#include <QtCore/qmutex.h>

#include <algorithm>
#include <list>

namespace AsyncMySql {

namespace {

constexpr size_t MostTickets = 64;

struct Entry
{
    SessionTickets::Key key;
    SessionTickets::Ticket ticket;
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

SessionTickets::Ticket SessionTickets::find(const Key &key)
{
    if (ticketStore.isDestroyed())
        return {};
    Store &tickets = *ticketStore;
    const QMutexLocker lock(&tickets.mutex);
    tickets.entries.remove_if([](const Entry &entry) { return entry.ticket.end.hasExpired(); });
    const auto entry = tickets.find(key);
    return entry == tickets.entries.end() ? Ticket() : entry->ticket;
}

void SessionTickets::store(const Key &key, const Ticket &ticket)
{
    // A connection of static lifetime can outlive it.
    if (ticketStore.isDestroyed())
        return;
    Store &tickets = *ticketStore;
    const QMutexLocker lock(&tickets.mutex);
    if (!tickets.isClearedAtExit)
        qAddPostRoutine(clear);
    tickets.isClearedAtExit = true;
    if (const auto entry = tickets.find(key); entry != tickets.entries.end())
        tickets.entries.erase(entry);
    tickets.entries.push_back({key, ticket});
    if (tickets.entries.size() > MostTickets)
        tickets.entries.pop_front();
}

void SessionTickets::forget(const Key &key)
{
    if (ticketStore.isDestroyed())
        return;
    Store &tickets = *ticketStore;
    const QMutexLocker lock(&tickets.mutex);
    if (const auto entry = tickets.find(key); entry != tickets.entries.end())
        tickets.entries.erase(entry);
}

} // namespace AsyncMySql
