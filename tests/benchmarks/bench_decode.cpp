// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

/// What a row costs from the received bytes to its values, without a server and a socket:
///
///     bench_decode text|binary natural|qt|variant <rows>
///
/// receives, cuts, checks and stores that many rows as the engine does, takes them from the store
/// as a stream does, and reads every value. The costs of one row are the difference between two
/// runs; the script "instructions" counts them.
///
///     bench_decode environment
///
/// names all that the number of instructions depends on besides this source code.

#include "bytewriter.h"
#include "packetreader.h"
#include "packetwriter.h"
#include "resultdata.h"
#include "rowcursor.h"

#include <AsyncMySql/result.h>

#include <QtCore/qlocale.h>
#include <QtCore/qstring.h>
#include <QtCore/qstringlist.h>
#include <QtCore/qsysinfo.h>
#include <QtCore/qtemporaryfile.h>
#include <QtCore/qtextstream.h>

#include <chrono>
#include <cstring>
#include <string_view>

#if defined(__GLIBC__)
#include <gnu/libc-version.h>
#endif

using namespace AsyncMySql;
using Values::FieldType;
using Values::RowFormat;

namespace {

#if defined(__clang__)
constexpr char Compiler[] = "clang-" __clang_version__;
#else
constexpr char Compiler[] = "gcc-" __VERSION__;
#endif

/// A word.
QString environment()
{
    QStringList parts = {QLatin1StringView(Compiler), QLatin1StringView(ASYNCMYSQL_BUILD_KIND),
                         QLatin1StringView("qt-") + QLatin1StringView(qVersion()),
                         QSysInfo::currentCpuArchitecture()};
#if defined(__GLIBC__)
    parts.append(QLatin1StringView("glibc-") + QLatin1StringView(gnu_get_libc_version()));
#endif
    return parts.join(u'/').simplified().replace(u' ', u'_');
}

using SysTime = std::chrono::time_point<std::chrono::system_clock, std::chrono::microseconds>;

constexpr quint16 Utf8Mb4 = 45;
constexpr int DistinctRows = 1000;

std::shared_ptr<Values::ColumnSet> makeColumns()
{
    struct Description
    {
        const char *name;
        FieldType type;
        quint16 collation = Values::BinaryCollation;
        quint8 decimals = 0;
    };
    const Description descriptions[] = {
        {"id", FieldType::Int},
        {"big", FieldType::BigInt},
        {"ratio", FieldType::Double, Values::BinaryCollation, 31},
        {"price", FieldType::NewDecimal, Values::BinaryCollation, 2},
        {"name", FieldType::VarString, Utf8Mb4},
        {"note", FieldType::VarString, Utf8Mb4},
        {"at", FieldType::DateTime, Values::BinaryCollation, 6},
        {"parent", FieldType::Int},
    };
    const auto columns = std::make_shared<Values::ColumnSet>();
    for (const Description &description : descriptions) {
        Values::ColumnInfo column;
        column.name = description.name;
        column.type = description.type;
        column.collation = description.collation;
        column.decimals = description.decimals;
        columns->append(column);
    }
    return columns;
}

/// The rows of the table that the other benchmarks select from.
QByteArray makeRow(RowFormat format, int number)
{
    const qint64 big = 1'000'000'007LL * number;
    const double ratio = number / 7.0;
    const QByteArray price = QByteArray::number(number) + ".37";
    const QByteArray name = "name of row " + QByteArray::number(number);
    const QByteArray note = "a note that is a little longer, " + QByteArray::number(number);
    const int second = number % 60;
    const int microsecond = number * 997 % 1'000'000;
    const bool parentIsNull = number % 3 == 0;

    Wire::ByteWriter writer;
    if (format == RowFormat::Text) {
        writer.writeLengthEncodedBytes(QByteArray::number(number));
        writer.writeLengthEncodedBytes(QByteArray::number(big));
        writer.writeLengthEncodedBytes(
            QByteArray::number(ratio, 'g', QLocale::FloatingPointShortest));
        writer.writeLengthEncodedBytes(price);
        writer.writeLengthEncodedBytes(name);
        writer.writeLengthEncodedBytes(note);
        writer.writeLengthEncodedBytes(
            QString::asprintf("2024-02-29 12:34:%02d.%06d", second, microsecond).toLatin1());
        if (parentIsNull)
            writer.writeUInt8(0xFB);
        else
            writer.writeLengthEncodedBytes(QByteArray::number(number / 2));
        return writer.payload();
    }
    writer.writeUInt8(0);
    writer.writeUInt8(0);
    writer.writeUInt8(parentIsNull ? 1 << 1 : 0); // bit 2 + 7
    writer.writeUInt32(static_cast<quint32>(number));
    writer.writeUInt64(static_cast<quint64>(big));
    quint64 ratioBits = 0;
    std::memcpy(&ratioBits, &ratio, sizeof(ratio));
    writer.writeUInt64(ratioBits);
    writer.writeLengthEncodedBytes(price);
    writer.writeLengthEncodedBytes(name);
    writer.writeLengthEncodedBytes(note);
    writer.writeUInt8(11);
    writer.writeUInt16(2024);
    for (const int part : {2, 29, 12, 34, second})
        writer.writeUInt8(static_cast<quint8>(part));
    writer.writeUInt32(static_cast<quint32>(microsecond));
    if (!parentIsNull)
        writer.writeUInt32(static_cast<quint32>(number / 2));
    return writer.payload();
}

/// Numbers parsed, strings where they lie, points in time as std::chrono has them.
quint64 readNatural(const Row &row)
{
    return static_cast<quint64>(row.value<int>(0)) + static_cast<quint64>(row.value<qint64>(1))
           + static_cast<quint64>(row.value<double>(2))
           + static_cast<quint64>(row.value<QByteArrayView>(3).size())
           + static_cast<quint64>(row.value<QUtf8StringView>(4).size())
           + static_cast<quint64>(row.value<QUtf8StringView>(5).size())
           + static_cast<quint64>(row.value<SysTime>(6).time_since_epoch().count())
           + static_cast<quint64>(row.value<std::optional<int>>(7).value_or(0));
}

/// The same with the types of Qt.
quint64 readQt(const Row &row)
{
    return static_cast<quint64>(row.value<int>(0)) + static_cast<quint64>(row.value<qint64>(1))
           + static_cast<quint64>(row.value<double>(2))
           + static_cast<quint64>(row.value<QString>(3).size())
           + static_cast<quint64>(row.value<QString>(4).size())
           + static_cast<quint64>(row.value<QString>(5).size())
           + static_cast<quint64>(row.value<QDateTime>(6).isValid())
           + static_cast<quint64>(row.value<std::optional<int>>(7).value_or(0));
}

quint64 readVariant(const Row &row)
{
    quint64 sum = 0;
    for (int column = 0; column < row.size(); ++column)
        sum += row.value(column).isValid() ? 1 : 0;
    return sum;
}

class Stream
{
public:
    explicit Stream(RowFormat format)
        : m_format(format)
        , m_columns(makeColumns())
    {
        QByteArray bytes;
        quint8 sequence = 0;
        for (int number = 0; number < DistinctRows; ++number)
            Wire::appendPacket(&bytes, makeRow(format, number + 1'000'000), &sequence,
                               Wire::MaximumFramePayload);
        if (!m_file.open() || m_file.write(bytes) != bytes.size())
            qFatal("No temporary file");
    }

