// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "quickexecutor.h"
#include "quickjob.h"
#include "quickresult.h"

#include <AsyncMySql/query.h>

#include <QtCore/qvariant.h>
#include <QtQml/qqmlparserstatus.h>

#include <optional>

namespace AsyncMySql {

class Executor;

/// A Query for JavaScript, and an element that executes one when its properties change.
class QuickQuery : public AsyncMySql::QuickJob, public QQmlParserStatus
{
    Q_OBJECT
    Q_INTERFACES(QQmlParserStatus)
    Q_PROPERTY(
        QObject *connection READ connection WRITE setConnection NOTIFY connectionChanged FINAL)
    Q_PROPERTY(QString sql READ sql WRITE setSql NOTIFY sqlChanged FINAL)
    Q_PROPERTY(
        QVariant parameters READ parameters WRITE setParameters NOTIFY parametersChanged FINAL)
    Q_PROPERTY(bool active READ isActive WRITE setActive NOTIFY activeChanged FINAL)
    Q_PROPERTY(bool running READ isRunning NOTIFY stateChanged FINAL)
    Q_PROPERTY(AsyncMySql::QuickResult result READ result NOTIFY resultChanged FINAL)
    Q_PROPERTY(QVariantList results READ results NOTIFY resultChanged FINAL)
    Q_PROPERTY(AsyncMySql::QueryProgress progress READ progress NOTIFY progressChanged FINAL)
    Q_PROPERTY(bool streaming READ isStreaming WRITE setStreaming NOTIFY streamingChanged FINAL)
    Q_PROPERTY(
        int bufferLimit READ bufferLimit WRITE setBufferLimit NOTIFY bufferLimitChanged FINAL)
    Q_PROPERTY(int availableRows READ availableRows NOTIFY availableRowsChanged FINAL)
    Q_PROPERTY(int timeout READ timeout WRITE setTimeout NOTIFY timeoutChanged FINAL)
    Q_PROPERTY(
        int queueTimeout READ queueTimeout WRITE setQueueTimeout NOTIFY queueTimeoutChanged FINAL)
    Q_PROPERTY(bool idempotent READ isIdempotent WRITE setIdempotent NOTIFY idempotentChanged FINAL)
    QML_NAMED_ELEMENT(Query)

public:
    explicit QuickQuery(QObject *parent = nullptr);

    QObject *connection() const { return m_connection.object(); }
    void setConnection(QObject *connection);
    QString sql() const { return m_sql; }
    void setSql(const QString &sql);
    QVariant parameters() const { return m_parameters; }
    void setParameters(const QVariant &parameters);
    bool isActive() const { return m_isActive; }
    void setActive(bool active);

    bool isRunning() const { return state() == State::Waiting || state() == State::Running; }
    QuickResult result() const;
    QVariantList results() const;
    QueryProgress progress() const { return m_progress; }

    bool isStreaming() const { return m_isStreaming; }
    void setStreaming(bool streaming);
    int bufferLimit() const { return m_bufferLimit; }
    void setBufferLimit(int bytes);
    int availableRows() const;
    int timeout() const;
    void setTimeout(int milliseconds);
    int queueTimeout() const;
    void setQueueTimeout(int milliseconds);
    bool isIdempotent() const { return m_isIdempotent; }
    void setIdempotent(bool idempotent);

    Q_INVOKABLE QJSValue takeRows(int maximum = -1);
    Q_INVOKABLE AsyncMySql::QuickQuery *execute();

    /// For an object that a function returns: it represents \a query.
    void stand(Query *query);

    void classBegin() override;
    void componentComplete() override;

Q_SIGNALS:
    void connectionChanged();
    void sqlChanged();
    void parametersChanged();
    void activeChanged();
    void resultChanged();
    void progressChanged();
    void streamingChanged();
    void bufferLimitChanged();
    void timeoutChanged();
    void queueTimeoutChanged();
    void idempotentChanged();
    void rowsReady();
    void availableRowsChanged();

private:
    Query *query() const { return static_cast<Query *>(job()); }
    void keepResult() override;
    void emitResultSignals() override;
    QJSValue outcome(QJSEngine *engine) const override;
    qsizetype weight() const override;
    void executorGone();
    void schedule();
    enum class Reason { Changed, Asked };
    void start(Reason reason);
    Error mistake(const Executor *executor) const;
    void followQuery(Query *query);

    Quick::ConnectionReference m_connection;
    QString m_sql;
    QVariant m_parameters;
    QList<Result> m_results;
    QueryProgress m_progress;
    int m_bufferLimit = 1024 * 1024;
    std::optional<int> m_timeout;
    std::optional<int> m_queueTimeout;
    bool m_isStreaming = false;
    bool m_isIdempotent = false;
    bool m_isActive = true;
    /// Whether changed properties lead to an execution.
    bool m_isElement = true;
    bool m_isComplete = true;
    bool m_isScheduled = false;
    /// Whether the results are those of the execution that has ended.
    bool m_hasNewResults = false;
};

} // namespace AsyncMySql
