// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "resultpage.h"

QT_BEGIN_NAMESPACE
class QTreeWidget;
QT_END_NAMESPACE

/// The results of the statements.
class MessagesPage : public ResultPage
{
    Q_OBJECT

public:
    explicit MessagesPage(QWidget *parent = nullptr);

    void addSuccess(const QString &sql, const QString &outcome, qint64 elapsed);
    void addFailure(const QString &sql, const AsyncMySql::Error &error, qint64 elapsed);
    QTreeWidget *list() const { return m_list; }

Q_SIGNALS:
    /// Emitted when the user requests a statement in the editor.
    void activated(const QString &sql);

private:
    void add(const QString &sql, const QString &outcome, qint64 elapsed, bool isError);

    QTreeWidget *m_list;
};
