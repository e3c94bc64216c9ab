// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "resultpage.h"
#include "sessionresult.h"

#include <memory>

/// The rows of a read, loaded while they are scrolled.
class QueryPage : public ResultPage
{
    Q_OBJECT

public:
    QueryPage(ServerSession *session, const QString &sql, bool sortable, QWidget *parent = nullptr);
    ~QueryPage() override;

    QString sql() const { return m_result->sql(); }
    SessionResult *result() const { return m_result.get(); }

    GridView *grid() const override { return m_grid; }
    bool isBusy() const override { return m_result->isLoading(); }
    QString rowsText() const override;
    QString elapsedText() const override;
    void cancel() override { m_result->end(); }
    void refresh() override { m_result->reload(); }
    std::unique_ptr<RowSource> exportRows() const override;

Q_SIGNALS:
    /// Emitted once, when the first rows or an error have arrived.
    void loaded(const AsyncMySql::Error &error);

private:
    void updateStatus();
    void noteEnd();

    /// Exports and the session may need it longer.
    std::shared_ptr<SessionResult> m_result;
    GridView *m_grid;
    bool m_isLoaded = false;
    bool m_isErrorKnown = false;
};
