// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "sessionstatechange.h"

#include "bytereader.h"

namespace AsyncMySql::Protocol {

namespace {

// A server that tracks all its variables reports less than a thousand. Every change takes far more
// memory than the two bytes that it may have in the packet.
constexpr qsizetype MaximumChanges = 4096;

QByteArray readNullable(Wire::ByteReader *reader)
{
    constexpr quint8 null = 0xFB;
    if (reader->peek() == null) {
        reader->skip(1);
        return {};
    }
    return reader->readLengthEncodedBytes().toByteArray();
}

bool parseItem(quint8 type, QByteArrayView data, QList<SessionStateChange> *changes)
{
    using Type = SessionStateChange::Type;
    Wire::ByteReader reader(data);
    SessionStateChange change;
    change.type = Type(type);

    switch (change.type) {
    case Type::SystemVariable:
        while (!reader.atEnd() && changes->size() <= MaximumChanges) {
            change.name = reader.readLengthEncodedBytes().toByteArray();
            change.value = readNullable(&reader);
            changes->append(change);
        }
        return !reader.failed();
    case Type::Gtids:
        reader.skip(1); // the encoding: MySQL knows only 0, text
        break;
    case Type::StateChanged:
        // MySQL sends the "0" or "1" with its length in front, MariaDB without (seen from 10.11).
        if (data == "0" || data == "1") {
            change.value = data.toByteArray();
            changes->append(change);
            return true;
        }
        break;
    case Type::Schema:
    case Type::TransactionCharacteristics:
    case Type::TransactionState:
        break;
    default:
        return true;
    }
    change.value = readNullable(&reader);
    changes->append(change);
    return !reader.failed();
}

} // namespace

std::optional<QList<SessionStateChange>> SessionStateChange::parseBlock(QByteArrayView block)
{
    Wire::ByteReader reader(block);
    QList<SessionStateChange> changes;
    while (!reader.atEnd()) {
        const quint8 type = reader.readUInt8();
        const QByteArrayView data = reader.readLengthEncodedBytes();
        if (reader.failed() || !parseItem(type, data, &changes) || changes.size() > MaximumChanges)
            return std::nullopt;
    }
    return changes;
}

} // namespace AsyncMySql::Protocol
