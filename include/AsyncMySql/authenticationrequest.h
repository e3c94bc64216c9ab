// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/error.h>
#include <AsyncMySql/global.h>

#include <QtCore/qmetatype.h>
#include <QtCore/qobjectdefs.h>
#include <QtCore/qshareddata.h>
#include <QtCore/qstring.h>

namespace AsyncMySql {

class AuthenticationRequestData;

class ASYNCMYSQL_EXPORT AuthenticationRequest
{
    Q_GADGET
    Q_PROPERTY(Kind kind READ kind CONSTANT)
    Q_PROPERTY(QString host READ host CONSTANT)
    Q_PROPERTY(int port READ port CONSTANT)
    Q_PROPERTY(QString localSocketName READ localSocketName CONSTANT)
    Q_PROPERTY(QString user READ user CONSTANT)
    Q_PROPERTY(int factor READ factor CONSTANT)
    Q_PROPERTY(int attempt READ attempt CONSTANT)
    Q_PROPERTY(QString plugin READ plugin CONSTANT)
    Q_PROPERTY(QString prompt READ prompt CONSTANT)
    Q_PROPERTY(bool echoEnabled READ isEchoEnabled CONSTANT)
    Q_PROPERTY(AsyncMySql::Error refusal READ refusal CONSTANT)

public:
    enum class Kind { Password, Question };
    Q_ENUM(Kind)

    AuthenticationRequest();
    AuthenticationRequest(const AuthenticationRequest &other);
    AuthenticationRequest(AuthenticationRequest &&other) noexcept;
    AuthenticationRequest &operator=(const AuthenticationRequest &other);
    AuthenticationRequest &operator=(AuthenticationRequest &&other) noexcept;
    ~AuthenticationRequest();

    Kind kind() const;
    QString host() const;
    quint16 port() const;
    QString localSocketName() const;
    QString user() const;
    int factor() const;
    int attempt() const;
    QString plugin() const;
    QString prompt() const;
    bool isEchoEnabled() const;
    Error refusal() const;

private:
    friend class AuthenticationRequestData;

    QSharedDataPointer<AuthenticationRequestData> d;
};

} // namespace AsyncMySql

Q_DECLARE_METATYPE(AsyncMySql::AuthenticationRequest)
