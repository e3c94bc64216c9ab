// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "resultpage.h"

#include <AsyncMySql/QueryModel>

class ServerSession;

/// The rows of a statement that reads, loaded as they are scrolled to.
class QueryPage : public ResultPage
{
    Q_OBJECT

public:
    /// \a inSession: over the connection of \a session, which is free again when all rows are there.
    QueryPage(ServerSession *session, const QString &sql, bool sortable, bool inSession,
              QWidget *parent = nullptr);
    ~QueryPage() override;

    QString sql() const { return m_model.sql(); }
    AsyncMySql::QueryModel *model() { return &m_model; }

    GridView *grid() const override { return m_grid; }
    bool isBusy() const override { return m_model.isLoading(); }
    QString rowsText() const override;
    QString elapsedText() const override;
    void cancel() override { m_model.cancel(); }
    void refresh() override { m_model.refresh(); }
    QString exportSql() const override { return m_model.sql(); }
    AsyncMySql::ConnectionOptions exportOptions() const override { return m_options; }

Q_SIGNALS:
    /// The first rows are there, or an error; once.
    void loaded(const AsyncMySql::Error &error);

private:
    void updateStatus();

    AsyncMySql::ConnectionOptions m_options;
    AsyncMySql::Connection m_connection;
    AsyncMySql::QueryModel m_model;
    GridView *m_grid;
    bool m_isLoaded = false;
    bool m_isErrorKnown = false;
};
