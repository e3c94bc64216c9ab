// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "authenticationplugin.h"

#include "cachingsha2passwordplugin.h"
#include "clearpasswordplugin.h"
#include "dialogplugin.h"
#include "ldapsaslplugin.h"
#include "nativepasswordplugin.h"
#include "openidconnectplugin.h"
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
    /// Null where this build lacks the library that the plugin needs, or nothing supports it.
    Factory factory;
    /// That library.
    QLatin1StringView library = {};
    /// Why it is not supported, and what can be done instead.
    QLatin1StringView reason = {};
};

constexpr QLatin1StringView NoKerberos
    = "Kerberos, GSSAPI and SSPI are not supported by this client. Use an account with a password "
      "or a token, or a device factory with a tunnel that authenticates the user"_L1;
constexpr QLatin1StringView NoSecurityKey
    = "security keys (WebAuthn, FIDO2) are not supported by this client. Use an account whose "
      "factors are passwords, one-time codes or tokens"_L1;

// A fixed table: the server's names are data, and only ever compared.
constexpr PluginEntry plugins[] = {
    {NativePasswordPlugin::Name, make<NativePasswordPlugin>},
    {CachingSha2PasswordPlugin::Name, make<CachingSha2PasswordPlugin>},
    {Sha256PasswordPlugin::Name, make<Sha256PasswordPlugin>},
    {ClearPasswordPlugin::Name, make<ClearPasswordPlugin>},
    {DialogPlugin::Name, make<DialogPlugin>},
    {LdapSaslPlugin::Name, make<LdapSaslPlugin>},
    {OpenIdConnectPlugin::Name, make<OpenIdConnectPlugin>},
#if ASYNCMYSQL_HAVE_SODIUM
    {Ed25519Plugin::Name, make<Ed25519Plugin>},
    {ParsecPlugin::Name, make<ParsecPlugin>},
#else
    {"client_ed25519", nullptr, "libsodium"_L1},
    {"parsec", nullptr, "libsodium"_L1},
#endif
    {"auth_gssapi_client", nullptr, {}, NoKerberos},
    {"authentication_kerberos_client", nullptr, {}, NoKerberos},
    {"authentication_windows_client", nullptr, {}, NoKerberos},
    {"authentication_webauthn_client", nullptr, {}, NoSecurityKey},
    {"authentication_fido_client", nullptr, {}, NoSecurityKey},
    {"authentication_oci_client",
     nullptr,
     {},
     "the keys of Oracle Cloud (OCI) are not supported by this client. Use an account with a "
     "password, or with OpenID Connect"_L1},
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
    if (!entry->reason.isEmpty())
        return entry->reason;
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

AuthenticationPlugin::Action AuthenticationPlugin::answered(const Secret &answer)
{
    Q_UNUSED(answer)
    return fail(FailureCode::UnexpectedPacket,
                u"The authentication plugin %1 asks nothing"_s.arg(QLatin1StringView(name())));
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

std::optional<AuthenticationPlugin::Action> AuthenticationPlugin::failUnlessVerified() const
{
    if (channel().isVerified())
        return std::nullopt;
    return fail(FailureCode::ChannelNotSecure,
                u"%1 sends the password itself: it needs a local socket, or TLS with a verified "
                u"certificate (ConnectionOptions::TlsMode::VerifyIdentity)"_s.arg(
                    QLatin1StringView(name())));
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
