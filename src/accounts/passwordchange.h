// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "session.h"
#include "sqldialect.h"

#include <AsyncMySql/connectionoptions.h>
#include <AsyncMySql/error.h>

#include <QtCore/qbytearray.h>
#include <QtCore/qobject.h>
#include <QtCore/qstring.h>

#include <memory>
#include <optional>

namespace AsyncMySql {

namespace Protocol {
class QueryExchange;
}

/// Changes the password of the account that the options name, in a session of its own: one that
/// says that it can handle an expired password, and executes nothing that such an account is
/// refused.
class PasswordChange : public QObject, private SessionListener
{
    Q_OBJECT

public:
    /// The old one is that of \a credentials.
    PasswordChange(const ConnectionOptions &options, CredentialSource *credentials,
                   const QString &password, QObject *parent = nullptr);
    ~PasswordChange() override;

    void start();
    /// Drops the session. No signal follows.
    void abort();
    /// Whether the server may have changed it, or may still do that.
    bool mayHaveExecuted() const;
    /// What finished() reports, as soon as it is known. Error::execution() says whether the
    /// password is still the old one.
    const std::optional<Error> &outcome() const { return m_outcome; }

Q_SIGNALS:
    /// Once, from the event loop.
    void finished();

private:
    enum class Step { Opening, SettingUp, Changing, ChangingWithOld, Finished };

    void onReady() override;
    void onExchangeFinished() override;
    void onSessionEnded(Session::End end, const Error &error, const QString &reason) override;
    void change(Step step);
    Error appendStatement(QByteArray *sql, bool withOld) const;
    void send(Step step, const QByteArray &sql);
    Error refusal(const Protocol::Failure &failure) const;
    void finish(Error error, Error::Execution execution);

    const ConnectionOptions m_options;
    const QString m_oldPassword;
    const QString m_password;
    Session m_session;
    /// What the literals are written for.
    Protocol::SqlDialect m_dialect;
    std::shared_ptr<Protocol::QueryExchange> m_exchange;
    Step m_step = Step::Opening;
    std::optional<Error> m_outcome;
};

} // namespace AsyncMySql
