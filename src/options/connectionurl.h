// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qstring.h>
#include <QtCore/qurl.h>

namespace AsyncMySql {

class ConnectionOptionsData;

/// The URL form of connection options: mysql://user:password@host:port/database?key=value&…
/// ConnectionOptions::fromUrl() has the keys.
class ConnectionUrl
{
public:
    explicit ConnectionUrl(const QUrl &url);
    /// Without the password, what has its default value, and what a URL cannot hold.
    static ConnectionUrl fromOptions(const ConnectionOptionsData &data);

    const QUrl &url() const { return m_url; }
    /// Sets what the URL says, and reads the TLS files that it names. Returns what is wrong, or an
    /// empty string; after an error \a data is of no use.
    [[nodiscard]] QString applyTo(ConnectionOptionsData *data) const;

private:
    QUrl m_url;
};

} // namespace AsyncMySql
