// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "capabilitynegotiation.h"

#include "handshake.h"

using namespace Qt::StringLiterals;

namespace AsyncMySql::Protocol {

namespace {

struct CapabilityRule
{
    Capabilities bit;
    enum { Optional, Required } need;
    const char *name;
};

constexpr CapabilityRule capabilityRules[] = {
    // Set by MySQL, clear where MariaDB has its extension: the client answers in kind.
    {Capability::LongPassword, CapabilityRule::Optional, "LONG_PASSWORD"},
    // Column flags of 16 bits; ignored by servers after 4.1, which send them always.
    {Capability::LongFlag, CapabilityRule::Optional, "LONG_FLAG"},
    // The layout of every message here.
    {Capability::Protocol41, CapabilityRule::Required, "PROTOCOL_41"},
    // Status flags in OK; without it some proxies leave out IN_TRANSACTION.
    {Capability::Transactions, CapabilityRule::Optional, "TRANSACTIONS"},
    // Scrambles of 20 bytes instead of the broken method before 4.1.
    {Capability::SecureConnection, CapabilityRule::Required, "SECURE_CONNECTION"},
    // CALL is refused without it.
    {Capability::MultiResults, CapabilityRule::Optional, "MULTI_RESULTS"},
    // OUT parameters of prepared CALLs.
    {Capability::PreparedMultiResults, CapabilityRule::Optional, "PS_MULTI_RESULTS"},
    // Names of plugins, and the switch between them: what all the rules on secrets hang on.
    {Capability::PluginAuth, CapabilityRule::Required, "PLUGIN_AUTH"},
    // Who we are, for the server's performance schema.
    {Capability::ConnectAttributes, CapabilityRule::Optional, "CONNECT_ATTRS"},
    // First responses over 255 bytes.
    {Capability::PluginAuthLengthEncoded, CapabilityRule::Optional, "PLUGIN_AUTH_LENENC"},
    // The current schema and variables, when statements change them; and the proof of a MariaDB
    // server.
    {Capability::SessionTrack, CapabilityRule::Optional, "SESSION_TRACK"},
    // One packet less around every result.
    {Capability::DeprecateEof, CapabilityRule::Optional, "DEPRECATE_EOF"},
    // MySQL 8.0.23 and later; the query command puts the empty set in front.
    {Capability::QueryAttributes, CapabilityRule::Optional, "QUERY_ATTRIBUTES"},
    // Accounts with several factors; where it is missing they are refused.
    {Capability::MultiFactorAuthentication, CapabilityRule::Optional, "MULTI_FACTOR"},
    // Reports of long statements.
    {Capability::MariaDbProgress, CapabilityRule::Optional, "MARIADB_PROGRESS"},
    // JSON, UUID, INET, VECTOR … instead of the types they are stored as.
    {Capability::MariaDbExtendedMetadata, CapabilityRule::Optional, "MARIADB_EXTENDED_METADATA"},
    // Many rows of parameters in one packet, and what became of each.
    {Capability::MariaDbBulkOperations, CapabilityRule::Optional, "MARIADB_STMT_BULK_OPERATIONS"},
    {Capability::MariaDbBulkUnitResults, CapabilityRule::Optional, "MARIADB_BULK_UNIT_RESULTS"},
    // Columns of a prepared statement come again only when they have changed.
    {Capability::MariaDbCacheMetadata, CapabilityRule::Optional, "MARIADB_CACHE_METADATA"},
};

/// What follows from the settings and the channel, and not from wantedCapabilities.
constexpr Capabilities DecidedElsewhere = Capability::Ssl | Capability::ConnectWithDatabase;

Capabilities unavailableCompression()
{
    Capabilities bits = 0;
    if (!Wire::isCompressionAvailable(Wire::CompressionAlgorithm::Zlib))
        bits |= Capability::Compress;
    if (!Wire::isCompressionAvailable(Wire::CompressionAlgorithm::Zstd))
        bits |= Capability::ZstdCompression;
    return bits;
}

} // namespace

Capabilities chooseCapabilities(Capabilities offered, const HandshakeSettings &settings, bool tls)
{
    Capabilities wanted = settings.wantedCapabilities & ~DecidedElsewhere;
    for (const CapabilityRule &rule : capabilityRules)
        wanted |= rule.bit;
    if (tls)
        wanted |= Capability::Ssl;
    // Without a database the bit would make the server read the next field as its name.
    if (!settings.database.isEmpty())
        wanted |= Capability::ConnectWithDatabase;

    Capabilities agreed = offered & wanted & ~unavailableCompression();
    // MariaDB has no factors, and its plugins ask questions that begin with the same byte.
    if (!(offered & Capability::LongPassword))
        agreed &= ~Capability::MultiFactorAuthentication;
    // A server that finds both bits takes zlib.
    if (agreed & Capability::ZstdCompression)
        agreed &= ~Capability::Compress;
    return agreed;
}

QStringList missingCapabilities(Capabilities offered, const HandshakeSettings &settings)
{
    QStringList missing;
    for (const CapabilityRule &rule : capabilityRules) {
        if (rule.need == CapabilityRule::Required && !(offered & rule.bit))
            missing.append(QString::fromLatin1(rule.name));
    }
    if (!settings.database.isEmpty() && !(offered & Capability::ConnectWithDatabase))
        missing.append(u"CONNECT_WITH_DB"_s);
    return missing;
}

Wire::CompressionAlgorithm agreedCompression(Capabilities capabilities)
{
    if (capabilities & Capability::ZstdCompression)
        return Wire::CompressionAlgorithm::Zstd;
    if (capabilities & Capability::Compress)
        return Wire::CompressionAlgorithm::Zlib;
    return Wire::CompressionAlgorithm::None;
}

} // namespace AsyncMySql::Protocol
