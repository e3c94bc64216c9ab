// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "statementvariants.h"

#include "columninfo.h"
#include "nullplaceholders.h"

#include <algorithm>
#include <iterator>

namespace AsyncMySql::Protocol {

using State = StatementHandle::State;

namespace {

/// Of one text. Statements whose types change at random must not fill the server.
constexpr size_t MaximumVariants = 16;

bool isNullType(QByteArrayView type)
{
    return static_cast<quint8>(type[0]) == static_cast<quint8>(Values::FieldType::Null);
}

bool isInUse(const StatementHandlePointer &handle)
{
    return handle.use_count() > 1;
}

} // namespace

StatementVariants::StatementVariants(const QByteArray &sql, const SqlDialect &dialect,
                                     const QByteArray &encodedSql)
    : m_sql(sql)
    , m_encodedSql(encodedSql)
    , m_dialect(dialect)
{
    m_variants.push_back({makeHandle(), {}, 0});
}

StatementHandlePointer StatementVariants::makeHandle() const
{
    auto handle = std::make_shared<StatementHandle>();
    handle->sql = m_sql;
    handle->encodedSql = m_encodedSql;
    return handle;
}

StatementHandlePointer StatementVariants::find(const EncodedParameters &parameters)
{
    const QByteArray &types = parameters.typeSignature();
    auto found = std::find_if(m_variants.begin(), m_variants.end(), [&](const Variant &variant) {
        return variant.types == types || takes(variant, types);
    });
    if (found == m_variants.end()) {
        if (m_variants.size() < MaximumVariants) {
            m_variants.push_back({makeHandle(), {}, 0});
            found = std::prev(m_variants.end());
        } else if (Variant *outdated = leastRecentlyUsed()) {
            // The exchange that prepares the statement anew closes the one that had the id.
            const quint32 id = outdated->handle->id;
            *outdated = {makeHandle(), {}, 0};
            outdated->handle->id = id;
            outdated->handle->state = State::Invalid;
            found = m_variants.begin() + (outdated - m_variants.data());
        } else {
            return {};
        }
    }
    found->lastUse = ++m_uses;
    if (found->types.isEmpty()) {
        found->types = types;
    } else if (found->types != types) {
        // A parameter that was NULL so far has a type now.
        for (qsizetype i = 0; i < types.size(); i += 2) {
            if (isNullType(QByteArrayView(found->types).sliced(i, 2)))
                found->types.replace(i, 2, types.sliced(i, 2));
        }
    }
    return found->handle;
}

bool StatementVariants::takes(const Variant &variant, QByteArrayView types)
{
    if (variant.types.isEmpty())
        return true;
    if (variant.types.size() != types.size())
        return false;
    for (qsizetype i = 0; i < types.size(); i += 2) {
        const QByteArrayView known = QByteArrayView(variant.types).sliced(i, 2);
        const QByteArrayView given = types.sliced(i, 2);
        if (known != given && !((isNullType(known) || isNullType(given)) && takesAnyNull(i / 2)))
            return false;
    }
    return true;
}

bool StatementVariants::takesAnyNull(qsizetype parameter)
{
    if (!m_takesAnyNull)
        m_takesAnyNull = placeholdersOfUntypedNulls(m_sql, m_dialect);
    const auto index = static_cast<size_t>(parameter);
    return index < m_takesAnyNull->size() && (*m_takesAnyNull)[index];
}

/// Of those that are not in use.
StatementVariants::Variant *StatementVariants::leastRecentlyUsed()
{
    Variant *least = nullptr;
    for (Variant &variant : m_variants) {
        if (!isInUse(variant.handle) && (!least || variant.lastUse < least->lastUse))
            least = &variant;
    }
    return least;
}

bool StatementVariants::hasInvalid() const
{
    return std::any_of(m_variants.begin(), m_variants.end(), [](const Variant &variant) {
        return variant.handle->state == State::Invalid;
    });
}

bool StatementVariants::takeIds(QList<quint32> *ids) const
{
    const bool waits
        = std::any_of(m_variants.begin(), m_variants.end(), [](const Variant &variant) {
              return isInUse(variant.handle) || variant.handle->state == State::Preparing;
          });
    if (waits)
        return false;
    for (const Variant &variant : m_variants) {
        // An invalid one still has its id, unless the server has dropped it.
        if (variant.handle->state != State::New && variant.handle->id != 0)
            ids->append(variant.handle->id);
    }
    return true;
}

} // namespace AsyncMySql::Protocol
