// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "querypage.h"

#include "gridview.h"
#include "serversession.h"

#include <QtWidgets/QVBoxLayout>

#include <utility>

using namespace AsyncMySql;

QueryPage::QueryPage(ServerSession *session, const QString &sql, bool sortable, bool inSession,
                     QWidget *parent)
    : ResultPage(parent)
    , m_options(session->resultOptions())
    , m_connection(m_options)
    , m_grid(new GridView)
{
    m_grid->setObjectName("queryGrid");
    m_grid->setModel(&m_model);
    m_grid->setSortable(sortable);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_grid);

    connect(&m_model, &QueryModel::loadingChanged, this, &QueryPage::updateStatus);
    connect(&m_model, &QueryModel::countChanged, this, &ResultPage::statusChanged);
    connect(&m_model, &QueryModel::completeChanged, this, &ResultPage::statusChanged);
    connect(&m_model, &QueryModel::errorOccurred, this, [this](const Error &error) {
        // The first one was told by loaded().
        if (m_isLoaded && !std::exchange(m_isErrorKnown, false))
            Q_EMIT errorOccurred(error);
    });
    connect(&m_connection, &Connection::errorOccurred, this,
            [this](const Error &error) { Q_EMIT noted(error.message()); });

    // A result that is read to its end leaves the session to the next statement.
    m_model.setPrefetch(inSession);
    m_model.setExecutor(inSession ? session->connection() : &m_connection);
    m_model.setSql(sql);
}

QueryPage::~QueryPage()
{
    m_grid->QTableView::setModel(nullptr);
}

void QueryPage::updateStatus()
{
    Q_EMIT statusChanged();
    if (m_model.isLoading())
        m_isErrorKnown = false;
    if (m_isLoaded || m_model.isLoading())
        return;
    m_isLoaded = true;
    m_isErrorKnown = bool(m_model.error());
    m_grid->fitColumns();
    Q_EMIT loaded(m_model.error());
}

QString QueryPage::rowsText() const
{
    if (m_model.columnCount() == 0)
        return {};
    return rowCountText(m_model.count(), m_model.isComplete());
}

QString QueryPage::elapsedText() const
{
    return m_isLoaded ? durationText(m_model.elapsed()) : QString();
}
