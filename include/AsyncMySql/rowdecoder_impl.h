// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

// The inline part of Row and Result: a function call per value would cost more than reading most
// values. Not part of the API, it can change in any version. Include row.h instead.

#include <AsyncMySql/error.h>
#include <AsyncMySql/global.h>

#include <QtCore/qanystringview.h>
#include <QtCore/qbytearray.h>
#include <QtCore/qbytearrayview.h>
#include <QtCore/qdatetime.h>
#include <QtCore/qendian.h>
#include <QtCore/qlist.h>
#include <QtCore/qstring.h>
#include <QtCore/qstringlist.h>
#include <QtCore/qutf8stringview.h>
#include <QtCore/qvariant.h>

#include <chrono>
#include <cmath>
#include <cstddef>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

// __cpp_lib_chrono also requires time zones, which libstdc++ got years after the calendar types.
#if __cplusplus >= 202002L && (!defined(_GLIBCXX_RELEASE) || _GLIBCXX_RELEASE >= 11)
#define ASYNCMYSQL_HAS_CALENDAR
#endif

QT_BEGIN_NAMESPACE
class QJsonArray;
class QJsonDocument;
class QJsonObject;
class QJsonValue;
class QUuid;
struct QMetaObject;
QT_END_NAMESPACE

namespace AsyncMySql::Values {

class GadgetMapping;
class ResultData;
struct Value;

/// The layout of a column's values in a row, for layouts that Row reads inline. The numbers are
/// compiled into programs: add new ones at the end.
enum class Layout : quint8 {
    Other,
    Int8,
    UInt8,
    Int16,
    UInt16,
    Int32,
    UInt32,
    Int64,
    UInt64,
    Float,
    Double,
    DateTime,   ///< after its length
    Characters, ///< after their length, as all that follow; views need no more
    Bits,       ///< bytes, not characters
    DecimalDigits,
    SignedDigits,
    UnsignedDigits,
    FloatingDigits,
    DateTimeDigits,
};
/// Terminates the layouts of all columns.
inline constexpr Layout EndOfLayouts = Layout::Other;

/// The rows from \a begin up to, but not including, \a end, which are adjacent in one block.
struct RowRun
{
    const char *block = nullptr;
    const quint32 *offsets = nullptr;
    qsizetype begin = 0;
    qsizetype end = 0;

    bool contains(qsizetype row) const { return row >= begin && row < end; }
};

template <typename T>
struct IsOptional : std::false_type
{
};
template <typename T>
struct IsOptional<std::optional<T>> : std::true_type
{
};
template <typename T, typename = void>
struct IsTuple : std::false_type
{
};
template <typename T>
struct IsTuple<T, std::void_t<decltype(std::tuple_size<T>::value)>> : std::true_type
{
};
template <typename T, typename = void>
struct IsGadget : std::false_type
{
};
template <typename T>
struct IsGadget<T, std::void_t<decltype(T::staticMetaObject)>> : std::true_type
{
};

/// Finds the values of one row and converts them. It caches the position of the last value that was
/// read, which makes reading from left to right fast.
class ASYNCMYSQL_EXPORT RowDecoder
{
    using SysTime = std::chrono::time_point<std::chrono::system_clock, std::chrono::microseconds>;

public:
    RowDecoder() = default;
    /// For the rows of a result; setRow() selects one.
    explicit RowDecoder(std::shared_ptr<const ResultData> data);
    void setRow(QByteArrayView payload);

    /// Returns \c nullptr if there is no result.
    const ResultData *data() const { return m_data.get(); }
    int columnCount() const { return m_columnCount; }
    int indexOf(QAnyStringView columnName) const;
    /// The same, but reports an error if there is no such column.
    int find(QAnyStringView columnName, Error *error) const;

    bool hasColumn(int column) const;
    QByteArrayView bytes(int column);
    QString text(int column);

    template <typename T>
    T value(int column, Error *error)
    {
        if constexpr (std::is_same_v<T, QVariant>) {
            return variant(column, error);
        } else if constexpr (IsOptional<T>::value) {
            typename T::value_type result{};
            if (readNext(column, &result))
                return result;
            if (isPresent(column, error) && convertTo(column, &result, error))
                return result;
            return std::nullopt;
        } else {
            T result{};
            if (!readNext(column, &result))
                convertTo(column, &result, error);
            return result;
        }
    }

