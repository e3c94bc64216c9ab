// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "sqlsession.h"

#include <AsyncMySql/connectionoptions.h>
#include <AsyncMySql/error.h>

#include <QtCore/qstring.h>
#include <QtCore/qstringlist.h>
#include <QtNetwork/qsslconfiguration.h>

#include <chrono>

namespace AsyncMySql::Sql {

/// What QSqlDatabase::open() is given.
struct Address
{
    QString database;
    QString user;
    QString password;
    QString host;
    int port = -1;
};

/// The options of QSqlDatabase::setConnectOptions(), as QMYSQL understands them.
///
/// What QMYSQL would only warn about is in the warnings; an error are options that promise a
/// security which cannot be given.
class ConnectOptions
{
public:
    ConnectOptions(const Address &address, const QString &connectOptions);

    const SqlSession::Settings &settings() const { return m_settings; }
    const QStringList &warnings() const { return m_warnings; }
    const Error &error() const { return m_error; }

private:
    enum class Transport { Default, Tcp, Socket };

    void read(const QString &option);
    bool readFlag(const QString &name);
    bool readValue(const QString &name, const QString &value);
    bool readTlsValue(const QString &name, const QString &value);
    void readTlsMode(const QString &value);
    void readTransport(const QString &value);
    void readTlsVersions(const QString &value);
    void readCiphers(const QString &value);
    std::chrono::seconds seconds(const QString &name, const QString &value);
    void warn(const QString &text) { m_warnings.append(text); }
    void fail(const QString &text);
    void applyAddress(const Address &address);
    void applyTls();

    SqlSession::Settings m_settings;
    QStringList m_warnings;
    Error m_error;
    QString m_socket;
    Transport m_transport = Transport::Default;
    QStringList m_sqlModes;
    QString m_key;
    QString m_certificate;
    QString m_ca;
    QString m_caPath;
    bool m_hasTlsMode = false;
    QSslConfiguration m_tls;
};

} // namespace AsyncMySql::Sql
