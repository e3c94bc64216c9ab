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

/// Makes objects of rows: the columns by their names, in their order. Of columns with the same name
/// the first one counts, as for Result::indexOf(). Whatever the names are, they are properties of
/// the object itself: "__proto__" is a column like any other.
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
        /// Whether every object has something of this name, so that to set it could change that.
        bool isInherited = false;
    };

    QJSEngine *m_engine;
    QList<Property> m_properties;
    /// Where one of them is needed.
    std::optional<OwnProperties> m_ownProperties;
};

} // namespace AsyncMySql::Quick