    /// One read, as of a socket, and all the rows that are complete by that.
    Result receive()
    {
        constexpr qsizetype readSize = 64 * 1024;
        const std::span<char> space = m_reader.prepare();
        if (m_file.atEnd())
            m_file.seek(0);
        m_reader.commit(m_file.read(space.data(), qMin(qsizetype(space.size()), readSize)));

        Wire::Packet packet;
        while (m_reader.next(&packet) == Wire::PacketReader::Status::Ready) {
            const bool isSound
                = m_format == RowFormat::Text
                      ? Values::isWellFormedTextRow(packet.payload, m_columns->size())
                      : Values::isWellFormedBinaryRow(packet.payload, *m_columns);
            if (!isSound)
                qFatal("A broken row");
            m_store.append(packet.payload, m_reader.block());
        }
        const auto data = std::make_shared<Values::ResultData>();
        data->format = m_format;
        data->columns = m_columns;
        data->rows = m_store.takeFirst(m_store.rowCount());
        return Result(data);
    }

private:
    RowFormat m_format;
    std::shared_ptr<Values::ColumnSet> m_columns;
    QTemporaryFile m_file;
    Wire::PacketReader m_reader;
    Values::RowStore m_store;
};

} // namespace

int main(int argumentCount, char **arguments)
{
    QTextStream out(stdout);
    const auto argument = [&](int index) {
        return index < argumentCount ? std::string_view(arguments[index]) : std::string_view();
    };
    if (argument(1) == "environment") {
        out << environment() << '\n';
        return 0;
    }
    const bool isBinary = argument(1) == "binary";
    const std::string_view types = argument(2);
    const auto read = types == "natural" ? readNatural : types == "qt" ? readQt : readVariant;
    const qsizetype count = QByteArrayView(argument(3)).toLongLong();
    if (count <= 0) {
        out << "bench_decode text|binary natural|qt|variant <rows>\n";
        return 2;
    }

    Stream stream(isBinary ? RowFormat::Binary : RowFormat::Text);
    quint64 sum = 0;
    qsizetype rows = 0;
    const auto start = std::chrono::steady_clock::now();
    while (rows < count) {
        const Result result = stream.receive();
        for (const Row &row : result)
            sum += read(row);
        rows += result.size();
    }
    const std::chrono::duration<double, std::nano> elapsed
        = std::chrono::steady_clock::now() - start;
    out << rows << " rows, " << elapsed.count() / double(rows) << " ns a row (" << sum << ")\n";
    return 0;
}
