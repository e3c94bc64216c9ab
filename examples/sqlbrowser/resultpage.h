// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/Error>

#include <QtWidgets/QWidget>

#include <memory>

class GridView;
class RowSource;

/// The content of a tab of results.
class ResultPage : public QWidget
{
    Q_OBJECT

public:
    using QWidget::QWidget;

    virtual GridView *grid() const { return nullptr; }
    virtual bool isBusy() const { return false; }
    /// The number of rows and their duration.
    virtual QString rowsText() const { return {}; }
    virtual QString elapsedText() const { return {}; }
    virtual void cancel() {}
    virtual void refresh() {}
    virtual bool hasPendingChanges() const { return false; }

    virtual bool canExport() const { return grid() != nullptr; }
    /// The rows for an export; null if the page has none.
    virtual std::unique_ptr<RowSource> exportRows() const;

    /// Kept pages stay when other statements are executed.
    bool isKept() const { return m_isKept; }
    void setKept(bool kept) { m_isKept = kept; }

    static QString rowCountText(int count, bool isComplete);
    static QString durationText(qint64 milliseconds);

Q_SIGNALS:
    void statusChanged();
    void errorOccurred(const AsyncMySql::Error &error);
    /// Emitted for messages in the status bar that are not errors.
    void noted(const QString &text);

private:
    bool m_isKept = false;
};
