// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "passwordchange.h"

#include "commandpayloads.h"
#include "credentialsource.h"
#include "errorconversion.h"
#include "queryexchange.h"
#include "secret.h"
#include "servererrors.h"
#include "sessionsettings.h"
#include "sqlliteral.h"

#include <QtCore/qmetaobject.h>

#include <chrono>
#include <utility>

namespace AsyncMySql {

using namespace Qt::StringLiterals;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds DefaultTimeout(10'000);

/// For opening the session, and for each answer: without a limit nobody would ever know.
milliseconds timeout(const ConnectionOptions &options)
{
    return options.connectTimeout().count() > 0 ? options.connectTimeout() : DefaultTimeout;
}

SessionSettings settingsOf(const ConnectionOptions &options, CredentialSource *credentials)
{
    // The account may have lost its database, or everything but the right to change its password.
    SessionSettings settings = sessionSettings(commonSessionSettings(options), options, credentials,
                                               QString(), QByteArray());
    settings.handshake.wantedCapabilities |= Protocol::Capability::CanHandleExpiredPasswords;
    settings.connectTimeout = settings.closeTimeout = timeout(options);
    return settings;
}

/// Whether \a message of the server shows \a password: it may quote the statement.
bool shows(const QString &message, const QString &password)
{
    // What is shorter occurs in other words.
    constexpr qsizetype telling = 8;
    return message.contains(u'\'' + password + u'\'')
           || (password.size() >= telling && message.contains(password));
}

} // namespace

PasswordChange::PasswordChange(const ConnectionOptions &options, CredentialSource *credentials,
                               const QString &password, QObject *parent)
    : QObject(parent)
    , m_options(options)
    , m_oldPassword(QString::fromUtf8(credentials->password().bytes()))
    , m_password(password)
    , m_session(settingsOf(options, credentials), this)
{
}

PasswordChange::~PasswordChange() = default;

void PasswordChange::start()
{
    m_session.open();
}

void PasswordChange::abort()
{
    m_step = Step::Finished;
    m_session.abort();
}

bool PasswordChange::mayHaveExecuted() const
{
    return (m_step == Step::Changing || m_step == Step::ChangingWithOld) && m_exchange
           && m_exchange->mayHaveExecuted();
}

void PasswordChange::onReady()
{
    if (!m_session.protectsSecrets()) {
        finish(Error(Error::ChannelNotSecure,
                     u"A new password is sent as clear text: changing it needs a local socket, or "
                     "TLS with a verified certificate "
                     "(ConnectionOptions::setUnverifiedTlsAllowedForPasswords())"_s),
               Error::Execution::NotSent);
        return;
    }
    // It takes nothing but a quoted string, which has to be read as it is meant.
    send(Step::SettingUp, "SET NAMES utf8mb4, @@SESSION.`sql_mode` = ''");
}

void PasswordChange::onExchangeFinished()
{
    const std::shared_ptr<Protocol::QueryExchange> exchange = std::exchange(m_exchange, {});
    const Protocol::Failure &failure = exchange->failure();
    switch (m_step) {
    case Step::SettingUp:
        // MySQL refuses even this when the password has expired.
        if (failure && !isPasswordExpired(failure)) {
            finish(refusal(failure), Error::Execution::NotSent);
            return;
        }
        m_dialect = failure ? m_session.state().dialect() : Protocol::SqlDialect();
        change(Step::Changing);
        return;
    case Step::Changing:
        if (failure.serverError() == Protocol::MySqlServerError::MissingOldPassword) {
            change(Step::ChangingWithOld);
            return;
        }
        break;
    case Step::ChangingWithOld:
        break;
    case Step::Opening:
    case Step::Finished:
        return;
    }
    if (failure)
        finish(refusal(failure), Error::Execution::Rejected);
    else
        finish({}, Error::Execution::NotSent);
}

void PasswordChange::onSessionEnded(Session::End, const Error &error, const QString &reason)
{
    if (m_step == Step::Finished)
        return;
    const QString why = error ? error.message() : reason;
    if (mayHaveExecuted()) {
        finish(
            Error(Error::ConnectionLost,
                  u"The answer of the server is lost: the password may be the old one or the "
                  "new one. Which of them is valid is shown by connecting with it: %1"_s.arg(why)),
            Error::Execution::Unknown);
        return;
    }
    finish(error ? error : Error(Error::ConnectionLost, why), Error::Execution::NotSent);
}

void PasswordChange::change(Step step)
{
    QByteArray sql;
    if (const Error error = appendStatement(&sql, step == Step::ChangingWithOld))
        finish(error, Error::Execution::NotSent);
    else
        send(step, sql);
    Protocol::wipe(&sql);
}

/// As what both servers take when nothing else is allowed.
Error PasswordChange::appendStatement(QByteArray *sql, bool withOld) const
{
    const auto append = [this, sql](const QString &password) -> Error {
        const auto error = Protocol::appendSqlLiteral(sql, password, m_dialect,
                                                      Protocol::LiteralContext::String);
        return error ? Error(Error::InvalidParameter,
                             u"The password cannot be sent: %1"_s.arg(error->message))
                     : Error();
    };
    const bool isMySql = m_session.state().flavour == Protocol::ServerFlavour::MySql;
    *sql = isMySql ? "ALTER USER USER() IDENTIFIED BY " : "SET PASSWORD = PASSWORD(";
    if (Error error = append(m_password))
        return error;
    if (!isMySql)
        *sql += ')';
    if (!withOld)
        return {};
    *sql += " REPLACE ";
    return append(m_oldPassword);
}

void PasswordChange::send(Step step, const QByteArray &sql)
{
    const Protocol::Capabilities capabilities = m_session.state().capabilities;
    auto exchange = std::make_shared<Protocol::QueryExchange>(
        Protocol::queryPayload(sql, capabilities), capabilities);
    m_step = step;
    // If it is at its end, onSessionEnded() follows.
    if (!m_session.start(exchange, timeout(m_options)))
        return;
    m_exchange = std::move(exchange);
    m_session.flush();
}

Error PasswordChange::refusal(const Protocol::Failure &failure) const
{
    const QString peer = m_session.peerName();
    Error error = endsSession(failure) ? errorFromFailure(failure, peer)
                                       : errorFromStatementFailure(failure, peer);
    // The server quotes what it does not understand, from anywhere in it.
    if (failure.serverError() == Protocol::CommonServerError::Syntax
        || shows(error.message(), m_password) || shows(error.message(), m_oldPassword)) {
        error.setMessage(u"The server %1 refused the statement that changes the password; its "
                         "message, which quotes it, is left out"_s.arg(peer));
    }
    return error;
}

void PasswordChange::finish(Error error, Error::Execution execution)
{
    m_step = Step::Finished;
    m_exchange.reset();
    m_session.quit();
    if (error)
        error.setExecution(execution);
    m_outcome = error;
    // Receivers may delete this, which is in the middle of the session's work.
    QMetaObject::invokeMethod(
        this, [this] { Q_EMIT finished(); }, Qt::QueuedConnection);
}

} // namespace AsyncMySql
