// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "authenticationplugin.h"

namespace AsyncMySql::Protocol {

/// MariaDB's questions and answers, for PAM accounts: what is answered goes as it is, so only to a
/// server whose identity is verified.
class DialogPlugin : public AuthenticationPlugin
{
public:
    static constexpr QByteArrayView Name = "dialog";

    explicit DialogPlugin(const AuthenticationContext &context);

    QByteArray name() const override { return Name.toByteArray(); }
    Action handleData(QByteArrayView data) override;
    Action answered(const Secret &answer) override;

protected:
    Action begin(const QByteArray &data) override;

private:
    enum class State { Initial, Asked, AnswerSent, Done };

    Action handleQuestion(QByteArrayView question);
    Action sendAnswer(QByteArrayView answer);

    State m_state = State::Initial;
    bool m_isFirst = true;
    bool m_isLast = false;
};

} // namespace AsyncMySql::Protocol
