// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qendian.h>

/// Digits, one of them, or eight at a time: in a register, the first one in its lowest byte.
namespace AsyncMySql::Values {

/// Takes what a reader gives behind the end of its text, too: a negative number.
constexpr bool isDigit(int character)
{
    return character >= '0' && character <= '9';
}

inline constexpr quint64 EightZeros = 0x3030303030303030; // the characters
inline constexpr quint64 HighBits = 0x8080808080808080;

/// One to eight bytes; those above them are zero. Reads no byte that is none of them.
inline quint64 readUpToEight(const char *bytes, qsizetype count)
{
    if (count >= 4) {
        const quint64 first = qFromLittleEndian<quint32>(bytes);
        const quint64 last = qFromLittleEndian<quint32>(bytes + count - 4);
        return first | last << 8 * (count - 4);
    }
    const auto byteAt
        = [&](qsizetype index) { return quint64(static_cast<uchar>(bytes[index])) << 8 * index; };
    return byteAt(0) | byteAt(count / 2) | byteAt(count - 1);
}

/// Whether each byte is one of 0 to 9.
inline bool areDigits(quint64 digits)
{
    // A carry into the next byte comes only from one that fails by itself.
    return (((digits + 0x7676767676767676) | digits) & HighBits) == 0;
}

/// In every second byte, from the lowest on: what the digit there and the next one make together.
inline quint64 joinPairs(quint64 digits)
{
    return digits * 10 + (digits >> 8);
}

/// The number which eight digits (0 to 9 each) make.
inline quint64 joinDigits(quint64 digits)
{
    quint64 number = joinPairs(digits) & 0x00FF00FF00FF00FF;
    number = (number * 100 + (number >> 16)) & 0x0000FFFF0000FFFF;
    return (number * 10'000 + (number >> 32)) & 0xFFFFFFFF;
}

/// The number which one to eight characters make; more than they can make if they are no digits.
inline quint64 readDigits(const char *characters, qsizetype count)
{
    constexpr quint64 notPossible = 100'000'000;
    // Those that are missing become zeros in front.
    const quint64 digits = (readUpToEight(characters, count) ^ EightZeros) << 8 * (8 - count);
    return areDigits(digits) ? joinDigits(digits) : notPossible;
}

/// Eight characters of a form: digits where that has zeros, and all else as it has it.
class DigitForm
{
public:
    constexpr explicit DigitForm(const char (&form)[9])
    {
        for (int index = 7; index >= 0; --index) {
            m_form = m_form << 8 | static_cast<uchar>(form[index]);
            m_headroom = m_headroom << 8 | (form[index] == '0' ? 0x76 : 0x7F);
        }
    }

    /// False if they are not of the form.
    [[nodiscard]] bool read(const char *characters)
    {
        const quint64 digits = qFromLittleEndian<quint64>(characters) ^ m_form;
        m_pairs = joinPairs(digits);
        return (((digits + m_headroom) | digits) & HighBits) == 0;
    }

    /// The number of the two digits at \a index.
    int pair(int index) const { return static_cast<int>(m_pairs >> 8 * index & 0xFF); }

private:
    quint64 m_form = 0;
    quint64 m_headroom = 0; // of each byte, before its highest bit shows that it does not fit
    quint64 m_pairs = 0;
};

} // namespace AsyncMySql::Values
