// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/authenticationrequest.h>

namespace AsyncMySql {

class AuthenticationRequestData : public QSharedData
{
public:
    static AuthenticationRequest request(const AuthenticationRequestData &data);

    AuthenticationRequest::Kind kind = AuthenticationRequest::Kind::Password;
    QString host;
    quint16 port = 0;
    QString localSocketName;
    QString user;
    int factor = 1;
    int attempt = 1;
    QString plugin;
    QString prompt;
    bool echoEnabled = false;
    Error refusal;
};

} // namespace AsyncMySql
