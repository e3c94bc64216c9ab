// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/connectionoptions.h>
#include <AsyncMySql/hostpolicy.h>

#include <QtCore/qmap.h>
#include <QtCore/qmetaobject.h>
#include <QtCore/qobject.h>
#include <QtCore/qstring.h>
#include <QtCore/qstringlist.h>
#include <QtCore/qurl.h>
#include <QtQml/qjsvalue.h>
#include <QtQml/qqmlparserstatus.h>

#include <functional>

namespace AsyncMySql {

class Job;

/// The options of an element that connects, as properties: a URL, and what overrides parts of it.
/// What comes of them does not depend on the order in which QML sets them.
class QuickOptions : public QQmlParserStatus
{
public:
    void setUrl(const QUrl &url);
    QString host() const { return present().host(); }
    void setHost(const QString &host);
    int port() const { return present().port(); }
    void setPort(int port);
    QStringList hosts() const;
    void setHosts(const QStringList &hosts);
    HostPolicy::Selection hostSelection() const { return present().hostPolicy().selection(); }
    void setHostSelection(HostPolicy::Selection selection);
    bool requiresWritable() const { return present().hostPolicy().requiresWritable(); }
    void setRequiresWritable(bool required);
    bool followsMembers() const { return present().hostPolicy().followsMembers(); }
    void setFollowsMembers(bool follow);
    QString socket() const { return present().localSocketName(); }
    void setSocket(const QString &name);
    QString user() const { return present().user(); }
    void setUser(const QString &user);
    QString password() const { return present().password(); }
    void setPassword(const QString &password);
    QJSValue passwordProvider() const { return m_passwordProvider; }
    void setPasswordProvider(const QJSValue &provider);
    int passwordLifetime() const { return inMilliseconds(present().passwordLifetime()); }
    void setPasswordLifetime(int milliseconds);
    void setDatabase(const QString &database);
    ConnectionOptions::TlsMode tlsMode() const { return present().tlsMode(); }
    void setTlsMode(ConnectionOptions::TlsMode mode);
    int connectTimeout() const { return inMilliseconds(present().connectTimeout()); }
    void setConnectTimeout(int milliseconds);
    int firstConnectTimeout() const { return inMilliseconds(present().firstConnectTimeout()); }
    void setFirstConnectTimeout(int milliseconds);
    int idleTimeout() const { return inMilliseconds(present().idleTimeout()); }
    void setIdleTimeout(int milliseconds);
    int queueTimeout() const { return inMilliseconds(present().queueTimeout()); }
    void setQueueTimeout(int milliseconds);
    int queryTimeout() const { return inMilliseconds(present().queryTimeout()); }
    void setQueryTimeout(int milliseconds);
    int pipelineDepth() const { return present().pipelineDepth(); }
    void setPipelineDepth(int depth);
    ConnectionOptions::PipeliningMode pipeliningMode() const { return present().pipeliningMode(); }
    void setPipeliningMode(ConnectionOptions::PipeliningMode mode);

    void classBegin() override;
    void componentComplete() override;

protected:
    static int inMilliseconds(std::chrono::milliseconds time)
    {
        return static_cast<int>(time.count());
    }

    /// \a job changes the password to \a password. When the account has it, and the options have
    /// it already, no other change, and no URL, brings back an older one that was set.
    void keepPasswordOf(Job *job, const QString &password);

    /// Whether \a value is one of the enumeration; warns otherwise. JavaScript can pass any number.
    template <typename Enumeration>
    bool checkEnumerator(const char *property, Enumeration value) const
    {
        const int number = static_cast<int>(value);
        if (QMetaEnum::fromType<Enumeration>().valueToKey(number))
            return true;
        warnOfEnumerator(property, number);
        return false;
    }

private:
    using Change = std::function<void(ConnectionOptions *options)>;

    // Of the element.
    virtual ConnectionOptions present() const = 0;
    virtual void apply(const ConnectionOptions &options) = 0;
    /// One that is not valid: jobs report the error.
    virtual void applyBadUrl(const QUrl &url) = 0;
    virtual const QObject *element() const = 0;

    void warnOfEnumerator(const char *property, int value) const;
    void change(const char *option, const Change &change);
    void changePolicy(const char *option, const std::function<void(HostPolicy *policy)> &change);
    void applyAll(const ConnectionOptions &without);

    QUrl m_url;
    QJSValue m_passwordProvider;
    /// By the names of the options, the changes that override the URL.
    QMap<QByteArray, Change> m_changes;
    bool m_hasBadUrl = false;
    bool m_isComplete = true;
};

} // namespace AsyncMySql
