// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "resultpage.h"

#include "rowsource.h"

#include <QtCore/QLocale>

std::unique_ptr<RowSource> ResultPage::exportRows() const
{
    return nullptr;
}

QString ResultPage::rowCountText(int count, bool isComplete)
{
    const QString number = QLocale().toString(count);
    if (!isComplete)
        return tr("%1 rows so far").arg(number);
    return count == 1 ? tr("1 row") : tr("%1 rows").arg(number);
}

QString ResultPage::durationText(qint64 milliseconds)
{
    if (milliseconds < 1000)
        return tr("%1 ms").arg(milliseconds);
    return tr("%1 s").arg(QLocale().toString(double(milliseconds) / 1000, 'f', 1));
}
