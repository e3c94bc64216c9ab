// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "quickoptions.h"

#include "quickauthenticationchallenge.h"

#include <AsyncMySql/error.h>
#include <AsyncMySql/host.h>
#include <AsyncMySql/job.h>

#include <QtQml/qqmlinfo.h>

#include <chrono>
#include <limits>
#include <utility>

namespace AsyncMySql {

using std::chrono::milliseconds;

void QuickOptions::setUrl(const QUrl &url)
{
    // Without a URL, what the last one set does not remain.
    const bool isEmptied = url.isEmpty() && !m_url.isEmpty();
    m_url = url;
    applyAll(isEmptied ? ConnectionOptions() : present());
}

void QuickOptions::setHost(const QString &host)
{
    change("host", [host](ConnectionOptions *options) { options->setHost(host); });
}

void QuickOptions::setPort(int port)
{
    if (port < 0 || port > std::numeric_limits<quint16>::max()) {
        qmlWarning(element()) << "There is no port " << port;
        return;
    }
    change("port",
           [port](ConnectionOptions *options) { options->setPort(static_cast<quint16>(port)); });
}

QStringList QuickOptions::hosts() const
{
    QStringList texts;
    const QList<Host> hosts = present().hosts();
    for (const Host &host : hosts)
        texts.append(host.toString());
    return texts;
}

void QuickOptions::setHosts(const QStringList &texts)
{
    QList<Host> hosts;
    for (const QString &text : texts) {
        Error error;
        hosts.append(Host::fromString(text, &error));
        if (error) {
            qmlWarning(element()) << "\"" << text << "\" is not a host: " << error.message();
            return;
        }
    }
    // Behind the host and port, which they replace: changes are made in the order of these names.
    change("portsAndHosts", [hosts](ConnectionOptions *options) { options->setHosts(hosts); });
}

void QuickOptions::setHostSelection(HostPolicy::Selection selection)
{
    if (!checkEnumerator("hostSelection", selection))
        return;
    changePolicy("hostSelection",
                 [selection](HostPolicy *policy) { policy->setSelection(selection); });
}

void QuickOptions::setRequiresWritable(bool required)
{
    changePolicy("requiresWritable",
                 [required](HostPolicy *policy) { policy->setRequiresWritable(required); });
}

void QuickOptions::setFollowsMembers(bool follow)
{
    changePolicy("followsMembers",
                 [follow](HostPolicy *policy) { policy->setFollowsMembers(follow); });
}

void QuickOptions::changePolicy(const char *option,
                                const std::function<void(HostPolicy *)> &changed)
{
    change(option, [changed](ConnectionOptions *options) {
        HostPolicy policy = options->hostPolicy();
        changed(&policy);
        options->setHostPolicy(policy);
    });
}

void QuickOptions::setSocket(const QString &name)
{
    change("socket", [name](ConnectionOptions *options) { options->setLocalSocketName(name); });
}

void QuickOptions::setUser(const QString &user)
{
    change("user", [user](ConnectionOptions *options) { options->setUser(user); });
}

void QuickOptions::setPassword(const QString &password)
{
    change("password", [password](ConnectionOptions *options) { options->setPassword(password); });
}

void QuickOptions::setPasswordProvider(const QJSValue &provider)
{
    const bool isNone = provider.isUndefined() || provider.isNull();
    if (!isNone && !provider.isCallable()) {
        qmlWarning(element()) << "The passwordProvider is no function";
        return;
    }
    m_passwordProvider = provider;
    change("passwordProvider",
           [made = QuickAuthenticationChallenge::providerFor(provider, element())](
               ConnectionOptions *options) { options->setPasswordProvider(made); });
}

void QuickOptions::setPasswordLifetime(int time)
{
    change("passwordLifetime", [time](ConnectionOptions *options) {
        options->setPasswordLifetime(milliseconds(time));
    });
}

void QuickOptions::setDatabase(const QString &database)
{
    change("database", [database](ConnectionOptions *options) { options->setDatabase(database); });
}

void QuickOptions::setTlsMode(ConnectionOptions::TlsMode mode)
{
    if (checkEnumerator("tlsMode", mode))
        change("tlsMode", [mode](ConnectionOptions *options) { options->setTlsMode(mode); });
}

void QuickOptions::setConnectTimeout(int time)
{
    change("connectTimeout",
           [time](ConnectionOptions *options) { options->setConnectTimeout(milliseconds(time)); });
}

void QuickOptions::setFirstConnectTimeout(int time)
{
    change("firstConnectTimeout", [time](ConnectionOptions *options) {
        options->setFirstConnectTimeout(milliseconds(time));
    });
}

void QuickOptions::setIdleTimeout(int time)
{
    change("idleTimeout",
           [time](ConnectionOptions *options) { options->setIdleTimeout(milliseconds(time)); });
}

void QuickOptions::setQueueTimeout(int time)
{
    change("queueTimeout",
           [time](ConnectionOptions *options) { options->setQueueTimeout(milliseconds(time)); });
}

void QuickOptions::setQueryTimeout(int time)
{
    change("queryTimeout",
           [time](ConnectionOptions *options) { options->setQueryTimeout(milliseconds(time)); });
}

void QuickOptions::setPipelineDepth(int depth)
{
    change("pipelineDepth",
           [depth](ConnectionOptions *options) { options->setPipelineDepth(depth); });
}

void QuickOptions::setPipeliningMode(ConnectionOptions::PipeliningMode mode)
{
    if (!checkEnumerator("pipeliningMode", mode))
        return;
    change("pipeliningMode",
           [mode](ConnectionOptions *options) { options->setPipeliningMode(mode); });
}

void QuickOptions::classBegin()
{
    m_isComplete = false;
}

void QuickOptions::componentComplete()
{
    m_isComplete = true;
    applyAll(present());
}

void QuickOptions::keepPasswordOf(Job *job, const QString &password)
{
    QObject::connect(job, &Job::finished, element(), [this, job, password] {
        if (job->error())
            return;
        m_changes.insert(
            "password", [password](ConnectionOptions *options) { options->setPassword(password); });
    });
}

void QuickOptions::warnOfEnumerator(const char *property, int value) const
{
    qmlWarning(element()) << "There is no " << property << " " << value;
}

void QuickOptions::change(const char *option, const Change &change)
{
    m_changes.insert(option, change);
    if (!m_isComplete || m_hasBadUrl)
        return;
    // Options that C++ may have set in addition are kept.
    ConnectionOptions changed = present();
    change(&changed);
    apply(changed);
}

/// On top of the URL, or of \a without if there is none.
void QuickOptions::applyAll(const ConnectionOptions &without)
{
    if (!m_isComplete)
        return;
    Error error;
    ConnectionOptions options = without;
    if (!m_url.isEmpty())
        options = ConnectionOptions::fromUrl(m_url, &error);
    m_hasBadUrl = error.isError();
    if (m_hasBadUrl) {
        applyBadUrl(m_url);
        return;
    }
    for (const Change &change : std::as_const(m_changes))
        change(&options);
    apply(options);
}

} // namespace AsyncMySql
