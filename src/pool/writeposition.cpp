// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "writeposition.h"

#include <QtCore/qstringlist.h>

#include <algorithm>

namespace AsyncMySql {

using namespace Qt::StringLiterals;

namespace {

/// Between them are transactions of others. A replica that has the later ones has the earlier ones
/// as well, unless it is configured not to preserve the order of commits.
constexpr qsizetype MostIntervals = 32;
/// Each failover can add a server. What was written longest ago is everywhere by then.
constexpr qsizetype MostServers = 32;

/// Whether \a text can be a part of the name of a server or of a tag. What a server says becomes a
/// part of a statement for another one.
bool isName(QStringView text)
{
    return !text.isEmpty() && std::all_of(text.begin(), text.end(), [](QChar c) {
        return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z') || (c >= u'0' && c <= u'9')
               || c == u'-' || c == u'_';
    });
}

} // namespace

void WritePosition::add(const QString &gtids)
{
    const QStringList parts = gtids.split(u',', Qt::SkipEmptyParts);
    for (const QString &untrimmed : parts) {
        const QString part = untrimmed.trimmed();
        if (!part.contains(u':')) {
            const QStringList numbers = part.split(u'-');
            bool isDomain = false;
            bool isNumber = false;
            const quint64 domain = numbers.constFirst().toULongLong(&isDomain);
            const quint64 number = numbers.constLast().toULongLong(&isNumber);
            if (numbers.size() != 3 || !isDomain || !isNumber || !isName(part)
                || number <= m_domains.value(domain).number)
                continue;
            m_domains[domain] = {number, part, ++m_version};
            limit(&m_domains);
            continue;
        }
        // "server[:tag]:intervals[:tag:intervals…]"
        const QStringList fields = part.split(u':');
        QString server = fields.constFirst();
        if (!std::all_of(fields.cbegin(), fields.cend(), isName))
            continue;
        for (const QString &field : fields.sliced(1)) {
            const QStringList ends = field.split(u'-');
            bool isFirst = false;
            bool isLast = false;
            const quint64 first = ends.constFirst().toULongLong(&isFirst);
            const quint64 last = ends.constLast().toULongLong(&isLast);
            if (!isFirst)
                server = fields.constFirst() + u':' + field;
            else if (isLast && ends.size() <= 2 && last >= first)
                addInterval(&m_sets[server], {first, last});
        }
        limit(&m_sets);
    }
}

template <typename Map>
void WritePosition::limit(Map *map)
{
    while (map->size() > MostServers) {
        const auto oldest
            = std::min_element(map->begin(), map->end(), [](const auto &left, const auto &right) {
                  return left.version < right.version;
              });
        map->erase(oldest);
    }
}

void WritePosition::addInterval(Set *set, Interval added)
{
    Intervals *intervals = &set->intervals;
    const bool isKnown
        = std::any_of(intervals->cbegin(), intervals->cend(), [&added](const Interval &known) {
              return known.first <= added.first && added.last <= known.last;
          });
    if (isKnown)
        return;
    set->version = ++m_version;
    const auto touches = [&added](const Interval &other) {
        return other.first <= added.last + 1 && added.first <= other.last + 1;
    };
    for (const Interval &other : std::as_const(*intervals)) {
        if (touches(other))
            added = {std::min(added.first, other.first), std::max(added.last, other.last)};
    }
    intervals->removeIf(touches);
    const auto place = std::find_if(intervals->begin(), intervals->end(),
                                    [&added](const Interval &o) { return o.first > added.first; });
    intervals->insert(place, added);
    if (intervals->size() > MostIntervals)
        intervals->removeFirst();
}

QString WritePosition::text() const
{
    QStringList parts;
    for (auto set = m_sets.cbegin(); set != m_sets.cend(); ++set) {
        QString part = set.key();
        for (const Interval &interval : set->intervals) {
            part += u':' + QString::number(interval.first);
            if (interval.last > interval.first)
                part += u'-' + QString::number(interval.last);
        }
        parts.append(part);
    }
    for (const Last &last : m_domains)
        parts.append(last.gtid);
    return parts.join(u',');
}

} // namespace AsyncMySql