    template <typename T>
    T tuple(Error *error)
    {
        return makeTuple<T>(std::make_index_sequence<std::tuple_size<T>::value>(), error);
    }

    std::shared_ptr<const GadgetMapping> mappingTo(const QMetaObject &type) const;
    void fill(const GadgetMapping &mapping, void *gadget, Error *error);

    QVariant variant(int column, Error *error);
    /// Returns false and reports an error if the value cannot be converted to T.
    template <typename T>
    bool convertTo(int column, T *value, Error *error);
    bool convert(int column, QVariant *value, Error *error);
    bool convert(int column, bool *value, Error *error);
    bool convert(int column, float *value, Error *error);
    bool convert(int column, double *value, Error *error);
    bool convert(int column, QString *value, Error *error);
    bool convert(int column, QByteArray *value, Error *error);
    bool convert(int column, QByteArrayView *value, Error *error);
    bool convert(int column, QDate *value, Error *error);
    bool convert(int column, QTime *value, Error *error);
    bool convert(int column, QDateTime *value, Error *error);
    bool convert(int column, SysTime *value, Error *error);
    bool convert(int column, std::chrono::microseconds *value, Error *error);
    bool convert(int column, QStringList *value, Error *error);
    bool convert(int column, QList<float> *value, Error *error);
    bool convert(int column, QUuid *value, Error *error);
    bool convert(int column, QJsonValue *value, Error *error);
    bool convert(int column, QJsonObject *value, Error *error);
    bool convert(int column, QJsonArray *value, Error *error);
    bool convert(int column, QJsonDocument *value, Error *error);
    /// Always returns false.
    bool reportFailure(int column, bool isOutOfRange, const QString &target, Error *error) const;

private:
    bool hasColumns(int count, Error *error) const;
    void goToFirstColumn();
    bool stepTo(int column, QByteArrayView *value);
    Layout nextLayout(int column) const;
    bool peekShortText(QByteArrayView *text) const;
    bool stepOverNull();
    void goBehind(QByteArrayView value);
    template <typename Integer>
    bool readDigits(Integer minimum, Integer maximum, Integer *value);
    bool readDigits(double *value);
    bool readAscii(QString *value);
    bool readMoment(Layout layout, SysTime *value);
    template <typename Number, typename T>
    QVariant numberVariant(int column, Error *error);
    template <typename Number, typename T>
    QVariant digitsVariant(int column, Error *error);
    QVariant doubleVariant(int column, Error *error);
    QVariant momentVariant(int column, Error *error);
    QVariant stringVariant(int column, Error *error);
    QVariant bytesVariant(int column, Error *error);
    QVariant convertedVariant(int column, Error *error);
    QByteArrayView locate(int column);
    QByteArrayView findBytes(int column);
    bool isPresent(int column, Error *error);
    Value describe(int column, QByteArrayView bytes) const;
    bool reportNoColumn(int column, Error *error) const;
    bool reportNull(int column, Error *error) const;

    template <typename TargetName, typename Convert>
    bool attempt(int column, TargetName &&targetName, Error *error, Convert &&convert);
    template <typename T>
    bool attemptDirectly(int column, T *value, Error *error);
    bool convertSignedSlowly(int column, qint64 minimum, qint64 maximum, qint64 *value,
                             Error *error);
    bool convertUnsignedSlowly(int column, quint64 maximum, quint64 *value, Error *error);
    bool convertSigned(int column, qint64 minimum, qint64 maximum, qint64 *value, Error *error);
    bool convertUnsigned(int column, quint64 maximum, quint64 *value, Error *error);
    bool convertCalendarDay(int column, int *year, int *month, int *day, Error *error);

    template <typename T, std::size_t... columns>
    T makeTuple(std::index_sequence<columns...>, Error *error)
    {
        if (!hasColumns(static_cast<int>(sizeof...(columns)), error))
            return T{};
        return T{value<std::tuple_element_t<columns, T>>(static_cast<int>(columns), error)...};
    }
    template <typename T>
    static constexpr Layout layoutOf();
    template <typename T>
    bool readNext(int column, T *value);
    static bool readDateTime(QByteArrayView bytes, SysTime *value);

