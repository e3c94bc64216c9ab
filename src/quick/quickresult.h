// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/result.h>

#include <QtCore/qmetatype.h>
#include <QtCore/qpointer.h>
#include <QtCore/qvariant.h>
#include <QtQml/qjsengine.h>
#include <QtQml/qjsvalue.h>
#include <QtQml/qqmlregistration.h>

namespace AsyncMySql {

/// A Result for JavaScript. Result itself is not registered, because rows become objects of an
/// engine.
class QuickResult
{
    Q_GADGET
    Q_PROPERTY(int rowCount READ rowCount CONSTANT FINAL)
    Q_PROPERTY(QStringList columnNames READ columnNames CONSTANT FINAL)
    Q_PROPERTY(bool hasRows READ hasRows CONSTANT FINAL)
    Q_PROPERTY(double affectedRows READ affectedRows CONSTANT FINAL)
    Q_PROPERTY(QVariant lastInsertId READ lastInsertId CONSTANT FINAL)
    Q_PROPERTY(int warningCount READ warningCount CONSTANT FINAL)
    Q_PROPERTY(QString info READ info CONSTANT FINAL)
    Q_PROPERTY(bool hasOutParameters READ hasOutParameters CONSTANT FINAL)
    QML_VALUE_TYPE(queryResult)

public:
    QuickResult() = default;
    QuickResult(Result result, QJSEngine *engine);

    int rowCount() const { return static_cast<int>(m_result.rowCount()); }
    QStringList columnNames() const { return m_result.columnNames(); }
    bool hasRows() const { return m_result.hasRows(); }
    double affectedRows() const { return static_cast<double>(m_result.affectedRows()); }
    QVariant lastInsertId() const;
    int warningCount() const { return m_result.warningCount(); }
    QString info() const { return m_result.info(); }
    bool hasOutParameters() const { return m_result.hasOutParameters(); }

    Q_INVOKABLE QJSValue rows() const;
    Q_INVOKABLE QJSValue row(int index) const;
    Q_INVOKABLE QJSValue first() const { return row(0); }
    Q_INVOKABLE QVariant value(int row, const QVariant &column) const;
    Q_INVOKABLE QString text(int row, const QVariant &column) const;

    const Result &result() const { return m_result; }

private:
    int indexOf(const QVariant &column) const;

    Result m_result;
    QPointer<QJSEngine> m_engine;
};

} // namespace AsyncMySql

Q_DECLARE_METATYPE(AsyncMySql::QuickResult)
