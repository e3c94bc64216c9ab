// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "formattingerror.h"

#include <QtCore/qbytearray.h>
#include <QtCore/qbytearrayview.h>
#include <QtCore/qglobal.h>

#include <array>
#include <memory>
#include <optional>

namespace AsyncMySql::Protocol {

/// What a server makes of text in one of its character sets that is not UTF-8. Those of one byte a
/// character are tables; the others can only be read, and only where Qt can do it (with ICU).
class TextCodec
{
public:
    /// Null for UTF-8, and for sets that are not known here. \a characterSet is MySQL's name.
    static std::shared_ptr<const TextCodec> find(QByteArrayView characterSet);

    /// Text in the character set as UTF-8; characters that it does not have become U+FFFD.
    QByteArray toUtf8(QByteArrayView text) const;
    /// Null if the character set lacks one of the characters, or can only be read.
    std::optional<QByteArray> fromUtf8(QByteArrayView utf8) const;

private:
    explicit TextCodec(const char *codecName);

    /// Of Qt's converter; null for a set of one byte a character.
    const char *m_codecName = nullptr;
    /// What the bytes from 0x80 on mean.
    std::array<char16_t, 128> m_characters{};

    friend std::shared_ptr<const TextCodec> makeTextCodec(QByteArrayView characterSet);
};

/// Brings \a text, which is UTF-8, to what a server reads in \a characterSet; or says why that
/// cannot be done.
[[nodiscard]] std::optional<FormattingError> encodeText(QByteArray *text,
                                                        const QByteArray &characterSet);

/// The character set of the collation with the number \a id; empty for UTF-8, bytes, and numbers
/// that are not known.
QByteArrayView characterSetOfCollation(quint16 id);

} // namespace AsyncMySql::Protocol
