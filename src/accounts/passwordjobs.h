// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "passwordchanger.h"

#include <QtCore/qstring.h>

#include <functional>
#include <memory>

namespace AsyncMySql {

class Executor;
class ExecutorPrivate;
class Job;
class JobSink;

/// The jobs of an executor that change the password of its account. What carries them out is made
/// for the first one: most applications change no password.
class PasswordJobs
{
    Q_DISABLE_COPY_MOVE(PasswordJobs)

public:
    /// \a sink is that of the other jobs of \a executor; both must outlive this. \a changed is
    /// called when the account has another password; it may delete all of them.
    PasswordJobs(Executor *executor, JobSink *sink,
                 std::function<PasswordChanger::Account()> account,
                 std::function<void(const QString &password)> changed);

    Job *change(const QString &newPassword);
    /// Ends all of them with ConnectionClosed.
    void abort();
    /// The same. Jobs that come later fail.
    void shutDown();

private:
    Executor *const m_executor;
    JobSink *const m_sink;
    const std::function<PasswordChanger::Account()> m_account;
    const std::function<void(const QString &)> m_changed;
    /// A child of the sink.
    PasswordChanger *m_changer = nullptr;
    std::shared_ptr<ExecutorPrivate> m_jobs;
};

} // namespace AsyncMySql
