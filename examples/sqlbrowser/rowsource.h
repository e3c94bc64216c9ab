// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/Error>
#include <AsyncMySql/Row>

#include <QtCore/QList>
#include <QtCore/QObject>
#include <QtCore/QStringList>

/// The source of the rows of an export. They are taken in portions, from the event loop.
class RowSource : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    virtual void start() = 0;
    /// ended() follows.
    virtual void cancel() = 0;
    /// Takes the next rows, at most \a maximum of them.
    virtual QList<AsyncMySql::Row> take(int maximum) = 0;
    /// Known after the first rows or the end have arrived.
    virtual QStringList columnNames() const = 0;
    /// The time zone of TIMESTAMP values; empty if it is not known.
    virtual QString timeZone() const = 0;

Q_SIGNALS:
    /// Emitted when rows can be taken.
    void ready();
    /// Emitted when no rows follow those that can be taken, because of \a error or at the end.
    void ended(const AsyncMySql::Error &error);
};
