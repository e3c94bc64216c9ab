// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "handshake.h"
#include "require.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

using namespace AsyncMySql::Protocol;

namespace {

/// The first byte of the input chooses how the client is configured.
enum Configuration : uint8_t {
    Local = 0x01,
    Tls = 0x02,
    Verified = 0x04,
    MustBeVerified = 0x08,
    KeyRetrieval = 0x10,
    WithoutPassword = 0x20,
    NothingAllowed = 0x40,
    UnverifiedTlsRefused = 0x80,
};

HandshakeSettings settingsFor(uint8_t configuration)
{
    HandshakeSettings settings;
    settings.user = "anna";
    settings.password = configuration & WithoutPassword ? "" : "secret";
    settings.database = "shop";
    settings.tls
        = configuration & Tls ? HandshakeSettings::Tls::Required : HandshakeSettings::Tls::Disabled;
    settings.serverMustBeVerified = configuration & MustBeVerified;
    settings.canAsk = configuration & WithoutPassword;
    settings.connectAttributes = {{"_client_name", "AsyncMySql"}};
    settings.authentication.allowPublicKeyRetrieval = configuration & KeyRetrieval;
    settings.authentication.allowUnverifiedTls = !(configuration & UnverifiedTlsRefused);
    if (!(configuration & NothingAllowed))
        settings.authentication.allowedPlugins = AuthenticationPlugin::supportedPlugins();
    return settings;
}

ChannelState channelAfterTls(uint8_t configuration)
{
    ChannelState channel;
    channel.encrypted = true;
    channel.verified = configuration & Verified;
    channel.certificateDigest = QByteArray(32, 'd');
    return channel;
}

} // namespace

/// \a data: the configuration, and what a server sends, in frames as on the wire.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const uint8_t configuration = data[0];
    QByteArrayView stream(reinterpret_cast<const char *>(data) + 1,
                          static_cast<qsizetype>(size) - 1);
    const HandshakeSettings settings = settingsFor(configuration);
    ChannelState channel;
    channel.local = configuration & Local;
    Handshake handshake(settings, channel);

    Handshake::Step step = Handshake::Step::NeedPacket;
    while (stream.size() >= 4 && step != Handshake::Step::Failed) {
        const auto byte = [stream](qsizetype i) { return static_cast<quint8>(stream[i]); };
        const qsizetype length = byte(0) | byte(1) << 8 | byte(2) << 16;
        stream = stream.sliced(4);
        const QByteArrayView payload = stream.first(std::min(length, stream.size()));
        stream = stream.sliced(payload.size());

        step = handshake.handlePacket(payload);
        if (step == Handshake::Step::StartTls) {
            channel = channelAfterTls(configuration);
            step = handshake.tlsStarted(channel);
        }
        if (step == Handshake::Step::DeriveKey)
            step = handshake.keyDerived(QByteArray(handshake.keyDerivation().keyLength, 'k'));
        if (step == Handshake::Step::Ask) {
            // Nobody is asked by a server that is not the right one.
            require(handshake.question().isPassword || channel.isVerified());
            step = handshake.answered(Secret("secret"));
        }

        const bool failed = step == Handshake::Step::Failed;
        require(failed == bool(handshake.failure()));
        for (const QByteArray &output : handshake.takeOutput()) {
            // The promise that matters: no password in clear over what is not encrypted.
            require(channel.local || channel.encrypted || !output.contains("secret"));
            require(!settings.serverMustBeVerified || channel.isVerified()
                    || !output.contains("secret"));
        }
        // The digest is not one that the input can know a proof for.
        require(step != Handshake::Step::Finished || !settings.serverMustBeVerified
                || channel.isVerified());
    }
    return 0;
}
