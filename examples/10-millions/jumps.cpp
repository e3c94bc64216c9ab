// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "jumps.h"

#include "rowwindow.h"
#include "window.h"

#include <QtCore/QFile>
#include <QtCore/QLocale>

#include <algorithm>

Jumps::Jumps(Window *window, int count, QObject *parent)
    : QObject(parent)
    , m_window(window)
    , m_count(count)
{
    connect(window->rows(), &RowWindow::dataChanged, this, &Jumps::check);
    QMetaObject::invokeMethod(this, &Jumps::jump, Qt::QueuedConnection);
}

void Jumps::jump()
{
    if (m_done == m_count) {
        emit finished();
        return;
    }
    m_isWaiting = true;
    m_clock.start();
    m_window->scrollTo(m_random.bounded(m_window->lastTop() + 1));
    check();
}

void Jumps::check()
{
    if (!m_isWaiting || !m_window->rows()->isLoaded())
        return;
    const double milliseconds = static_cast<double>(m_clock.nsecsElapsed()) / 1e6;
    m_isWaiting = false;
    ++m_done;
    m_sum += milliseconds;
    m_longest = std::max(m_longest, milliseconds);
    QMetaObject::invokeMethod(this, &Jumps::jump, Qt::QueuedConnection);
}

QString Jumps::report() const
{
    return QString("%1 jumps: rows after %2 ms on average, %3 ms at most")
        .arg(QLocale::c().toString(m_done))
        .arg(m_sum / std::max(m_done, 1), 0, 'f', 1)
        .arg(m_longest, 0, 'f', 1);
}

QString Jumps::peakMemory()
{
    QFile file("/proc/self/status");
    if (!file.open(QFile::ReadOnly))
        return {};
    const QByteArrayList lines = file.readAll().split('\n');
    for (const QByteArray &line : lines) {
        if (line.startsWith("VmHWM:"))
            return QString("%1 MiB").arg(line.mid(6).trimmed().split(' ').first().toInt() / 1024);
    }
    return {};
}
