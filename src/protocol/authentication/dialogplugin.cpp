// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "dialogplugin.h"

#include <algorithm>

namespace AsyncMySql::Protocol {

namespace {

// MariaDB: "dialog" authentication plugin. The first byte of a question is its type, and in the
// lowest bit whether it is the last one.
constexpr quint8 LastQuestion = 0x01;
constexpr quint8 PasswordType = 2;
constexpr quint8 OrdinaryType = 1;

QString promptOf(QByteArrayView text)
{
    constexpr qsizetype enough = 1024;
    QString prompt = QString::fromUtf8(text.first(std::min(text.size(), enough)));
    prompt.removeIf([](QChar c) { return c.category() == QChar::Other_Control && c != u'\n'; });
    return prompt;
}

} // namespace

DialogPlugin::DialogPlugin(const AuthenticationContext &context)
    : AuthenticationPlugin(context)
{
}

AuthenticationPlugin::Action DialogPlugin::begin(const QByteArray &data)
{
    if (const auto failure = failUnlessVerified())
        return *failure;
    // Without a question the server wants the password.
    return data.isEmpty() ? sendAnswer(password()) : handleQuestion(data);
}

AuthenticationPlugin::Action DialogPlugin::handleData(QByteArrayView data)
{
    if (m_state != State::AnswerSent || data.isEmpty())
        return AuthenticationPlugin::handleData(data);
    return handleQuestion(data);
}

AuthenticationPlugin::Action DialogPlugin::handleQuestion(QByteArrayView question)
{
    const quint8 type = static_cast<quint8>(question.front());
    m_isLast = type & LastQuestion;
    // The server's first question for a password is for that of the account.
    if (m_isFirst && (type >> 1) == PasswordType && !password().isEmpty())
        return sendAnswer(password());
    m_state = State::Asked;
    Action action;
    action.kind = Action::Kind::Ask;
    action.question.plugin = name();
    action.question.prompt = promptOf(question.sliced(1));
    action.question.echo = (type >> 1) == OrdinaryType;
    return action;
}

AuthenticationPlugin::Action DialogPlugin::answered(const Secret &answer)
{
    return m_state == State::Asked ? sendAnswer(answer.bytes())
                                   : AuthenticationPlugin::answered(answer);
}

AuthenticationPlugin::Action DialogPlugin::sendAnswer(QByteArrayView answer)
{
    m_isFirst = false;
    m_state = m_isLast ? State::Done : State::AnswerSent;
    setComplete(true);
    return send(answer.toByteArray() + '\0');
}

} // namespace AsyncMySql::Protocol
