// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "keyinterpolation.h"

#include <QtCore/qdatetime.h>
#include <QtCore/qtimezone.h>

#include <algorithm>
#include <cmath>

namespace AsyncMySql::Models {

using namespace Qt::StringLiterals;

namespace {

using Form = PagePlan::Part::Form;

/// The bytes of which differences are computed.
constexpr int ComparedBytes = 6;

bool isUnsigned(const QVariant &value)
{
    return value.typeId() == QMetaType::ULongLong || value.typeId() == QMetaType::UInt;
}

/// Of numbers with and without a sign: their differences are the same, modulo 2^64.
quint64 wholeBetween(quint64 low, quint64 high, bool ascends, double fraction)
{
    const quint64 distance = ascends ? high - low : low - high;
    const double part = std::floor(static_cast<double>(distance) * fraction);
    // The largest distances are rounded up to 2^64, which is too large.
    const quint64 step
        = part >= static_cast<double>(distance) ? distance : static_cast<quint64>(part);
    return ascends ? low + step : low - step;
}

std::optional<QVariant> numberBetween(const QVariant &low, const QVariant &high, double fraction)
{
    if (isUnsigned(low) && isUnsigned(high)) {
        const quint64 from = low.toULongLong();
        const quint64 to = high.toULongLong();
        return QVariant(wholeBetween(from, to, to >= from, fraction));
    }
    bool isNumber = false;
    bool isOther = false;
    const qint64 from = low.toLongLong(&isNumber);
    const qint64 to = high.toLongLong(&isOther);
    if (!isNumber || !isOther)
        return std::nullopt;
    return QVariant(static_cast<qint64>(
        wholeBetween(static_cast<quint64>(from), static_cast<quint64>(to), to >= from, fraction)));
}

std::optional<QVariant> decimalBetween(const QString &low, const QString &high,
                                       const QString &precision, double fraction)
{
    const double from = low.toDouble();
    const double to = high.toDouble();
    const int scale = precision.section(u',', 1).chopped(1).toInt();
    return QVariant(QString::number(from + (to - from) * fraction, 'f', scale));
}

QDateTime momentOf(const QString &text)
{
    QDateTime moment = QDateTime::fromString(text.left(19).replace(u' ', u'T'), Qt::ISODate);
    moment.setTimeZone(QTimeZone::utc());
    return moment;
}

std::optional<QVariant> momentBetween(const QString &low, const QString &high, double fraction)
{
    const QDateTime from = momentOf(low);
    const QDateTime to = momentOf(high);
    if (!from.isValid() || !to.isValid())
        return std::nullopt;
    const auto distance = static_cast<double>(from.secsTo(to));
    const QDateTime moment = from.addSecs(static_cast<qint64>(distance * fraction));
    return QVariant(moment.toString(low.size() == 10 ? u"yyyy-MM-dd"_s : u"yyyy-MM-dd HH:mm:ss"_s));
}

/// After the bytes that both begin with, the next ones are digits of a number.
std::optional<QVariant> bytesBetween(const QByteArray &low, const QByteArray &high, double fraction)
{
    const auto differ = std::mismatch(low.begin(), low.end(), high.begin(), high.end());
    const qsizetype same = differ.first - low.begin();
    const auto digitsOf = [&](const QByteArray &bytes) {
        quint64 digits = 0;
        for (qsizetype i = same; i < same + ComparedBytes; ++i)
            digits = digits << 8 | static_cast<uchar>(i < bytes.size() ? bytes[i] : '\0');
        return digits;
    };
    const quint64 from = digitsOf(low);
    const quint64 to = digitsOf(high);
    quint64 digits = wholeBetween(from, to, to >= from, fraction);
    QByteArray between = low.left(same) + QByteArray(ComparedBytes, '\0');
    for (qsizetype i = between.size() - 1; i >= same; --i, digits >>= 8)
        between[i] = static_cast<char>(digits & 0xff);
    return QVariant(between);
}

std::optional<QVariant> valueBetween(const PagePlan::Part &part, const QVariant &low,
                                     const QVariant &high, double fraction)
{
    switch (part.form) {
    case Form::Value:
        return numberBetween(low, high, fraction);
    case Form::Decimal:
        return decimalBetween(low.toString(), high.toString(), part.precision, fraction);
    case Form::Moment:
        return momentBetween(low.toString(), high.toString(), fraction);
    case Form::Bytes:
        return bytesBetween(low.toByteArray(), high.toByteArray(), fraction);
    case Form::Text:
    case Form::Characters:
        // Their order is that of the server.
        return std::nullopt;
    }
    Q_UNREACHABLE();
}

} // namespace

std::optional<PageKey> keyBetween(const QList<PagePlan::Part> &parts, const PageKey &low,
                                  const PageKey &high, double fraction)
{
    PageKey between;
    const qsizetype count = std::min({parts.size(), low.size(), high.size()});
    for (qsizetype i = 0; i < count; ++i) {
        if (low[i] == high[i]) {
            between.append(low[i]);
            continue;
        }
        const std::optional<QVariant> value
            = valueBetween(parts[i], low[i], high[i], std::clamp(fraction, 0.0, 1.0));
        if (!value)
            return std::nullopt;
        between.append(*value);
        return between;
    }
    return std::nullopt;
}

} // namespace AsyncMySql::Models
