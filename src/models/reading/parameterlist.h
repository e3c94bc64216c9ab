// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qmetatype.h>
#include <QtCore/qstring.h>
#include <QtCore/qvariant.h>

namespace AsyncMySql::Models {

/// The parameters of a statement to which more are added: to a QVariantMap with names of their own,
/// and behind the others otherwise.
class ParameterList
{
public:
    explicit ParameterList(const QVariant &parameters)
        : m_areNamed(parameters.metaType() == QMetaType::fromType<QVariantMap>())
        , m_named(m_areNamed ? parameters.toMap() : QVariantMap())
        , m_positional(m_areNamed ? QVariantList() : parameters.toList())
    {
    }

    /// Returns the placeholder. Placeholders must stand in the statement in the order of the calls.
    QString add(const QString &purpose, const QVariant &value)
    {
        if (!m_areNamed) {
            m_positional.append(value);
            return QStringLiteral("?");
        }
        QString name;
        do {
            name = QStringLiteral("asyncmysql_%1_%2").arg(purpose).arg(++m_added);
        } while (m_named.contains(name));
        m_named.insert(name, value);
        return u':' + name;
    }

    QVariant all() const { return m_areNamed ? QVariant(m_named) : QVariant(m_positional); }

private:
    bool m_areNamed;
    QVariantMap m_named;
    QVariantList m_positional;
    int m_added = 0;
};

} // namespace AsyncMySql::Models
