// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/column.h>
#include <AsyncMySql/error.h>
#include <AsyncMySql/global.h>

#include <QtCore/qanystringview.h>
#include <QtCore/qbytearrayview.h>
#include <QtCore/qdatetime.h>
#include <QtCore/qlist.h>
#include <QtCore/qstring.h>
#include <QtCore/qstringlist.h>
#include <QtCore/qutf8stringview.h>
#include <QtCore/qvariant.h>

#include <chrono>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

// __cpp_lib_chrono also speaks of time zones, which GNU's library got years after the calendar.
#if __cplusplus >= 202002L && (!defined(_GLIBCXX_RELEASE) || _GLIBCXX_RELEASE >= 11)
#define ASYNCMYSQL_HAS_CALENDAR
#endif

QT_BEGIN_NAMESPACE
class QJsonArray;
class QJsonDocument;
class QJsonObject;
class QJsonValue;
class QUuid;
QT_END_NAMESPACE

namespace AsyncMySql {

namespace Values {
class ResultData;
struct Value;
struct ValueTraits;
} // namespace Values

class ASYNCMYSQL_EXPORT Row
{
    template <typename T>
    struct OptionalTraits : std::false_type
    {
    };
    template <typename T>
    struct OptionalTraits<std::optional<T>> : std::true_type
    {
    };

public:
    Row() = default;

    bool isValid() const { return m_data != nullptr; }
    int columnCount() const { return m_columnCount; }
    int size() const { return columnCount(); }
    Column column(int index) const;
    int indexOf(QAnyStringView columnName) const;

    bool isNull(int column) const;
    bool isNull(QAnyStringView columnName) const;

    QByteArrayView bytes(int column) const;
    QByteArrayView bytes(QAnyStringView columnName) const;
    QString text(int column) const;
    QString text(QAnyStringView columnName) const;
    QVariant value(int column) const;
    QVariant value(QAnyStringView columnName) const;
    QVariant operator[](int column) const { return value(column); }
    QVariant operator[](QAnyStringView columnName) const { return value(columnName); }

    template <typename T>
    T value(int column, Error *error = nullptr) const
    {
        if constexpr (std::is_same_v<T, QVariant>) {
            QVariant result;
            convert(column, &result, error);
            return result;
        } else if constexpr (OptionalTraits<T>::value) {
            typename T::value_type result{};
            if (isPresent(column, error) && convertTo(column, &result, error))
                return result;
            return std::nullopt;
        } else {
            T result{};
            convertTo(column, &result, error);
            return result;
        }
    }

    template <typename T>
    T value(QAnyStringView columnName, Error *error = nullptr) const
    {
        const int column = find(columnName, error);
        return column < 0 ? T{} : value<T>(column, error);
    }

private:
    friend class Result;
    using SysTime = std::chrono::time_point<std::chrono::system_clock, std::chrono::microseconds>;

    Row(std::shared_ptr<const Values::ResultData> data, QByteArrayView payload);

    bool hasColumn(int column) const;
    void goToFirstColumn() const;
    bool stepTo(int column, QByteArrayView *value) const;
    QByteArrayView locate(int column) const;
    Values::Value describe(int column, QByteArrayView bytes) const;
    template <typename Convert>
    bool stepAndConvert(int column, Convert &&convert) const;
    template <typename TargetName, typename Convert>
    bool attempt(int column, TargetName &&targetName, Error *error, Convert &&convert) const;
    template <typename T>
    bool attemptDirectly(int column, T *value, Error *error) const;
    int find(QAnyStringView columnName, Error *error) const;
    bool isPresent(int column, Error *error) const;
    bool convert(int column, QVariant *value, Error *error) const;
    bool convert(int column, bool *value, Error *error) const;
    bool convert(int column, float *value, Error *error) const;
    bool convert(int column, double *value, Error *error) const;
    bool convert(int column, QString *value, Error *error) const;
    bool convert(int column, QByteArray *value, Error *error) const;
    bool convert(int column, QByteArrayView *value, Error *error) const;
    bool convert(int column, QDate *value, Error *error) const;
    bool convert(int column, QTime *value, Error *error) const;
    bool convert(int column, QDateTime *value, Error *error) const;
    bool convert(int column, SysTime *value, Error *error) const;
    bool convert(int column, std::chrono::microseconds *value, Error *error) const;
    bool convert(int column, QStringList *value, Error *error) const;
    bool convert(int column, QList<float> *value, Error *error) const;
    bool convert(int column, QUuid *value, Error *error) const;
    bool convert(int column, QJsonValue *value, Error *error) const;
    bool convert(int column, QJsonObject *value, Error *error) const;
    bool convert(int column, QJsonArray *value, Error *error) const;
    bool convert(int column, QJsonDocument *value, Error *error) const;
    bool convertSigned(int column, qint64 minimum, qint64 maximum, qint64 *value,
                       Error *error) const;
    bool convertUnsigned(int column, quint64 maximum, quint64 *value, Error *error) const;
    bool convertCalendarDay(int column, int *year, int *month, int *day, Error *error) const;

    template <typename T>
    bool convertTo(int column, T *value, Error *error) const;

    std::shared_ptr<const Values::ResultData> m_data;
    const Values::ValueTraits *m_traits = nullptr;
    const char *m_payload = nullptr;
    const char *m_end = nullptr;
    int m_columnCount = 0;
    // The column that follows the one that was read last, and where it starts, so that reading from
    // left to right is quick; and the value that was read last.
    mutable int m_nextColumn = 0;
    mutable const char *m_next = nullptr;
    mutable const char *m_value = nullptr;
    mutable qsizetype m_valueSize = 0;
    bool m_isBinary = false;
};

template <typename T>
bool Row::convertTo(int column, T *value, Error *error) const
{
    using Limits = std::numeric_limits<T>;
    if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
        static_assert(
            !std::is_same_v<
                T,
                char> && !std::is_same_v<T, wchar_t> && !std::is_same_v<T, char16_t> && !std::is_same_v<T, char32_t>,
            "A character type is no number: read qint8, quint8 or a string instead");
        if constexpr (std::is_signed_v<T>) {
            qint64 number = 0;
            const bool done = convertSigned(column, Limits::min(), Limits::max(), &number, error);
            *value = static_cast<T>(number);
            return done;
        } else {
            quint64 number = 0;
            const bool done = convertUnsigned(column, Limits::max(), &number, error);
            *value = static_cast<T>(number);
            return done;
        }
    } else if constexpr (std::is_same_v<T,
                                        QUtf8StringView> || std::is_same_v<T, std::string_view>) {
        QByteArrayView view;
        const bool done = convert(column, &view, error);
        *value = T(view.data(), static_cast<typename T::size_type>(view.size()));
        return done;
    } else if constexpr (std::is_same_v<T, std::string>) {
        QByteArray bytes;
        const bool done = convert(column, &bytes, error);
        *value = bytes.toStdString();
        return done;
#if defined(ASYNCMYSQL_HAS_CALENDAR)
    } else if constexpr (std::is_same_v<T, std::chrono::year_month_day>) {
        int year = 0;
        int month = 0;
        int day = 0;
        const bool done = convertCalendarDay(column, &year, &month, &day, error);
        *value = T(std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                   std::chrono::day(static_cast<unsigned>(day)));
        return done;
#endif
    } else {
        return convert(column, value, error);
    }
}

} // namespace AsyncMySql
