// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "rowobjects.h"

#include <QtCore/qset.h>
#include <QtQml/qjsengine.h>

namespace AsyncMySql::Quick {

RowObjects::RowObjects(QJSEngine *engine, const QStringList &columnNames)
    : m_engine(engine)
{
    const QJSValue plain = engine->newObject();
    QSet<QString> names;
    for (int column = 0; column < columnNames.size(); ++column) {
        const QString &name = columnNames[column];
        if (names.contains(name))
            continue;
        names.insert(name);
        m_properties.append({name, column, plain.hasProperty(name)});
        if (m_properties.constLast().isInherited && !m_ownProperties)
            m_ownProperties.emplace(engine);
    }
}

QJSValue RowObjects::make(const std::function<QVariant(int)> &valueOf) const
{
    QJSValue object = m_engine->newObject();
    for (const Property &property : m_properties) {
        const QJSValue value = m_engine->toScriptValue(valueOf(property.column));
        if (property.isInherited)
            m_ownProperties->define(object, property.name, value);
        else
            object.setProperty(property.name, value);
    }
    return object;
}

} // namespace AsyncMySql::Quick
