// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/Error>
#include <AsyncMySql/Row>

#include <QtCore/QList>
#include <QtCore/QObject>
#include <QtCore/QStringList>

/// Where the rows of an export come from. They are taken in portions, from the event loop.
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
    /// Known with the first rows, and when the end has come.
    virtual QStringList columnNames() const = 0;
    /// In which values of TIMESTAMP are; empty if that is not known.
    virtual QString timeZone() const = 0;

Q_SIGNALS:
    /// There are rows to take.
    void ready();
    /// No further rows come behind those that can be taken, because of \a error or for they are all
    /// there.
    void ended(const AsyncMySql::Error &error);
};
