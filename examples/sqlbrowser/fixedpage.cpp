// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "fixedpage.h"

#include "fixedmodel.h"
#include "gridview.h"

#include <QtWidgets/QVBoxLayout>

FixedPage::FixedPage(const AsyncMySql::Result &result, qint64 elapsed, QWidget *parent)
    : ResultPage(parent)
    , m_grid(new GridView)
    , m_rows(int(result.rowCount()))
    , m_elapsed(elapsed)
{
    m_grid->setModel(new FixedModel(result, m_grid));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_grid);
}
