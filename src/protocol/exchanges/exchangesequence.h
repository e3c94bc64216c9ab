// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "exchange.h"

#include <memory>
#include <vector>

namespace AsyncMySql::Protocol {

/// Several exchanges that are sent at once, and answered one after the other: each is executed
/// whatever has become of those before it. The first failure counts. Results are dropped.
class ExchangeSequence : public Exchange
{
public:
    using Parts = std::vector<std::shared_ptr<Exchange>>;

    explicit ExchangeSequence(Parts parts);

    std::optional<Output> nextOutput() override;
    bool isWritten() const override { return m_given == m_parts.size(); }
    Progress handlePacket(QByteArrayView payload, const Wire::ByteBlockPointer &block) override;

private:
    Progress finishPart(const Exchange &part);
    void skipWritten();

    Parts m_parts;
    /// So many were given out as a whole, and have been answered.
    size_t m_given = 0;
    size_t m_answered = 0;
    Failure m_firstFailure;
};

} // namespace AsyncMySql::Protocol
