// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/Pool>

#include <QtCore/qobject.h>
#include <QtCore/qurl.h>
#include <QtCore/qvariant.h>
#include <QtQml/qqmlregistration.h>

#include <memory>
#include <vector>

/// The servers of tests/run, for QML.
class TestServers : public QObject
{
    Q_OBJECT
    Q_PROPERTY(QVariantList all READ all CONSTANT FINAL)
    QML_ELEMENT
    QML_SINGLETON

public:
    /// tag, url (a local socket), password, isMySql
    QVariantList all() const;
    Q_INVOKABLE QString uniqueName(const QString &stem) const;
    /// A Pool ("pool"), Transaction or Lease that C++ has made, connected to the server that the
    /// other arguments name; null if that cannot be done.
    Q_INVOKABLE QObject *newExecutor(const QString &kind, const QUrl &url, const QString &password,
                                     const QString &database);
    Q_INVOKABLE void deleteExecutors() { m_pools.clear(); }

private:
    std::vector<std::unique_ptr<AsyncMySql::Pool>> m_pools;
};
