// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/ConnectionOptions>

#include <QtCore/QList>
#include <QtCore/QString>

/// The saved settings of a connection: everything but the password.
struct ConnectionProfile
{
    QString name;
    QString host = QStringLiteral("localhost");
    int port = 3306;
    /// A Unix socket or named pipe instead of host and port.
    QString socket;
    QString user;
    QString database;
    AsyncMySql::ConnectionOptions::TlsMode tlsMode
        = AsyncMySql::ConnectionOptions::TlsMode::Preferred;
    QString caFile;

    /// "anna@db.example.org", if it has no name.
    QString title() const;
    /// \a problem is the error of the CA file.
    AsyncMySql::ConnectionOptions options(const QString &password, QString *problem) const;

    static QList<ConnectionProfile> load();
    static void save(const QList<ConnectionProfile> &profiles);
};
