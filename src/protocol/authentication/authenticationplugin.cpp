// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "authenticationplugin.h"

#include "cachingsha2passwordplugin.h"
#include "clearpasswordplugin.h"
#include "nativepasswordplugin.h"
#include "sha256passwordplugin.h"
#if ASYNCMYSQL_HAVE_SODIUM
#include "ed25519plugin.h"
#include "parsecplugin.h"
#endif

#include <algorithm>
#include <iterator>

using namespace Qt::StringLiterals;

namespace AsyncMySql::Protocol {

namespace {

using Factory = std::unique_ptr<AuthenticationPlugin> (*)(const AuthenticationContext &context);

template <typename Plugin>
std::unique_ptr<AuthenticationPlugin> make(const AuthenticationContext &context)
{
    return std::make_unique<Plugin>(context);
}

struct PluginEntry
{
    QByteArrayView name;
    /// Null where this build lacks the library that the plugin needs.
    Factory factory;
    /// That library.
    QLatin1StringView library = {};
};

// A fixed table: the server's names are data, and only ever compared.
constexpr PluginEntry plugins[] = {
    {NativePasswordPlugin::Name, make<NativePasswordPlugin>},
    {CachingSha2PasswordPlugin::Name, make<CachingSha2PasswordPlugin>},
    {Sha256PasswordPlugin::Name, make<Sha256PasswordPlugin>},
    {ClearPasswordPlugin::Name, make<ClearPasswordPlugin>},
#if ASYNCMYSQL_HAVE_SODIUM
    {Ed25519Plugin::Name, make<Ed25519Plugin>},
    {ParsecPlugin::Name, make<ParsecPlugin>},
#else
    {"client_ed25519", nullptr, "libsodium"_L1},
    {"parsec", nullptr, "libsodium"_L1},
#endif
};

const PluginEntry *findPlugin(QByteArrayView name)
{
    const auto found
        = std::find_if(std::begin(plugins), std::end(plugins),
                       [name](const PluginEntry &entry) { return entry.name == name; });
    return found == std::end(plugins) ? nullptr : &*found;
}

} // namespace

std::unique_ptr<AuthenticationPlugin>
AuthenticationPlugin::create(QByteArrayView name, const AuthenticationContext &context)
{
    const PluginEntry *entry = findPlugin(name);
    return entry && entry->factory ? entry->factory(context) : nullptr;
}

QList<QByteArray> AuthenticationPlugin::supportedPlugins()
{
    QList<QByteArray> names;
    for (const PluginEntry &entry : plugins) {
        if (entry.factory)
            names.append(entry.name.toByteArray());
    }
    return names;
}

QString AuthenticationPlugin::unsupportedReason(QByteArrayView name)
{
    const PluginEntry *entry = findPlugin(name);
    if (!entry)
        return u"it is not supported by this client"_s;
    return entry->factory ? QString() : u"the library was built without %1"_s.arg(entry->library);
}

AuthenticationPlugin::AuthenticationPlugin(const AuthenticationContext &context)
    : m_context(context)
{
}

AuthenticationPlugin::~AuthenticationPlugin() = default;

AuthenticationPlugin::Action AuthenticationPlugin::start(const QByteArray &data)
{
    if (m_context.needsServerProof()) {
        if (!canProveServer()) {
            return fail(
                FailureCode::ServerNotVerified,
                u"The certificate of the server is not verified, and the authentication plugin "
                u"%1 cannot verify the server instead"_s.arg(QLatin1StringView(name())));
        }
        if (m_context.password.isEmpty()) {
            return fail(
                FailureCode::ServerNotVerified,
                u"The certificate of the server is not verified, and an empty password cannot "
                u"verify the server instead"_s);
        }
    }
    return begin(data);
}

AuthenticationPlugin::Action AuthenticationPlugin::handleData(QByteArrayView data)
{
    return fail(
        FailureCode::UnexpectedPacket,
        u"The server sent %1 more bytes to the authentication plugin %2, which expects none"_s
            .arg(data.size())
            .arg(QLatin1StringView(name())));
}

AuthenticationPlugin::Action AuthenticationPlugin::keyDerived(const QByteArray &key)
{
    Q_UNUSED(key)
    return fail(FailureCode::UnexpectedPacket,
                u"The authentication plugin %1 derives no key"_s.arg(QLatin1StringView(name())));
}

QByteArray AuthenticationPlugin::proofHash() const
{
    return {};
}

AuthenticationPlugin::Action AuthenticationPlugin::send(const QByteArray &payload)
{
    Action action;
    action.kind = Action::Kind::Send;
    action.payload = payload;
    return action;
}

AuthenticationPlugin::Action AuthenticationPlugin::fail(FailureCode code, const QString &message)
{
    Action action;
    action.kind = Action::Kind::Fail;
    action.failure.code = code;
    action.failure.message = message;
    return action;
}

AuthenticationPlugin::Action AuthenticationPlugin::failLength(qsizetype expected,
                                                              qsizetype actual) const
{
    return fail(
        FailureCode::MalformedPacket,
        u"The server sent %1 bytes where the authentication plugin %2 expects %3"_s.arg(actual)
            .arg(QLatin1StringView(name()))
            .arg(expected));
}

} // namespace AsyncMySql::Protocol
