// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "parameters.h"
#include "sqldialect.h"
#include "statementhandle.h"

#include <QtCore/qbytearray.h>
#include <QtCore/qlist.h>

#include <memory>
#include <optional>
#include <vector>

namespace AsyncMySql::Protocol {

/// The prepared statements that one text has in a session: a single one, or on MySQL one for each
/// combination of types that it is executed with.
///
/// MySQL keeps the type that a parameter had in an earlier execution and converts later values to
/// it, so that the text "007" behind the number 5 would become the number 7. A statement that is
/// only executed with the same types again means the same each time. MariaDB remembers nothing.
class StatementVariants
{
public:
    /// \a sql has question marks for all its placeholders; \a encodedSql is the same in the
    /// character set of the session.
    StatementVariants(const QByteArray &sql, const SqlDialect &dialect,
                      const QByteArray &encodedSql = {});

    /// The one that was made first. It need not be prepared.
    const StatementHandlePointer &first() const { return m_variants.front().handle; }
    /// The statement for values of the types of \a parameters, which may have to be prepared; null
    /// if there can be no further one before some of those that are on their way are answered.
    StatementHandlePointer find(const EncodedParameters &parameters);

    /// Whether one of them has to be prepared anew.
    bool hasInvalid() const;
    int size() const { return static_cast<int>(m_variants.size()); }
    /// Appends the ids to close to \a ids. False if that has to wait, since some are in use.
    bool takeIds(QList<quint32> *ids) const;

private:
    struct Variant
    {
        StatementHandlePointer handle;
        /// EncodedParameters::typeSignature() of its executions; empty before the first one.
        QByteArray types;
        quint64 lastUse = 0;
    };

    bool takes(const Variant &variant, QByteArrayView types);
    bool takesAnyNull(qsizetype parameter);
    Variant *leastRecentlyUsed();
    StatementHandlePointer makeHandle() const;

    QByteArray m_sql;
    QByteArray m_encodedSql;
    SqlDialect m_dialect;
    std::vector<Variant> m_variants;
    quint64 m_uses = 0;
    /// Found out when it is needed.
    std::optional<std::vector<bool>> m_takesAnyNull;
};

using StatementVariantsPointer = std::shared_ptr<StatementVariants>;

} // namespace AsyncMySql::Protocol
