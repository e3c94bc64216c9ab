// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtWidgets/QWidget>

QT_BEGIN_NAMESPACE
class QTreeView;
QT_END_NAMESPACE

class SchemaModel;

/// The tree of the schema, and what can be done with its nodes.
class SchemaPanel : public QWidget
{
    Q_OBJECT

public:
    explicit SchemaPanel(SchemaModel *model, QWidget *parent = nullptr);

    /// Opens \a database, as soon as it is there.
    void openDatabase(const QString &database);
    QTreeView *tree() const { return m_tree; }

Q_SIGNALS:
    void tableActivated(const QString &database, const QString &table);
    void databaseActivated(const QString &database);
    void exportWanted(const QString &database, const QString &table);
    /// A statement to be executed.
    void sqlWanted(const QString &sql);
    /// A text for the editor.
    void textWanted(const QString &text);

private:
    void activate(const QModelIndex &index);
    void showMenu(const QPoint &position);
    void openWanted();

    SchemaModel *m_model;
    QTreeView *m_tree;
    QString m_wanted;
};
