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

/// Zero if each byte is one of 0 to 9.
inline quint64 otherThanDigits(quint64 digits)
{
    // A carry into the next byte comes only from one that fails by itself.
    return ((digits + 0x7676767676767676) | digits) & HighBits;
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

/// Eight digits: zeros, and behind them what one to eight characters are. What follows them may be
/// read along, as far as \a readable.
Q_ALWAYS_INLINE quint64 readPadded(const char *characters, qsizetype count, const char *readable)
{
    const quint64 bytes = readable - characters >= 8 ? qFromLittleEndian<quint64>(characters)
                                                     : readUpToEight(characters, count);
    return (bytes ^ EightZeros) << 8 * (8 - count);
}

/// The most that readDigits() reads.
inline constexpr qsizetype LongestNumber = 16;

/// The number which 1 to LongestNumber characters make. False if they are no digits.
[[nodiscard]] Q_ALWAYS_INLINE bool readDigits(const char *characters, qsizetype count,
                                              const char *readable, quint64 *number)
{
    if (count <= 8) {
        const quint64 digits = readPadded(characters, count, readable);
        *number = joinDigits(digits);
        return otherThanDigits(digits) == 0;
    }
    const quint64 first = readPadded(characters, count - 8, characters + count);
    const quint64 last = qFromLittleEndian<quint64>(characters + count - 8) ^ EightZeros;
    *number = joinDigits(first) * 100'000'000 + joinDigits(last);
    return (otherThanDigits(first) | otherThanDigits(last)) == 0;
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
