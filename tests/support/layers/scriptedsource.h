// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "bytesource.h"

#include <QtCore/qlist.h>

#include <memory>
#include <utility>

namespace AsyncMySql::Tests {

/// A source that gives what the test says, one step for each read.
class ScriptedSource : public Protocol::ByteSource
{
public:
    struct Step
    {
        Status status = Status::Ready;
        QByteArray bytes;
    };

    explicit ScriptedSource(QList<Step> steps)
        : m_steps(std::move(steps))
    {
    }

    /// All of \a bytes in pieces as large as they are asked for, then the end.
    static std::shared_ptr<ScriptedSource> of(const QByteArray &bytes)
    {
        auto source = std::make_shared<ScriptedSource>(QList<Step>());
        source->m_rest = bytes;
        return source;
    }

    Status read(qsizetype maximum, QByteArray *bytes) override
    {
        ++m_reads;
        if (!m_steps.isEmpty()) {
            const Step step = m_steps.takeFirst();
            *bytes = step.bytes;
            return step.status;
        }
        if (m_rest.isEmpty())
            return Status::End;
        *bytes = m_rest.first(qMin(maximum, m_rest.size()));
        m_rest.remove(0, bytes->size());
        return Status::Ready;
    }

    QString errorString() const override { return QStringLiteral("the disk is gone"); }

    int reads() const { return m_reads; }

private:
    QList<Step> m_steps;
    QByteArray m_rest;
    int m_reads = 0;
};

} // namespace AsyncMySql::Tests
