// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qlist.h>
#include <QtCore/qobject.h>

namespace AsyncMySql {

class Transaction;

namespace Models {

class Submission;

/// Serialises submissions in the same transaction, since rolling back to a savepoint undoes all
/// later changes, too.
class SavepointQueue : public QObject
{
    Q_OBJECT

public:
    /// Exists as long as the transaction.
    static SavepointQueue *of(Transaction *transaction);

    /// Starts the submission after all earlier ones have ended.
    void enter(Submission *submission);
    void leave(Submission *submission);

    /// Returns a name that is unique in this transaction.
    QString newName();

private:
    using QObject::QObject;

    QList<Submission *> m_submissions;
    int m_names = 0;
};

} // namespace Models
} // namespace AsyncMySql
