// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "commandsink.h"

#include "hostlist.h"

#include <AsyncMySql/connectionoptions.h>

namespace AsyncMySql {

CommandSink::Defaults CommandSink::Defaults::of(const ConnectionOptions &options)
{
    return {
        options.queueTimeout(),      options.queryTimeout(),       options.streamTimeout(),
        options.maximumPacketSize(), options.maximumResultSize(),  options.isAutoPrepareEnabled(),
        options.retryPolicy(),       options.multiRowInsertMode(), HostList::isNeeded(options)};
}

CommandSink::CommandSink(QObject *parent)
    : QObject(parent)
    , m_observers(std::make_shared<ObserverChannel>(this))
    , m_recoveryLedger(std::make_shared<RecoveryLedger>())
{
}

CommandSink::CommandSink(const CommandSink &whole, QObject *parent)
    : QObject(parent)
    , m_observers(whole.m_observers)
    , m_recoveryLedger(whole.m_recoveryLedger)
{
}

CommandSink::~CommandSink() = default;

} // namespace AsyncMySql
