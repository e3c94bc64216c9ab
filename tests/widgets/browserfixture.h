// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "servers.h"

#include <mainwindow.h>

#include <QtCore/qstringlist.h>
#include <QtWidgets/qabstractbutton.h>
#include <QtWidgets/qlineedit.h>
#include <QtWidgets/qtableview.h>

/// The window of the browser over a database of its own with the table "articles": 5,000 rows with
/// id, name, price (some are NULL), and the view "cheap".
class BrowserFixture
{
public:
    explicit BrowserFixture(const Servers::Server &server);

    /// For initTestCase(): settings and history of the test's own, below \a folder.
    static void useOwnSettings(const QString &folder, const QString &name);
    static void click(QAbstractButton *button);
    static void enter(QLineEdit *edit, const QString &text);
    /// The first texts of a column.
    static QStringList column(const QTableView *view, int column, int count);
    static QByteArray contents(const QString &fileName);

    bool isReady() const { return m_isReady; }
    MainWindow &window() { return *m_window; }
    AsyncMySql::Connection &admin() { return m_admin; }
    QString database() const { return m_database.name(); }

    /// The widget of that name, wherever in the window or its dialogs; shown ones first.
    template <typename T>
    T *find(const QString &name) const
    {
        const QList<T *> all = m_window->findChildren<T *>(name);
        for (T *one : all) {
            if (one->isVisible())
                return one;
        }
        return all.value(0);
    }
    /// The grid of the tab in front.
    QTableView *grid() const;

    /// Replaces what is in the editor, by the keyboard.
    void write(const QString &sql);
    /// By the keyboard: the statement at the cursor, or all.
    void run();
    void runAll();
    bool waitUntilIdle();
    /// Writes it, runs all of it and waits for its end. Answers whether there was no error.
    bool execute(const QString &sql);
    /// The texts of the first row of the tab in front.
    QStringList firstRow();
    /// Exports the tab in front by the dialog, and answers what was written.
    QByteArray exportRows(int format, const QString &fileName, int bytes = 0);
    /// What the admin's connection says.
    QString ask(const QString &sql);
    /// The index of the node at \a path in the tree, which is opened on the way.
    QModelIndex openNode(const QStringList &path);
    void select(const QModelIndex &cell);
    /// Edits a cell as a user does.
    void edit(const QModelIndex &cell, const QString &text);

private:
    Servers::Database m_database;
    AsyncMySql::Connection m_admin;
    std::unique_ptr<MainWindow> m_window;
    bool m_isReady = false;
};
