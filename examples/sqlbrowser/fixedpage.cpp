// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "fixedpage.h"

#include "fixedmodel.h"
#include "gridview.h"
#include "heldrows.h"

#include <QtWidgets/QVBoxLayout>

FixedPage::FixedPage(const AsyncMySql::Result &result, qint64 elapsed, const QString &timeZone,
                     QWidget *parent)
    : ResultPage(parent)
    , m_grid(new GridView)
    , m_result(result)
    , m_elapsed(elapsed)
    , m_timeZone(timeZone)
{
    m_grid->setModel(new FixedModel(result, m_grid));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_grid);
}

std::unique_ptr<RowSource> FixedPage::exportRows() const
{
    return std::make_unique<HeldRows>(m_result, m_timeZone);
}
