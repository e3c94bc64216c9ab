// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qlist.h>
#include <QtCore/qobject.h>

namespace AsyncMySql {

class Transaction;

namespace Models {

class Submission;

/// Lets those who write in the same transaction do so one after the other: to go back to a
/// savepoint is to undo what others have done since, too.
class SavepointQueue : public QObject
{
    Q_OBJECT

public:
    /// Lives as long as the transaction.
    static SavepointQueue *of(Transaction *transaction);

    /// Begins the submission when all that came before have left.
    void enter(Submission *submission);
    void leave(Submission *submission);

    /// A name that nobody else has in this transaction.
    QString newName();

private:
    using QObject::QObject;

    QList<Submission *> m_submissions;
    int m_names = 0;
};

} // namespace Models
} // namespace AsyncMySql
