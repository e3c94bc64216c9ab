// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "transportfactory.h"

#include "devicetransport.h"
#include "localtransport.h"
#include "tcptransport.h"

namespace AsyncMySql::Transport {

std::unique_ptr<Transport> createTransport(const TransportSettings &settings, QObject *parent)
{
    if (settings.deviceFactory)
        return std::make_unique<DeviceTransport>(settings.deviceFactory, parent);
    if (!settings.localSocketName.isEmpty())
        return std::make_unique<LocalTransport>(settings.localSocketName, parent);
    return std::make_unique<TcpTransport>(settings, parent);
}

} // namespace AsyncMySql::Transport