    std::shared_ptr<const ResultData> m_data;
    // The start of the value that was read last, unless it is NULL; the column after it and its
    // start.
    const char *m_value = nullptr;
    const Layout *m_layouts = &EndOfLayouts;
    const char *m_next = nullptr;
    int m_nextColumn = 0;
    int m_columnCount = 0;
    const char *m_payload = nullptr;
    const char *m_end = nullptr;
    quint16 m_headerSize = 0; // of binary rows
    bool m_isBinary = false;
};

template <typename T>
constexpr Layout RowDecoder::layoutOf()
{
    constexpr auto integer = [](Layout ofSigned, Layout ofUnsigned) {
        return std::is_signed_v<T> ? ofSigned : ofUnsigned;
    };
    if constexpr (std::disjunction_v<std::is_same<T, QByteArrayView>,
                                     std::is_same<T, QUtf8StringView>,
                                     std::is_same<T, std::string_view>>)
        return Layout::Characters;
    else if constexpr (std::is_same_v<T, SysTime>)
        return Layout::DateTime;
    else if constexpr (std::is_same_v<T, float>)
        return Layout::Float;
    else if constexpr (std::is_same_v<T, double>)
        return Layout::Double;
    else if constexpr (!std::is_integral_v<T> || std::is_same_v<T, bool>)
        return Layout::Other;
    else if constexpr (sizeof(T) == 1)
        return integer(Layout::Int8, Layout::UInt8);
    else if constexpr (sizeof(T) == 2)
        return integer(Layout::Int16, Layout::UInt16);
    else if constexpr (sizeof(T) == 4)
        return integer(Layout::Int32, Layout::UInt32);
    else
        return integer(Layout::Int64, Layout::UInt64);
}

// Reads the value inline if its column follows the one that was read last, it is not NULL, and its
// type is exactly T; otherwise convertTo() reads it. Most values of prepared statements meet these
// conditions, and a call alone would cost more than reading them.
template <typename T>
bool RowDecoder::readNext(int column, T *value)
{
    if constexpr (layoutOf<T>() != Layout::Other) {
        constexpr Layout wanted = layoutOf<T>();
        if (column != m_nextColumn
            || (m_layouts[column] != wanted
                && (wanted != Layout::Characters || m_layouts[column] < wanted)))
            return false;
        const auto bit = static_cast<unsigned>(column) + 2;
        const bool isBinary = wanted != Layout::Characters || m_isBinary;
        if (isBinary && (static_cast<uchar>(m_payload[1 + bit / 8]) >> bit % 8 & 1) != 0)
            return false;
        constexpr bool isNumber = std::is_arithmetic_v<T>;
        const char *start = m_next;
        qsizetype size = sizeof(T);
        if constexpr (!isNumber) {
            if (start == m_end || static_cast<uchar>(*start) > 250)
                return false;
            size = static_cast<uchar>(*start++);
        }
        if (m_end - start < size)
            return false;
        if constexpr (isNumber) {
            const T number = qFromLittleEndian<T>(start);
            if constexpr (std::is_floating_point_v<T>) {
                if (!std::isfinite(number))
                    return false;
            }
            *value = number;
        } else if constexpr (std::is_same_v<T, SysTime>) {
            if (!readDateTime({start, size}, value))
                return false;
        } else {
            *value = T(start, static_cast<typename T::size_type>(size));
        }
        m_value = start;
        m_next = start + size;
        m_nextColumn = column + 1;
        return true;
    } else {
        Q_UNUSED(column)
        Q_UNUSED(value)
        return false;
    }
}

template <typename T>
bool RowDecoder::convertTo(int column, T *value, Error *error)
{
    using Limits = std::numeric_limits<T>;
    if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
        static_assert(!std::disjunction_v<std::is_same<T, char>, std::is_same<T, wchar_t>,
                                          std::is_same<T, char16_t>, std::is_same<T, char32_t>>,
                      "Character types are not numbers: read qint8, quint8 or a string instead");
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

} // namespace AsyncMySql::Values
