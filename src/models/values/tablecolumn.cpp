// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "tablecolumn.h"

#include <QtCore/qstringview.h>

#include <algorithm>

namespace AsyncMySql::Models {

using namespace Qt::StringLiterals;

QString TableColumn::typeName() const
{
    const auto end
        = std::find_if(type.begin(), type.end(), [](QChar c) { return !c.isLetterOrNumber(); });
    return type.left(end - type.begin()).toLower();
}

QList<int> TableColumn::arguments() const
{
    const qsizetype begin = type.indexOf(u'(') + 1;
    const qsizetype end = type.indexOf(u')', begin);
    QList<int> numbers;
    if (begin < 1 || end < 0)
        return numbers;
    for (const QStringView part : QStringView(type).sliced(begin, end - begin).split(u',')) {
        bool isNumber = false;
        const int number = part.trimmed().toInt(&isNumber);
        if (!isNumber)
            return {};
        numbers.append(number);
    }
    return numbers;
}

bool TableColumn::isUnsigned() const
{
    const qsizetype end = type.lastIndexOf(u')');
    return QStringView(type)
        .sliced(std::max<qsizetype>(end, 0))
        .contains(u"unsigned", Qt::CaseInsensitive);
}

QStringList TableColumn::words() const
{
    QStringList words;
    bool isQuoted = false;
    for (qsizetype i = type.indexOf(u'(') + 1; i > 0 && i < type.size(); ++i) {
        const QChar c = type[i];
        if (!isQuoted) {
            if (c == u')')
                break;
            isQuoted = c == u'\'';
            if (isQuoted)
                words.append(u""_s);
        } else if (c != u'\'') {
            words.last().append(c);
        } else if (i + 1 < type.size() && type[i + 1] == c) {
            words.last().append(type[++i]); // two of them are one
        } else {
            isQuoted = false;
        }
    }
    return words;
}

} // namespace AsyncMySql::Models
