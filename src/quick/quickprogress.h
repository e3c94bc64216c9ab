// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/queryprogress.h>

#include <QtCore/qmetatype.h>
#include <QtCore/qobjectdefs.h>
#include <QtQml/qqmlregistration.h>

namespace AsyncMySql {

/// A QueryProgress for JavaScript: Core does not export what describes its plain structures.
class QuickProgress
{
    Q_GADGET
    Q_PROPERTY(double rows READ rows CONSTANT FINAL)
    Q_PROPERTY(double bytes READ bytes CONSTANT FINAL)
    Q_PROPERTY(int stage READ stage CONSTANT FINAL)
    Q_PROPERTY(int stageCount READ stageCount CONSTANT FINAL)
    Q_PROPERTY(double percent READ percent CONSTANT FINAL)
    Q_PROPERTY(QString text READ text CONSTANT FINAL)
    QML_VALUE_TYPE(queryProgress)

public:
    QuickProgress() = default;
    QuickProgress(const QueryProgress &progress)
        : m_progress(progress)
    {
    }

    double rows() const { return static_cast<double>(m_progress.rows); }
    double bytes() const { return static_cast<double>(m_progress.bytes); }
    int stage() const { return m_progress.stage; }
    int stageCount() const { return m_progress.stageCount; }
    double percent() const { return m_progress.percent; }
    QString text() const { return m_progress.text; }

private:
    QueryProgress m_progress;
};

} // namespace AsyncMySql

Q_DECLARE_METATYPE(AsyncMySql::QuickProgress)
