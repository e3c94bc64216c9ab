// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "errorpacket.h"

#include "bytereader.h"
#include "packetheader.h"
#include "servererrors.h"
#include "textcodec.h"

#include <algorithm>

namespace AsyncMySql::Protocol {

namespace {

constexpr quint8 ProgressStrings = 1;
constexpr qsizetype SqlStateSize = 5;
// Servers cut theirs at 512 bytes.
constexpr qsizetype MaximumTextSize = 64 * 1024;

// Control characters, and those that make text read in another order than it stands.
bool isHarmful(QChar character)
{
    const char16_t code = character.unicode();
    return character.category() == QChar::Other_Control || (code >= 0x202A && code <= 0x202E)
           || (code >= 0x2066 && code <= 0x2069);
}

QString decoded(QByteArrayView bytes, QByteArrayView characterSet)
{
    const auto codec = TextCodec::find(characterSet);
    if (!codec || bytes.isValidUtf8())
        return QString::fromUtf8(bytes);
    return QString::fromUtf8(codec->toUtf8(bytes));
}

QString displayable(QByteArrayView bytes, QByteArrayView characterSet = {})
{
    QString text = decoded(bytes.first(qMin(bytes.size(), MaximumTextSize)), characterSet);
    // Errors of the parser quote the statement with its line breaks: words must not run together.
    std::replace_if(
        text.begin(), text.end(), [](QChar c) { return c.isSpace(); }, u' ');
    text.removeIf(isHarmful);
    return text;
}

bool isSqlState(QByteArrayView bytes)
{
    return std::all_of(bytes.begin(), bytes.end(), [](char character) {
        return (character >= '0' && character <= '9') || (character >= 'A' && character <= 'Z');
    });
}

} // namespace

std::optional<ErrorPacket> ErrorPacket::parse(QByteArrayView payload,
                                              QByteArrayView resultCharacterSet)
{
    Wire::ByteReader reader(payload);
    ErrorPacket error;
    if (reader.readUInt8() != PacketHeader::Error)
        return std::nullopt;
    error.number = reader.readUInt16();
    if (reader.peek() == '#') {
        reader.skip(1);
        const QByteArrayView sqlState = reader.readBytes(SqlStateSize);
        if (isSqlState(sqlState))
            error.sqlState = sqlState.toByteArray();
    }
    error.message = displayable(reader.readRest(), resultCharacterSet);
    if (reader.failed())
        return std::nullopt;
    return error;
}

bool ErrorPacket::isPlausible() const
{
    // SIGNAL gives any other number to applications, that of progress reports included; but then a
    // server adds an SQLSTATE, as it does to every error of a session.
    return number != 0 && (number != PacketHeader::ProgressNumber || !sqlState.isEmpty());
}

bool ErrorPacket::isPlausibleBeforeAuthentication() const
{
    return isPlausible() && number != PacketHeader::ProgressNumber && !isClientErrorNumber(number);
}

std::optional<ProgressReport> ProgressReport::parse(QByteArrayView payload)
{
    Wire::ByteReader reader(payload);
    ProgressReport report;
    if (reader.readUInt8() != PacketHeader::Error
        || reader.readUInt16() != PacketHeader::ProgressNumber)
        return std::nullopt;
    // Anything else is an error that was given this number: its SQLSTATE follows.
    if (reader.readUInt8() != ProgressStrings)
        return std::nullopt;
    report.stage = reader.readUInt8();
    report.maximumStage = reader.readUInt8();
    // In thousandths of a percent.
    report.percent = qMin(reader.readUInt24() / 1000.0, 100.0);
    report.text = displayable(reader.readLengthEncodedBytes());
    if (reader.failed())
        return std::nullopt;
    return report;
}

} // namespace AsyncMySql::Protocol
