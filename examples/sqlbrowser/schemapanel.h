// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtWidgets/QWidget>

QT_BEGIN_NAMESPACE
class QTreeView;
QT_END_NAMESPACE

class SchemaModel;

/// The tree of the schema, and the actions of its nodes.
class SchemaPanel : public QWidget
{
    Q_OBJECT

public:
    explicit SchemaPanel(SchemaModel *model, QWidget *parent = nullptr);

    /// Opens \a database as soon as it was read.
    void openDatabase(const QString &database);
    QTreeView *tree() const { return m_tree; }

Q_SIGNALS:
    void tableActivated(const QString &database, const QString &table);
    void databaseActivated(const QString &database);
    void exportWanted(const QString &database, const QString &table);
    /// Emitted with a statement to execute.
    void sqlWanted(const QString &sql);
    /// Emitted with a text for the editor.
    void textWanted(const QString &text);

private:
    void activate(const QModelIndex &index);
    void showMenu(const QPoint &position);
    void openWanted();

    SchemaModel *m_model;
    QTreeView *m_tree;
    QString m_wanted;
};
