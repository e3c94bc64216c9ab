// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

// The return types of Q_INVOKABLE functions must be complete.
#include "leasecollector.h"
#include "quickbatch.h"
#include "quickexecutor.h"
#include "quickquery.h"
#include "quicktransaction.h"

#include <AsyncMySql/error.h>

#include <QtCore/qobject.h>
#include <QtCore/qpointer.h>
#include <QtCore/qstring.h>
#include <QtCore/qvariant.h>
#include <QtQml/qjsvalue.h>
#include <QtQml/qqmlregistration.h>

#include <memory>

QT_BEGIN_NAMESPACE
class QJSEngine;
QT_END_NAMESPACE

namespace AsyncMySql {

class Lease;

/// A Lease for JavaScript, which owns it. It is not collected before its tasks have ended.
class QuickLease : public QObject, public QuickExecutor
{
    Q_OBJECT
    Q_PROPERTY(bool valid READ isValid NOTIFY validChanged FINAL)
    Q_PROPERTY(AsyncMySql::Error error READ error NOTIFY errorChanged FINAL)
    Q_PROPERTY(double connectionId READ connectionId CONSTANT FINAL)
    Q_PROPERTY(QString serverVersion READ serverVersion CONSTANT FINAL)
    Q_PROPERTY(bool inTransaction READ isInTransaction NOTIFY inTransactionChanged FINAL)
    Q_PROPERTY(QString database READ database NOTIFY databaseChanged FINAL)
    Q_PROPERTY(QString lastGtid READ lastGtid NOTIFY lastGtidChanged FINAL)
    Q_PROPERTY(
        QVariantMap trackedVariables READ trackedVariables NOTIFY trackedVariablesChanged FINAL)
    QML_NAMED_ELEMENT(Lease)
    QML_UNCREATABLE("Leases are acquired by Pool.acquire()")

public:
    QuickLease(std::unique_ptr<Lease> lease, LeaseCollector::Token token,
               const EndOfConnection &endOfPool, QJSEngine *engine);
    ~QuickLease() override;

    bool isValid() const;
    Error error() const { return m_error; }
    /// A number of JavaScript, which qmllint supports.
    double connectionId() const { return m_connectionId; }
    QString serverVersion() const { return m_serverVersion; }
    bool isInTransaction() const;
    QString database() const;
    QString lastGtid() const;
    QVariantMap trackedVariables() const;

    Q_INVOKABLE AsyncMySql::QuickQuery *execute(const QString &sql,
                                                const QJSValue &parameters = QJSValue());
    Q_INVOKABLE AsyncMySql::QuickBatch *executeBatch(const QString &sql, const QJSValue &rows);
    Q_INVOKABLE AsyncMySql::QuickTransaction *beginTransaction(const QVariantMap &options
                                                               = QVariantMap());
    Q_INVOKABLE void release();

    Executor *executor() override;
    EndOfConnection endOfConnection() const override { return m_endOfPool; }
    /// As long as it exists, this object is not collected.
    QJSValue reference() const;

Q_SIGNALS:
    void validChanged();
    void errorChanged();
    void inTransactionChanged();
    void databaseChanged();
    void lastGtidChanged();
    void trackedVariablesChanged();
    void errorOccurred(const AsyncMySql::Error &error);
    void sessionStateLost(const QString &held);

private:
    QJSEngine *scriptEngine() const override { return m_engine; }
    void taskMade(QuickTask *task) override;
    void taskEnded();
    void sessionLost(const Error &error);
    void reportReturned();
    void returnSession();

    std::unique_ptr<Lease> m_lease;
    LeaseCollector::Token m_token;
    EndOfConnection m_endOfPool;
    QPointer<QJSEngine> m_engine;
    Error m_error;
    double m_connectionId;
    QString m_serverVersion;
    int m_unfinishedTasks = 0;
    bool m_isReleased = false;
    /// While there are tasks that have not ended.
    QJSValue m_self;
};

} // namespace AsyncMySql
