// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "console.h"

#include <cstdio>

#ifdef Q_OS_UNIX
#include <unistd.h>
#endif

using namespace AsyncMySql;

namespace {

constexpr int Width = 80;

bool isTerminal()
{
#ifdef Q_OS_UNIX
    return isatty(STDOUT_FILENO) && qgetenv("TERM") != "dumb"
           && qEnvironmentVariableIsEmpty("NO_COLOR");
#else
    return false;
#endif
}

/// How many columns of a terminal a text takes.
int widthOf(const QString &text)
{
    int width = 0;
    for (const char32_t character : text.toUcs4()) {
        switch (QChar::script(character)) {
        case QChar::Script_Han:
        case QChar::Script_Hiragana:
        case QChar::Script_Katakana:
        case QChar::Script_Hangul:
            width += 2;
            break;
        default:
            width += QChar::category(character) == QChar::Mark_NonSpacing ? 0 : 1;
        }
    }
    return width;
}

bool isNumber(const Column &column)
{
    return column.type() >= Column::Type::TinyInt && column.type() <= Column::Type::Decimal;
}

} // namespace

Console::Console()
    : m_out(stdout)
    , m_isTerminal(isTerminal())
{
    m_clock.start();
}

void Console::title(const QString &text)
{
    line(styled(text, Bold));
}

void Console::chapter(const QString &text)
{
    line({});
    line(styled(QString("%1  %2 ").arg(++m_chapter).arg(text), Bold)
         + styled(QString("─").repeated(Width - 5 - widthOf(text)), Dim));
    m_clock.restart();
}

void Console::explain(const QString &text)
{
    for (const QString &part : text.split('\n'))
        line("   " + styled(part, Dim));
}

void Console::event(const QString &text)
{
    timed(text, Plain);
}

void Console::good(const QString &text)
{
    timed(text, Green);
}

void Console::bad(const QString &text)
{
    timed(text, Red);
}

void Console::table(const Result &result)
{
    const QList<Column> columns = result.columns();
    QList<QStringList> cells{result.columnNames()};
    for (const Row &row : result) {
        QStringList texts;
        for (int i = 0; i < columns.size(); ++i)
            texts << (row.isNull(i) ? QString("NULL") : row.text(i));
        cells << texts;
    }
    QList<int> widths(columns.size());
    for (const QStringList &row : cells) {
        for (int i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], widthOf(row[i]));
    }
    for (qsizetype r = 0; r < cells.size(); ++r) {
        QString text;
        for (int i = 0; i < columns.size(); ++i) {
            const QString padding(widths[i] - widthOf(cells[r][i]), ' ');
            const bool isNull = r > 0 && result[r - 1].isNull(i);
            const QString cell = styled(cells[r][i], r == 0 ? Cyan : isNull ? Dim : Plain);
            text += "  " + (isNumber(columns[i]) ? padding + cell : cell + padding);
        }
        line("         " + text);
    }
}

void Console::status(const QString &text)
{
    if (!m_isTerminal)
        return;
    m_out << "\r\033[K" << styled(QString("  %1 s  ").arg(seconds(), 5, 'f', 1) + text, Dim);
    m_out.flush();
    m_hasStatus = true;
}

QString Console::styled(const QString &text, Style style) const
{
    return m_isTerminal && style != Plain ? QString("\033[%1m%2\033[0m").arg(style).arg(text)
                                          : text;
}

void Console::line(const QString &text)
{
    if (m_hasStatus)
        m_out << "\r\033[K";
    m_hasStatus = false;
    m_out << text << Qt::endl;
}

void Console::timed(const QString &text, Style style)
{
    line(styled(QString("  %1 s  ").arg(seconds(), 5, 'f', 3), Dim) + styled(text, style));
}
