// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qobject.h>
#include <QtCore/qvariant.h>
#include <QtQml/qqmlregistration.h>

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
};
