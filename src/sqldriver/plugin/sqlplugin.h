// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtSql/qsqldriverplugin.h>

namespace AsyncMySql::Sql {

/// Lets QtSql find the driver in the folder of its plugins, so that a program need not register it.
class SqlPlugin : public QSqlDriverPlugin
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID "org.qt-project.Qt.QSqlDriverFactoryInterface" FILE "sqlplugin.json")

public:
    explicit SqlPlugin(QObject *parent = nullptr);

    QSqlDriver *create(const QString &key) override;
};

} // namespace AsyncMySql::Sql
