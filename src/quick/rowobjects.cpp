// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "rowobjects.h"

#include <QtCore/qset.h>
#include <QtQml/qjsengine.h>

namespace AsyncMySql::Quick {

using namespace Qt::StringLiterals;

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
        if (m_properties.constLast().isInherited && m_define.isUndefined())
            m_define = engine->globalObject().property(u"Object"_s).property(u"defineProperty"_s);
    }
}

QJSValue RowObjects::make(const std::function<QVariant(int)> &valueOf) const
{
    QJSValue object = m_engine->newObject();
    for (const Property &property : m_properties) {
        const QJSValue value = m_engine->toScriptValue(valueOf(property.column));
        if (!property.isInherited) {
            object.setProperty(property.name, value);
            continue;
        }
        QJSValue descriptor = m_engine->newObject();
        descriptor.setProperty(u"value"_s, value);
        for (const QString &attribute : {u"writable"_s, u"enumerable"_s, u"configurable"_s})
            descriptor.setProperty(attribute, true);
        m_define.call({object, property.name, descriptor});
    }
    return object;
}

} // namespace AsyncMySql::Quick
