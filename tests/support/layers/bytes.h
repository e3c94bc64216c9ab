// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qbytearray.h>
#include <QtCore/qbytearrayview.h>

#include <cstring>
#include <memory>

/// What tests of wire messages share: bytes as commented hex, and the ways to damage a message.
namespace AsyncMySql::Tests {

/// Hex digits with any white space; from '#' to the end of the line is comment.
inline QByteArray fromHex(QByteArrayView commented)
{
    QByteArray digits;
    bool inComment = false;
    for (const char character : commented) {
        if (character == '#')
            inComment = true;
        else if (character == '\n')
            inComment = false;
        if (!inComment)
            digits.append(character);
    }
    return QByteArray::fromHex(digits);
}

/// Calls \a function with a copy of \a bytes that ends where its memory ends, so that the address
/// sanitizer sees a read past it (a QByteArray has a NUL there).
template <typename Function>
void withExactCopy(QByteArrayView bytes, Function function)
{
    const auto size = static_cast<size_t>(bytes.size());
    const std::unique_ptr<char[]> copy(new char[size]);
    if (size > 0)
        std::memcpy(copy.get(), bytes.data(), size);
    function(QByteArrayView(copy.get(), bytes.size()));
}

/// Calls \a function with every beginning of \a bytes, from none of them to all but the last.
template <typename Function>
void forEachTruncation(QByteArrayView bytes, Function function)
{
    for (qsizetype size = 0; size < bytes.size(); ++size)
        withExactCopy(bytes.first(size), function);
}

/// Calls \a function with \a bytes in which one byte is another: the values that mean something as
/// a length, and the neighbours of the right one, at every position.
template <typename Function>
void forEachMutation(QByteArrayView bytes, Function function)
{
    for (qsizetype i = 0; i < bytes.size(); ++i) {
        const auto original = static_cast<quint8>(bytes[i]);
        for (const int value : {0x00, 0x01, 0x7F, 0x80, 0xFA, 0xFB, 0xFC, 0xFD, 0xFE, 0xFF,
                                original - 1, original + 1}) {
            QByteArray mutated = bytes.toByteArray();
            mutated[i] = static_cast<char>(value);
            withExactCopy(mutated, function);
        }
    }
}

/// Both, for a parser that must merely survive.
template <typename Function>
void truncateAndMutate(QByteArrayView bytes, Function function)
{
    forEachTruncation(bytes, function);
    forEachMutation(bytes, [&](QByteArrayView mutated) { function(mutated); });
}

} // namespace AsyncMySql::Tests
