// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/host.h>

#include <QtCore/qlist.h>
#include <QtCore/qstring.h>
#include <QtCore/qurl.h>

namespace AsyncMySql {

class ConnectionOptionsData;

/// Connection options as a URL: mysql://user:password@host:port/database?key=value&…
/// The keys are documented in ConnectionOptions::fromUrl().
class ConnectionUrl
{
public:
    explicit ConnectionUrl(const QUrl &url);
    /// The URL in \a text, which can list several hosts. If it is not valid, sets \a problem to a
    /// description of the error.
    static ConnectionUrl fromString(const QString &text, QString *problem);
    /// Omits the password, options with their default value, and those that a URL cannot hold.
    static ConnectionUrl fromOptions(const ConnectionOptionsData &data);

    const QUrl &url() const { return m_url; }
    /// Sets the options in the URL and reads its TLS files. Returns a description of the error, or
    /// an empty string; after an error \a data is not usable.
    [[nodiscard]] QString applyTo(ConnectionOptionsData *data) const;

private:
    [[nodiscard]] QString applyHosts(ConnectionOptionsData *data, const QString &listed) const;

    /// With the first host.
    QUrl m_url;
    /// All of them, if the text has listed several, or said more of one.
    QList<Host> m_hosts;
};

} // namespace AsyncMySql
