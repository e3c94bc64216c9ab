// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "savepointqueue.h"

#include "submission.h"

#include <AsyncMySql/transaction.h>

namespace AsyncMySql::Models {

using namespace Qt::StringLiterals;

SavepointQueue *SavepointQueue::of(Transaction *transaction)
{
    auto *queue = transaction->findChild<SavepointQueue *>(QString(), Qt::FindDirectChildrenOnly);
    return queue ? queue : new SavepointQueue(transaction);
}

void SavepointQueue::enter(Submission *submission)
{
    m_submissions.append(submission);
    if (m_submissions.size() == 1)
        submission->begin();
}

void SavepointQueue::leave(Submission *submission)
{
    const bool isNext = !m_submissions.isEmpty() && m_submissions.constFirst() == submission;
    m_submissions.removeAll(submission);
    if (isNext && !m_submissions.isEmpty())
        m_submissions.constFirst()->begin();
}

QString SavepointQueue::newName()
{
    return u"asyncmysql_model_%1"_s.arg(++m_names);
}

} // namespace AsyncMySql::Models
