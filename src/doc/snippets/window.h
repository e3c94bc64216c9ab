// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/Connection>
#include <AsyncMySql/ConnectionOptions>
#include <AsyncMySql/Error>
#include <AsyncMySql/Lease>
#include <AsyncMySql/Pool>
#include <AsyncMySql/Query>
#include <AsyncMySql/Result>
#include <AsyncMySql/Row>
#include <AsyncMySql/SqlScript>
#include <AsyncMySql/SqlTokenizer>
#ifdef __cpp_impl_coroutine
#include <AsyncMySql/Coroutine>
#endif

#include <QtCore/QFile>
#include <QtCore/QFuture>
#include <QtCore/QObject>

#include <memory>

QT_BEGIN_NAMESPACE
class QLabel;
class QLineEdit;
class QListWidget;
class QProgressBar;
class QPushButton;
class QSqlDatabase;
class QTableView;
QT_END_NAMESPACE

struct Article
{
    Q_GADGET
    Q_PROPERTY(int id MEMBER id)
    Q_PROPERTY(QString name MEMBER name)

public:
    int id = 0;
    QString name;
};

// Where an application gets its passwords.
class Tokens
{
public:
    QFuture<QString> fetch(const QString &user);
};

// What the snippets stand in: a part of an application, with what they name.
class Window : public QObject
{
public:
    void showError(const AsyncMySql::Error &error);
    void show(qint64 count);
    void colour(qsizetype start, qsizetype length, AsyncMySql::SqlTokenizer::Token::Kind kind);
    void write(const AsyncMySql::Row &row);
    void write(const AsyncMySql::Result &rows);
    static double sumOf(const AsyncMySql::Result &result);

    void first();
    void queries();
    void results();
    void transactions();
    void begun();
    void watched();
    void repeated();
    void isolated();
    void prepared();
    void preparedByName();
    void named();
    void streams();
    void streamedRows();
    void batches();
    void batchesOfRows();
    void devices();
    void files();
    void scripts(const QString &text);
    void dialects(AsyncMySql::SqlScript &script);
    void colours(const QString &line);
    void showsQuery();
    void searches();
    void showsTable();
    void edits();
    void pools();
    void leases();
    void passwords(AsyncMySql::ConnectionOptions &options);
    void observes();
    void registers();
    void registersDriver();
    void shares(const QSqlDatabase &database);
    void result(AsyncMySql::Query *query);
    void values(const AsyncMySql::Row &row);
    void structures(const AsyncMySql::Row &row);

#ifdef __cpp_impl_coroutine
    AsyncMySql::Task<> load();
    AsyncMySql::Task<> find(int id);
    AsyncMySql::Task<> read();
#endif

    AsyncMySql::Connection *connection = nullptr;
    AsyncMySql::Pool *pool = nullptr;
    AsyncMySql::Pool *shop = nullptr;
    AsyncMySql::Query *query = nullptr;
    std::unique_ptr<AsyncMySql::Lease> m_lease;
    Tokens *tokens = nullptr;
    QFile *file = nullptr;
    QList<QVariantList> rows;
    QString name;
    int customer = 0;
    int id = 0;

    QLabel *label = nullptr;
    QLineEdit *searchField = nullptr;
    QListWidget *list = nullptr;
    QProgressBar *bar = nullptr;
    QPushButton *saveButton = nullptr;
    QPushButton *undoButton = nullptr;
    QTableView *tableView = nullptr;
};
