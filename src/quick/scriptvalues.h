// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qlist.h>
#include <QtCore/qmap.h>
#include <QtCore/qvariant.h>
#include <QtQml/qjsvalue.h>

#include <functional>
#include <optional>

QT_BEGIN_NAMESPACE
class QJSEngine;
class QObject;
QT_END_NAMESPACE

namespace AsyncMySql {

class Query;
class Executor;
class Row;

namespace Quick {

/// Returns the engine that has created \a object, or in which a script has used it; null if there
/// is none.
QJSEngine *engineOf(const QObject *object);

/// Returns \a value for JavaScript, without numbers or Dates that JavaScript would round, also in
/// JSON documents. \a text returns the digits as the server wrote them. \a engine creates the
/// objects of documents with a key "__proto__"; without it they are text.
QVariant scriptValue(const QVariant &value, QJSEngine *engine,
                     const std::function<QString()> &text);
QVariant scriptValue(const Row &row, int column, QJSEngine *engine);
/// Returns a safe integer, or its digits.
QVariant scriptInteger(quint64 value);

/// Returns \a variables as the properties of an object.
QVariantMap scriptVariables(const QMap<QString, QString> &variables);

/// Returns the value that is sent for a value of JavaScript: JSON for an object. An array stays a
/// list, which is not a parameter but may be the value of a model's column.
QVariant parameterValue(const QVariant &value);
/// Returns a QVariantList for an array or a single value, and a QVariantMap for an object.
QVariant parameterValues(const QVariant &values);

/// Returns the rows of a batch. Throws an error if they are not an array of arrays.
std::optional<QList<QVariantList>> batchRows(const QJSValue &rows, QJSEngine *engine);
/// \a parameters are the return value of parameterValues().
Query *execute(Executor *executor, const QString &sql, const QVariant &parameters);

} // namespace Quick
} // namespace AsyncMySql
