// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/error.h>
#include <AsyncMySql/global.h>

#include <QtCore/qmetatype.h>
#include <QtCore/qobjectdefs.h>
#include <QtCore/qstring.h>

namespace AsyncMySql {

/// The address of one of several servers, and what it is used for.
class ASYNCMYSQL_EXPORT Host
{
    Q_GADGET
    Q_PROPERTY(QString name READ name WRITE setName)
    Q_PROPERTY(quint16 port READ port WRITE setPort)
    Q_PROPERTY(Role role READ role WRITE setRole)
    Q_PROPERTY(int weight READ weight WRITE setWeight)

public:
    enum class Role {
        Any,     ///< it can be either
        Primary, ///< what writes goes there
        Replica, ///< it only serves reads
    };
    Q_ENUM(Role)

    Host() = default;
    Host(const QString &name, quint16 port = 3306, Role role = Role::Any, int weight = 1)
        : m_name(name)
        , m_port(port)
        , m_role(role)
        , m_weight(weight)
    {
    }

    static Host fromString(const QString &text, Error *error = nullptr);
    QString toString() const;

    QString name() const { return m_name; }
    void setName(const QString &name) { m_name = name; }
    quint16 port() const { return m_port; }
    void setPort(quint16 port) { m_port = port; }
    Role role() const { return m_role; }
    void setRole(Role role) { m_role = role; }
    int weight() const { return m_weight; }
    void setWeight(int weight) { m_weight = weight; }

    friend bool operator==(const Host &left, const Host &right)
    {
        return left.m_name == right.m_name && left.m_port == right.m_port
               && left.m_role == right.m_role && left.m_weight == right.m_weight;
    }
    friend bool operator!=(const Host &left, const Host &right) { return !(left == right); }

private:
    QString m_name;
    quint16 m_port = 3306;
    Role m_role = Role::Any;
    int m_weight = 1;
};

} // namespace AsyncMySql

Q_DECLARE_METATYPE(AsyncMySql::Host)
