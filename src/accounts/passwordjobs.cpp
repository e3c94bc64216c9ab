// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "passwordjobs.h"

#include "executor_p.h"
#include "jobsink.h"
#include "threadaffinity.h"

#include <utility>

namespace AsyncMySql {

PasswordJobs::PasswordJobs(Executor *executor, JobSink *sink,
                           std::function<PasswordChanger::Account()> account,
                           std::function<void(const QString &password)> changed)
    : m_executor(executor)
    , m_sink(sink)
    , m_account(std::move(account))
    , m_changed(std::move(changed))
{
}

Job *PasswordJobs::change(const QString &newPassword)
{
    auto command = std::make_shared<ChangePasswordCommand>(newPassword);
    // The executor refuses jobs of other threads.
    if (!isInOwnThread(m_executor))
        return ExecutorPrivate::get(m_executor)->submit(std::move(command));
    if (!m_changer) {
        m_changer = new PasswordChanger(m_sink, m_account);
        QObject::connect(m_changer, &PasswordChanger::passwordChanged, m_executor, m_changed);
        m_jobs = std::make_shared<ExecutorPrivate>(Error(), m_executor);
        m_jobs->setSink(m_changer, &m_sink->notifier());
    }
    return m_jobs->submit(std::move(command));
}

void PasswordJobs::abort()
{
    if (m_changer)
        m_changer->abort();
}

void PasswordJobs::shutDown()
{
    if (m_changer)
        m_changer->shutDown();
}

} // namespace AsyncMySql
