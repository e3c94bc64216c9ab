// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "querypage.h"

#include "gridview.h"
#include "resultrows.h"
#include "serversession.h"

#include <QtCore/QLocale>
#include <QtWidgets/QVBoxLayout>

#include <utility>

using namespace AsyncMySql;

QueryPage::QueryPage(ServerSession *session, const QString &sql, bool sortable, QWidget *parent)
    : ResultPage(parent)
    , m_result(std::make_shared<SessionResult>(session, sql))
    , m_grid(new GridView)
{
    m_grid->setObjectName("queryGrid");
    m_grid->setModel(m_result.get());
    m_grid->setSortable(sortable);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_grid);

    SessionResult *result = m_result.get();
    connect(result, &QueryModel::loadingChanged, this, &QueryPage::updateStatus);
    connect(result, &QueryModel::countChanged, this, &ResultPage::statusChanged);
    connect(result, &QueryModel::completeChanged, this, &ResultPage::statusChanged);
    connect(result, &SessionResult::closed, this, &QueryPage::noteEnd);
    connect(result, &SessionResult::reloadFailed, this, &ResultPage::errorOccurred);
    connect(result, &QueryModel::errorOccurred, this, [this](const Error &error) {
        // loaded() has reported the first error, and a truncated result is not a failure.
        if (!m_isLoaded || std::exchange(m_isErrorKnown, false) || m_result->isCut())
            return;
        if (error.code() == Error::Cancelled)
            Q_EMIT noted(tr("Cancelled"));
        else
            Q_EMIT errorOccurred(error);
    });
}

QueryPage::~QueryPage()
{
    m_grid->QTableView::setModel(nullptr);
    m_result->disconnect(this);
    if (ServerSession *session = m_result->session())
        session->keepUntilRead(std::move(m_result));
}

std::unique_ptr<RowSource> QueryPage::exportRows() const
{
    return std::make_unique<ResultRows>(m_result);
}

void QueryPage::updateStatus()
{
    Q_EMIT statusChanged();
    if (m_result->isLoading())
        m_isErrorKnown = false;
    if (m_isLoaded || m_result->isLoading())
        return;
    m_isLoaded = true;
    m_isErrorKnown = bool(m_result->error());
    m_grid->fitColumns();
    Q_EMIT loaded(m_result->error());
}

void QueryPage::noteEnd()
{
    if (m_result->isCut()) {
        Q_EMIT noted(tr("The result was ended after row %1, because the session is needed.")
                         .arg(QLocale().toString(m_result->count())));
    }
    Q_EMIT statusChanged();
}

QString QueryPage::rowsText() const
{
    if (m_result->columnCount() == 0)
        return {};
    if (m_result->isCut())
        return tr("first %1 rows").arg(QLocale().toString(m_result->count()));
    return rowCountText(m_result->count(), m_result->isComplete());
}

QString QueryPage::elapsedText() const
{
    return m_isLoaded ? durationText(m_result->elapsed()) : QString();
}
