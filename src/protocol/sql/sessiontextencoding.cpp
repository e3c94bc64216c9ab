// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "sessiontextencoding.h"

#include "textcodec.h"

#include <variant>

namespace AsyncMySql::Protocol {

SessionTextEncoding::SessionTextEncoding(const SqlDialect &dialect)
    : m_characterSet(dialect.characterSet)
    , m_safety(characterSetSafety(dialect.characterSet))
    , m_isUtf8(dialect.characterSet == "utf8mb4")
    , m_timeZone(dialect.timeZone)
{
    // What the character set lacks is found while it is encoded.
    if (m_safety == CharacterSetSafety::AsciiOnly)
        m_safety = CharacterSetSafety::Utf8;
}

ParameterValue SessionTextEncoding::valueOf(const QVariant &variant) const
{
    ParameterValue value = parameterValue(variant, m_safety, m_timeZone.get());
    if (m_isUtf8)
        return value;
    if (auto *text = std::get_if<ParameterValues::Text>(&value)) {
        if (const auto error = encodeText(&text->utf8, m_characterSet))
            return *error;
    }
    return value;
}

} // namespace AsyncMySql::Protocol
