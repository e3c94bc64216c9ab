// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "ownproperties.h"

#include <QtCore/qlist.h>
#include <QtCore/qstringlist.h>
#include <QtCore/qvariant.h>
#include <QtQml/qjsvalue.h>

#include <functional>
#include <optional>

QT_BEGIN_NAMESPACE
class QJSEngine;
QT_END_NAMESPACE

namespace AsyncMySql::Quick {

/// Converts rows to objects with a property for each column, in their order. If several columns
/// have the same name, the first one is used, as by Result::indexOf(). All columns are own
/// properties of the object, also one that is called "__proto__".
class RowObjects
{
public:
    RowObjects(QJSEngine *engine, const QStringList &columnNames);

    QJSValue make(const std::function<QVariant(int)> &valueOf) const;

private:
    struct Property
    {
        QString name;
        int column = 0;
        /// Whether every object inherits a property with this name, which an assignment could
        /// change.
        bool isInherited = false;
    };

    QJSEngine *m_engine;
    QList<Property> m_properties;
    /// Created when a name requires it.
    std::optional<OwnProperties> m_ownProperties;
};

} // namespace AsyncMySql::Quick
