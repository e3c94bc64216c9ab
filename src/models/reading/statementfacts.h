// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "pageplan.h"
#include "streamreader.h"
#include "tablemetadata.h"

#include <AsyncMySql/column.h>
#include <AsyncMySql/error.h>
#include <AsyncMySql/preparedstatement.h>

#include <QtCore/qlist.h>
#include <QtCore/qobject.h>
#include <QtCore/qpointer.h>
#include <QtCore/qstring.h>
#include <QtCore/qstringlist.h>

#include <memory>
#include <optional>
#include <variant>

namespace AsyncMySql {

class Executor;

namespace Models {

/// What is known of a statement besides its text, from its results or because the server was asked:
/// the columns of its unchanged result, and the keys of its table.
class StatementFacts : public QObject
{
    Q_OBJECT

public:
    struct Question
    {
        QString sql;
        bool aboutColumns = false;
        /// In backticks; empty if it is not asked about.
        QString table;
        /// The columns and indexes that the server has just reported of it.
        std::optional<TableMetadata> known = {};
    };

    ~StatementFacts() override;

    /// Empty if they are not known.
    QList<Column> columns(const QString &sql) const;
    QStringList columnNames(const QString &sql) const;
    /// Those of the primary key, which a statement around this one can lose.
    QList<int> primaryKey(const QString &sql) const;
    /// Without columns if the server does not show its metadata.
    std::optional<TableMetadata> table(const QString &sql) const;
    /// The plan for pages of the statement: what is known of it is added to \a request. Returns in
    /// plain words why there is none.
    std::variant<PagePlan, QString> pagePlan(const QString &sql, PageRequest request) const;

    void setColumns(const QString &sql, const QList<Column> &columns);
    /// The table can be another one, or have been changed.
    void forgetTable();
    /// The same, because a page had these columns instead of the expected ones. The second time in
    /// succession, the table counts as one without a key.
    void doubtTable(const QList<Column> &columns);

    /// Asks the server for what is not known yet. Returns whether answered() or failed() follows.
    bool ask(Executor *executor, const Question &question);
    bool isAsking() const { return m_prepared || m_definitionReader; }
    void stop();

Q_SIGNALS:
    /// Emitted when everything is known that the server reveals.
    void answered();
    /// Emitted when the server could not be asked.
    void failed(const AsyncMySql::Error &error);

private:
    void startWith(const QString &sql);
    void prepare(Executor *executor);
    void stopPreparing();
    void readMetadata(Executor *executor);
    void stopReadingMetadata();
    void metadataAdvanced();
    void finishUnlessAsking();

    QString m_sql;
    QList<Column> m_columns;
    std::optional<TableMetadata> m_table;
    bool m_isDoubted = false;
    QString m_askedTable;
    std::optional<TableMetadata> m_known;
    QPointer<PreparedStatement> m_prepared;
    /// Null for what is known.
    std::unique_ptr<StreamReader> m_columnsReader;
    std::unique_ptr<StreamReader> m_indexesReader;
    std::unique_ptr<StreamReader> m_definitionReader;
};

} // namespace Models
} // namespace AsyncMySql
