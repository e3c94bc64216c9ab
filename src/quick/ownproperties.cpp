// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "ownproperties.h"

#include <QtQml/qjsengine.h>

namespace AsyncMySql::Quick {

using namespace Qt::StringLiterals;

OwnProperties::OwnProperties(QJSEngine *engine)
    : m_engine(engine)
    , m_define(engine->globalObject().property(u"Object"_s).property(u"defineProperty"_s))
{
}

void OwnProperties::define(const QJSValue &object, const QString &name, const QJSValue &value) const
{
    define(object, name, value, Kind::Open);
}

void OwnProperties::attach(const QJSValue &object, const QString &name, const QJSValue &value) const
{
    define(object, name, value, Kind::Hidden);
}

void OwnProperties::define(const QJSValue &object, const QString &name, const QJSValue &value,
                           Kind kind) const
{
    QJSValue descriptor = m_engine->newObject();
    descriptor.setProperty(u"value"_s, value);
    for (const QString &attribute : {u"writable"_s, u"enumerable"_s, u"configurable"_s})
        descriptor.setProperty(attribute, kind == Kind::Open);
    m_define.call({object, name, descriptor});
}

} // namespace AsyncMySql::Quick
