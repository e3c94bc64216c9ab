// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qstring.h>
#include <QtQml/qjsvalue.h>

QT_BEGIN_NAMESPACE
class QJSEngine;
QT_END_NAMESPACE

namespace AsyncMySql::Quick {

/// Defines properties with any name in the objects of an engine. Assigning a property could change
/// what the object inherits: "__proto__" sets the prototype.
class OwnProperties
{
public:
    explicit OwnProperties(QJSEngine *engine);

    void define(const QJSValue &object, const QString &name, const QJSValue &value) const;
    /// The garbage collector keeps \a value as long as \a object, in which it is not enumerable.
    void attach(const QJSValue &object, const QString &name, const QJSValue &value) const;

private:
    enum class Kind { Open, Hidden };

    void define(const QJSValue &object, const QString &name, const QJSValue &value,
                Kind kind) const;

    QJSEngine *m_engine;
    /// Object.defineProperty()
    QJSValue m_define;
};

} // namespace AsyncMySql::Quick
