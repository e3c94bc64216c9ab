// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/host.h>

#include <QtCore/qlist.h>
#include <QtCore/qstring.h>
#include <QtNetwork/qhostaddress.h>

#include <chrono>
#include <functional>

QT_BEGIN_NAMESPACE
class QObject;
QT_END_NAMESPACE

namespace AsyncMySql {

/// Asks the DNS. What is to be called with the answer is called from the event loop of the thread
/// of a context object, or not at all once that is destroyed.
class HostResolver
{
public:
    struct ServiceHost
    {
        /// With the weight that the DNS says, which can be 0.
        Host host;
        /// The lowest comes first.
        int priority = 0;
    };
    struct Service
    {
        QList<ServiceHost> hosts;
        std::chrono::seconds timeToLive{0};
        /// Why there are no hosts.
        QString errorString;

        /// Without those outside of the domain that the service \a name belongs to. DNS answers can
        /// be forged: a certificate that names the host of a forged one proves nothing.
        [[nodiscard]] Service withinDomainOf(const QString &name) const;
    };

    HostResolver() = default;
    virtual ~HostResolver();
    Q_DISABLE_COPY_MOVE(HostResolver)

    /// Without an address if there is no such name.
    virtual void lookUp(const QString &name, QObject *context,
                        std::function<void(const QList<QHostAddress> &addresses)> done);
    virtual void lookUpService(const QString &name, QObject *context,
                               std::function<void(const Service &service)> done);
};

} // namespace AsyncMySql
