// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "connectionprofile.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QSettings>
#include <QtNetwork/QSslCertificate>

using namespace AsyncMySql;

QString ConnectionProfile::title() const
{
    if (!name.isEmpty())
        return name;
    const QString where = socket.isEmpty() ? host : socket;
    return user.isEmpty() ? where : user + '@' + where;
}

ConnectionOptions ConnectionProfile::options(const QString &password, QString *problem) const
{
    ConnectionOptions options;
    if (socket.isEmpty()) {
        options.setHost(host);
        options.setPort(quint16(port));
    } else {
        options.setLocalSocketName(socket);
    }
    options.setUser(user);
    options.setPassword(password);
    options.setDatabase(database);
    options.setTlsMode(tlsMode);
    options.setConnectTimeout(std::chrono::seconds(10));
    if (!caFile.isEmpty()) {
        const auto certificates = QSslCertificate::fromPath(caFile);
        if (certificates.isEmpty()) {
            *problem = QCoreApplication::translate("ConnectionProfile",
                                                   "There are no certificates in %1.")
                           .arg(caFile);
        }
        QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
        configuration.setCaCertificates(certificates);
        options.setSslConfiguration(configuration);
    }
    if (problem->isEmpty())
        *problem = options.validate().message();
    return options;
}

QList<ConnectionProfile> ConnectionProfile::load()
{
    QList<ConnectionProfile> profiles;
    QSettings settings;
    const int count = settings.beginReadArray("connections");
    for (int i = 0; i < count; ++i) {
        settings.setArrayIndex(i);
        ConnectionProfile profile;
        profile.name = settings.value("name").toString();
        profile.host = settings.value("host").toString();
        profile.port = settings.value("port", 3306).toInt();
        profile.socket = settings.value("socket").toString();
        profile.user = settings.value("user").toString();
        profile.database = settings.value("database").toString();
        const int mode = settings.value("tlsMode", int(profile.tlsMode)).toInt();
        profile.tlsMode = static_cast<ConnectionOptions::TlsMode>(qBound(0, mode, 4));
        profile.caFile = settings.value("caFile").toString();
        profiles.append(profile);
    }
    settings.endArray();
    return profiles;
}

void ConnectionProfile::save(const QList<ConnectionProfile> &profiles)
{
    QSettings settings;
    settings.remove("connections");
    settings.beginWriteArray("connections", int(profiles.size()));
    for (int i = 0; i < profiles.size(); ++i) {
        const ConnectionProfile &profile = profiles[i];
        settings.setArrayIndex(i);
        settings.setValue("name", profile.name);
        settings.setValue("host", profile.host);
        settings.setValue("port", profile.port);
        settings.setValue("socket", profile.socket);
        settings.setValue("user", profile.user);
        settings.setValue("database", profile.database);
        settings.setValue("tlsMode", int(profile.tlsMode));
        settings.setValue("caFile", profile.caFile);
    }
    settings.endArray();
}
