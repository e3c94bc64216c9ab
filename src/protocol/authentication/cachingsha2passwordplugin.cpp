// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "cachingsha2passwordplugin.h"

#include "scramble.h"

using namespace Qt::StringLiterals;

namespace AsyncMySql::Protocol {

namespace {

// MySQL: "Caching_sha2_password information"
constexpr char RequestPublicKey = 0x02;
constexpr char FastAuthenticationSucceeded = 0x03;
constexpr char FullAuthenticationNeeded = 0x04;

} // namespace

CachingSha2PasswordPlugin::CachingSha2PasswordPlugin(const AuthenticationContext &context)
    : RsaPasswordPlugin(context)
{
}

bool CachingSha2PasswordPlugin::serverTakesClearPassword() const
{
    // The server's own test of this plugin counts Unix sockets among the secure transports.
    return channel().local || channel().encrypted;
}

AuthenticationPlugin::Action CachingSha2PasswordPlugin::begin(const QByteArray &data)
{
    if (data.size() != ScrambleSize)
        return failLength(ScrambleSize, data.size());
    m_scramble = data;
    setComplete(true);
    if (password().isEmpty()) {
        m_state = State::Done;
        return send({});
    }

    m_state = State::ScrambleSent;
    // SHA256(password) XOR SHA256(SHA256(SHA256(password)), scramble)
    const Secret stage1(hashOf(QCryptographicHash::Sha256, password()));
    const QByteArray stage2 = hashOf(QCryptographicHash::Sha256, stage1.bytes());
    return send(maskedBytes(stage1.bytes(), hashOf(QCryptographicHash::Sha256, stage2, data)));
}

AuthenticationPlugin::Action CachingSha2PasswordPlugin::handleData(QByteArrayView data)
{
    switch (m_state) {
    case State::ScrambleSent:
        if (data.size() != 1)
            return failLength(1, data.size());
        if (data.front() == FastAuthenticationSucceeded) {
            m_state = State::Done;
            return {};
        }
        if (data.front() == FullAuthenticationNeeded) {
            const Action action = sendPassword(m_scramble, RequestPublicKey);
            m_state = isWaitingForKey() ? State::KeyRequested : State::Done;
            return action;
        }
        return fail(FailureCode::MalformedPacket,
                    u"The server requests the unknown caching_sha2_password step %1"_s.arg(
                        static_cast<quint8>(data.front())));
    case State::KeyRequested:
        m_state = State::Done;
        return handlePublicKey(data);
    case State::Initial:
    case State::Done:
        break;
    }
    return RsaPasswordPlugin::handleData(data);
}

} // namespace AsyncMySql::Protocol
