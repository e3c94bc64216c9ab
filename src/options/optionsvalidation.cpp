// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "optionsvalidation.h"

#include "compression.h"
#include "compressionalgorithm.h"
#include "connectionoptions_p.h"
#include "hosttext.h"

#include <QtCore/qregularexpression.h>
#include <QtCore/qset.h>

#include <algorithm>
#include <chrono>
#include <utility>

using namespace Qt::StringLiterals;

namespace AsyncMySql {

namespace {

constexpr qsizetype SmallestPacketLimit = 1024;
/// The limit of max_allowed_packet in the servers.
constexpr qsizetype LargestPacketLimit = 1024 * 1024 * 1024;

bool hasControlCharacter(const QString &text)
{
    return std::any_of(text.cbegin(), text.cend(),
                       [](QChar c) { return c.category() == QChar::Other_Control; });
}

QString problemOfHosts(const QList<Host> &hosts)
{
    QSet<QString> addresses;
    for (const Host &host : hosts) {
        if (host.name().isEmpty())
            return u"a host has no name"_s;
        if (hasControlCharacter(host.name()))
            return u"the name of a host contains a control character"_s;
        const QString address = formatAddress(host.name(), host.port());
        if (host.port() == 0)
            return u"the port of the host %1 is 0"_s.arg(address);
        if (host.weight() < 1 || host.weight() > LargestWeight)
            return u"the weight of the host %1 is not between 1 and %2"_s.arg(address).arg(
                LargestWeight);
        if (addresses.contains(address.toLower()))
            return u"the host %1 is listed twice"_s.arg(address);
        addresses.insert(address.toLower());
    }
    return {};
}

QString problemOfEndpoint(const ConnectionOptionsData &data)
{
    if (data.deviceFactory && !data.localSocketName.isEmpty())
        return u"a local socket and a device factory are set: only one can be used"_s;
    if (data.deviceFactory || !data.localSocketName.isEmpty())
        return {};
    if (!data.serviceName.isEmpty())
        return {};
    if (!data.hosts.isEmpty())
        return problemOfHosts(data.hosts);
    if (data.host.isEmpty())
        return u"no host is set"_s;
    if (data.port == 0)
        return u"the port is 0"_s;
    return {};
}

QString problemOfNames(const ConnectionOptionsData &data)
{
    const std::pair<const char16_t *, const QString &> names[] = {
        {u"host", data.host},
        {u"local socket", data.localSocketName},
        {u"user", data.user},
        {u"database", data.database},
        {u"service name", data.serviceName},
        {u"time zone", data.timeZone},
        {u"collation", data.collation},
    };
    for (const auto &[what, name] : names) {
        if (hasControlCharacter(name))
            return u"the %1 contains a control character"_s.arg(QStringView(what));
    }
    // Passwords end at a NUL on the wire.
    for (const QString &password : data.passwords) {
        if (password.contains(QChar::Null))
            return u"the password contains the character U+0000"_s;
    }
    static const QRegularExpression word(u"\\A[0-9A-Za-z_]*\\z"_s);
    if (!data.collation.isEmpty() && !word.match(data.collation).hasMatch())
        return u"\"%1\" is not the name of a collation"_s.arg(data.collation);
    static const QRegularExpression variable(u"\\A[A-Za-z_][0-9A-Za-z_.]*\\z"_s);
    for (auto it = data.sessionVariables.cbegin(); it != data.sessionVariables.cend(); ++it) {
        if (!variable.match(it.key()).hasMatch())
            return u"\"%1\" is not the name of a session variable"_s.arg(it.key());
    }
    for (const QString &name : data.trackedVariables) {
        if (!variable.match(name).hasMatch())
            return u"\"%1\" is not the name of a variable to track"_s.arg(name);
    }
    if (data.allowedAuthenticationPlugins.isEmpty())
        return u"no authentication plugin is allowed"_s;
    return {};
}

/// The limit of a QTimer.
constexpr std::chrono::hours LongestDuration(24 * 24);

QString problemOfNumbers(const ConnectionOptionsData &data)
{
    const std::pair<const char16_t *, std::chrono::milliseconds> durations[] = {
        {u"connect timeout", data.connectTimeout},
        {u"first connect timeout", data.firstConnectTimeout},
        {u"idle timeout", data.idleTimeout},
        {u"idle validation interval", data.idleValidationInterval},
        {u"queue timeout", data.queueTimeout},
        {u"query timeout", data.queryTimeout},
        {u"stream timeout", data.streamTimeout},
        {u"response timeout", data.responseTimeout},
        {u"cancel grace period", data.cancelGracePeriod},
        {u"password lifetime", data.passwordLifetime},
        {u"maximum delay of the retry policy", data.retryPolicy.maximumDelay()},
        {u"avoidance time of the host policy", data.hostPolicy.avoidanceTime()},
        {u"maximum avoidance time of the host policy", data.hostPolicy.maximumAvoidanceTime()},
        {u"consistency timeout of the host policy", data.hostPolicy.consistencyTimeout()},
    };
    for (const auto &[what, duration] : durations) {
        if (duration.count() < 0)
            return u"the %1 is negative"_s.arg(QStringView(what));
        if (duration > LongestDuration)
            return u"the %1 is longer than 24 days"_s.arg(QStringView(what));
    }
    if (data.maximumPacketSize < SmallestPacketLimit || data.maximumPacketSize > LargestPacketLimit)
        return u"the maximum packet size is not between 1 KiB and 1 GiB"_s;
    if (data.maximumResultSize <= 0)
        return u"the maximum result size is not positive"_s;
    if (data.pipelineDepth < 1)
        return u"the pipeline depth is not positive"_s;
    if (data.statementCacheSize < 0)
        return u"the size of the statement cache is negative"_s;
    if (data.compressionLevel < 0 || data.compressionLevel > 22)
        return u"the compression level is not between 0 and 22"_s;
    if (data.compression == ConnectionOptions::Compression::Zlib && data.compressionLevel > 9)
        return u"the compression level of zlib is not between 0 and 9"_s;
    if (!Wire::isCompressionAvailable(compressionAlgorithm(data.compression))) {
        return u"the library was built without %1"_s.arg(
            data.compression == ConnectionOptions::Compression::Zlib ? u"zlib"_s : u"zstd"_s);
    }
    return {};
}

} // namespace

QString problemOfOptions(const ConnectionOptionsData &data)
{
    for (const auto problemOf : {problemOfEndpoint, problemOfNames, problemOfNumbers}) {
        const QString problem = problemOf(data);
        if (!problem.isEmpty())
            return u"Invalid connection options: "_s + problem;
    }
    return {};
}

} // namespace AsyncMySql
