// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/global.h>

#include <QtCore/qmetatype.h>
#include <QtCore/qobjectdefs.h>
#include <QtCore/qstring.h>

#include <memory>

QT_BEGIN_NAMESPACE
class QTimeZone;
QT_END_NAMESPACE

namespace AsyncMySql {

namespace Values {
class ColumnSet;
} // namespace Values

class ASYNCMYSQL_EXPORT Column
{
    Q_GADGET
    Q_PROPERTY(QString name READ name CONSTANT)
    Q_PROPERTY(QString originalName READ originalName CONSTANT)
    Q_PROPERTY(QString table READ table CONSTANT)
    Q_PROPERTY(QString originalTable READ originalTable CONSTANT)
    Q_PROPERTY(QString database READ database CONSTANT)
    Q_PROPERTY(Type type READ type CONSTANT)

public:
    enum class Type {
        Unknown,
        Null,
        TinyInt,
        SmallInt,
        MediumInt,
        Int,
        BigInt,
        Year,
        Float,
        Double,
        Decimal,
        Bit,
        Char,
        Text,
        Enum,
        Set,
        Binary,
        Blob,
        Date,
        DateTime,
        Timestamp,
        Time,
        Json,
        Geometry,
        Vector,
        Uuid,
        Inet4,
        Inet6,
    };
    Q_ENUM(Type)

    Column();
    Column(const Column &other);
    Column &operator=(const Column &other);
    ~Column();

    bool isValid() const { return m_columns != nullptr; }

    QString name() const;
    QString originalName() const;
    QString table() const;
    QString originalTable() const;
    QString database() const;

    Type type() const;
    QMetaType metaType() const;
    QTimeZone timeZone() const;
    bool isUnsigned() const;
    bool isNullable() const;
    bool isPrimaryKey() const;
    bool isUniqueKey() const;
    bool isAutoIncrement() const;
    quint32 length() const;
    int decimals() const;
    int collationId() const;
    int protocolType() const;
    int protocolFlags() const;

private:
    friend class Result;
    friend class Row;
    Column(std::shared_ptr<const Values::ColumnSet> columns, int index);

    std::shared_ptr<const Values::ColumnSet> m_columns;
    int m_index = 0;
};

} // namespace AsyncMySql
