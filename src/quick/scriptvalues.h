// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qlist.h>
#include <QtCore/qvariant.h>
#include <QtQml/qjsvalue.h>

#include <functional>
#include <optional>

QT_BEGIN_NAMESPACE
class QJSEngine;
QT_END_NAMESPACE

namespace AsyncMySql {

class Query;
class Executor;
class Row;

namespace Quick {

/// What JavaScript gets for \a value: nothing that a number or a Date of JavaScript would round, in a
/// JSON document either.
/// \a text gives the digits as the server wrote them. \a engine makes the objects of documents with a
/// key "__proto__"; without it they are text.
QVariant scriptValue(const QVariant &value, QJSEngine *engine,
                     const std::function<QString()> &text);
QVariant scriptValue(const Row &row, int column, QJSEngine *engine);
/// A safe integer, or its digits.
QVariant scriptInteger(quint64 value);

/// What is sent for a value of JavaScript: JSON for an object. An array stays a list, which is no
/// parameter; a column of a model may know what to make of it.
QVariant parameterValue(const QVariant &value);
/// A QVariantList for an array, a QVariantMap for an object; a single value is a list of its own.
QVariant parameterValues(const QVariant &values);

/// The rows of a batch. Throws an error if they are no array of arrays.
std::optional<QList<QVariantList>> batchRows(const QJSValue &rows, QJSEngine *engine);
/// \a parameters are what parameterValues() gives.
Query *execute(Executor *executor, const QString &sql, const QVariant &parameters);
/// The executor that \a object is, or stands for; null for all other objects.
Executor *executorOf(QObject *object);
/// Tells of an \a object that was given to \a user as its connection, and never is one.
void warnUnlessExecutor(const QObject *user, QObject *object);

} // namespace Quick
} // namespace AsyncMySql
