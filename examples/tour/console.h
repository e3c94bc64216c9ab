// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/Result>

#include <QtCore/QElapsedTimer>
#include <QtCore/QTextStream>

/*!
    Writes for people who read along, at most 80 columns wide: lines with the time that has passed,
    tables, and on a terminal colours and a status line that is written over and over.
*/
class Console
{
public:
    Console();

    void title(const QString &text);
    /// Starts a chapter and restarts the clock at 0.
    void chapter(const QString &text);
    /// Writes an explanation, without a time.
    void explain(const QString &text);
    /// Writes an event with its time.
    void event(const QString &text);
    void good(const QString &text);
    void bad(const QString &text);
    void table(const AsyncMySql::Result &result);
    /// Only on a terminal; replaced by the next line.
    void status(const QString &text);

    double seconds() const { return double(m_clock.elapsed()) / 1000; }

private:
    enum Style { Plain = 0, Bold = 1, Dim = 2, Red = 31, Green = 32, Cyan = 36 };

    QString styled(const QString &text, Style style) const;
    void line(const QString &text);
    void timed(const QString &text, Style style);

    QTextStream m_out;
    QElapsedTimer m_clock;
    int m_chapter = 0;
    bool m_isTerminal = false;
    bool m_hasStatus = false;
};
