// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qstring.h>
#include <QtQml/qjsvalue.h>

QT_BEGIN_NAMESPACE
class QJSEngine;
QT_END_NAMESPACE

namespace AsyncMySql::Quick {

/// Defines properties of the objects of an engine, whatever their names are. To set one could change
/// what every object inherits: "__proto__" sets the prototype.
class OwnProperties
{
public:
    explicit OwnProperties(QJSEngine *engine);

    void define(const QJSValue &object, const QString &name, const QJSValue &value) const;

private:
    QJSEngine *m_engine;
    /// Object.defineProperty()
    QJSValue m_define;
};

} // namespace AsyncMySql::Quick
