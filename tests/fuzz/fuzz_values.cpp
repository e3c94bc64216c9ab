// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "require.h"
#include "resultbuilder.h"
#include "rowcursor.h"

#include <QtCore/qjsonarray.h>
#include <QtCore/qjsondocument.h>
#include <QtCore/qjsonobject.h>
#include <QtCore/quuid.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace AsyncMySql;

namespace {

/// The second byte of the input chooses what the column says beside its type, which is the first.
enum Description : uint8_t {
    Unsigned = 0x01,
    EnumFlag = 0x02,
    SetFlag = 0x04,
    Text = 0x08,
    JsonFormat = 0x10,
    UuidName = 0x20,
    WholeRow = 0x40, ///< the rest is a row of three columns, not one value
    BinaryRow = 0x80,
};

Values::ColumnInfo columnFor(uint8_t type, uint8_t description)
{
    Values::ColumnInfo column;
    column.name = "c";
    column.type = static_cast<Values::FieldType>(type);
    column.flags = static_cast<quint16>((description & Unsigned ? Values::ColumnFlag::Unsigned : 0)
                                        | (description & EnumFlag ? Values::ColumnFlag::Enum : 0)
                                        | (description & SetFlag ? Values::ColumnFlag::Set : 0));
    column.collation = description & Text ? Tests::Utf8Mb4 : Values::BinaryCollation;
    if (description & JsonFormat)
        column.format = "json";
    if (description & UuidName)
        column.typeName = "uuid";
    return column;
}

/// A conversion either gives a value or names an error, and never both.
template <typename T>
void read(const Row &row, int column)
{
    Error error;
    const std::optional<T> value = row.value<std::optional<T>>(column, &error);
    require(value.has_value() == (!error.isError() && !row.isNull(column)));
    Error ofPlainType;
    static_cast<void>(row.value<T>(column, &ofPlainType));
    require(ofPlainType.isError() == !value.has_value());
}

template <typename... Types>
void readAs(const Row &row, int column)
{
    (read<Types>(row, column), ...);
}

void readEverything(const Row &row, int column)
{
    using SysTime = std::chrono::time_point<std::chrono::system_clock, std::chrono::microseconds>;
    readAs<bool, qint8, quint8, qint16, quint16, int, uint, qint64, quint64, float, double>(row,
                                                                                            column);
    readAs<QString, QByteArray, QByteArrayView, QUtf8StringView, std::string, std::string_view>(
        row, column);
    readAs<QDate, QTime, QDateTime, SysTime, std::chrono::microseconds>(row, column);
    readAs<std::chrono::year_month_day>(row, column);
    readAs<QStringList, QUuid, QList<float>>(row, column);
    readAs<QJsonValue, QJsonObject, QJsonArray, QJsonDocument>(row, column);

    Error error;
    const QVariant variant = row.value<QVariant>(column, &error);
    require(variant.isValid() == !error.isError());
    require(variant.isNull() == (row.isNull(column) || error.isError()));
    // A DOUBLE with 30 decimals: the sign, 309 digits, the point.
    constexpr qsizetype longestNumber = 1 + 309 + 1 + 30;
    require(row.text(column).size() <= qMax<qsizetype>(longestNumber, row.bytes(column).size()));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 3)
        return 0;
    const uint8_t description = data[1];
    const QByteArrayView rest(data + 2, static_cast<qsizetype>(size - 2));
    const Values::ColumnInfo column = columnFor(data[0], description);

    Tests::ResultBuilder builder;
    if (description & WholeRow)
        builder.column(column).column(column).column(column);
    else
        builder.column(column);
    if (description & BinaryRow)
        builder.binary();
    if (description & (WholeRow | BinaryRow))
        builder.payload(rest);
    else
        builder.row({rest.toByteArray()});
    const Result result = builder.build();
    const Row row = result.first();
    // Also of rows which are refused on arrival: nothing may be read beyond them.
    for (int index = row.columnCount() - 1; index >= 0; --index)
        readEverything(row, index);
    const Values::ColumnSet &columns = *builder.data().columns;
    if (description & BinaryRow && Values::isWellFormedBinaryRow(rest, columns)) {
        const qsizetype lastSize = row.bytes(row.columnCount() - 1).size();
        require(lastSize <= rest.size() - columns.binaryHeaderSize());
    } else if (!(description & (WholeRow | BinaryRow))) {
        require(row.bytes(0) == rest);
    }
    return 0;
}
