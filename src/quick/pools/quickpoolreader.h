// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

// The return types of Q_INVOKABLE functions must be complete.
#include "quickexecutor.h"
#include "quickquery.h"
#include "quicktransaction.h"

#include <AsyncMySql/pool.h>
#include <AsyncMySql/poolstatistics.h>

#include <QtCore/qobject.h>
#include <QtCore/qpointer.h>
#include <QtCore/qstring.h>
#include <QtCore/qvariant.h>
#include <QtQml/qjsvalue.h>
#include <QtQml/qqmlregistration.h>

QT_BEGIN_NAMESPACE
class QJSEngine;
QT_END_NAMESPACE

namespace AsyncMySql {

/// What Pool::reader() returns, for JavaScript; a child of the pool that has it.
class QuickPoolReader : public QObject, public QuickExecutor
{
    Q_OBJECT
    Q_PROPERTY(AsyncMySql::PoolStatistics statistics READ statistics NOTIFY statisticsChanged FINAL)
    QML_NAMED_ELEMENT(PoolReader)
    QML_UNCREATABLE("Readers are returned by Pool.reader()")

public:
    QuickPoolReader(Pool *reader, const EndOfConnection &endOfPool, QObject *parent);

    PoolStatistics statistics() const;

    Q_INVOKABLE AsyncMySql::QuickQuery *execute(const QString &sql,
                                                const QJSValue &parameters = QJSValue());
    Q_INVOKABLE AsyncMySql::QuickTransaction *beginTransaction(const QVariantMap &options
                                                               = QVariantMap());

    Executor *executor() override { return m_reader; }
    EndOfConnection endOfConnection() const override { return m_endOfPool; }

Q_SIGNALS:
    void statisticsChanged();

private:
    QJSEngine *scriptEngine() const override;

    QPointer<Pool> m_reader;
    EndOfConnection m_endOfPool;
};

} // namespace AsyncMySql
