// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "parametervalue.h"
#include "sqldialect.h"

#include <QtCore/qbytearray.h>
#include <QtCore/qvariant.h>

namespace AsyncMySql::Protocol {

/// Makes the values of parameters that are sent beside the statement: their text is in the
/// session's character set, points in time in its time zone.
class SessionTextEncoding
{
public:
    explicit SessionTextEncoding(const SqlDialect &dialect);

    ParameterValue valueOf(const QVariant &value) const;

private:
    QByteArray m_characterSet;
    CharacterSetSafety m_safety;
    bool m_isUtf8;
    Values::SessionTimeZonePointer m_timeZone;
};

} // namespace AsyncMySql::Protocol
