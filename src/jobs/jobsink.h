// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "commandsink.h"
#include "jobdelivery.h"

namespace AsyncMySql {

/// A sink with jobs that emit their signals through a notifier of its own.
class JobSink : public CommandSink, private JobNotifier::Listener
{
    Q_OBJECT

public:
    explicit JobSink(QObject *parent = nullptr);
    ~JobSink() override;

    JobNotifier &notifier() { return m_notifier; }
    /// Lets all jobs report their end now, and transactions theirs: the event loop will not come to
    /// it any more. The sink takes no commands by then.
    void endDependents();

protected:
    JobNotifier m_notifier;

private:
    bool hasDependents() const;
};

} // namespace AsyncMySql
