// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "sqleditor.h"

#include "sqlhighlighter.h"
#include "theme.h"

#include <QtGui/QFontDatabase>
#include <QtGui/QPainter>
#include <QtGui/QTextBlock>
#include <QtGui/QTextDocument>

namespace {

class LineNumbers : public QWidget
{
public:
    explicit LineNumbers(SqlEditor *editor)
        : QWidget(editor)
        , m_editor(editor)
    {
    }

    QSize sizeHint() const override { return {m_editor->numbersWidth(), 0}; }

protected:
    void paintEvent(QPaintEvent *event) override { m_editor->paintNumbers(event->rect()); }

private:
    SqlEditor *m_editor;
};

} // namespace

SqlEditor::SqlEditor(QWidget *parent)
    : QPlainTextEdit(parent)
    , m_numbers(new LineNumbers(this))
    , m_highlighter(new SqlHighlighter(document()))
{
    QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    font.setStyleHint(QFont::Monospace);
    font.setPointSizeF(QWidget::font().pointSizeF() + 0.5);
    setFont(font);
    setTabStopDistance(4 * QFontMetricsF(font).horizontalAdvance(' '));
    setLineWrapMode(NoWrap);
    setPlaceholderText(tr("Write SQL here. Ctrl+Enter runs the statement at the cursor, "
                          "Ctrl+Shift+Enter all of them."));
    setAccessibleName(tr("SQL editor"));
    m_highlighter->setPalette(palette());
    connect(this, &QPlainTextEdit::blockCountChanged, this,
            [this] { setViewportMargins(numbersWidth(), 0, 0, 0); });
    connect(this, &QPlainTextEdit::updateRequest, this, &SqlEditor::updateNumbers);
    connect(this, &QPlainTextEdit::cursorPositionChanged, this, &SqlEditor::updateSelections);
    connect(document(), &QTextDocument::contentsChange, this, [this](int position, int, int) {
        if (hasError() && position >= m_error.selectionStart()
            && position <= m_error.selectionEnd())
            clearError();
    });
    setViewportMargins(numbersWidth(), 0, 0, 0);
}

SqlEditor::~SqlEditor() = default;

QString SqlEditor::sql() const
{
    QString text = document()->toRawText();
    for (QChar &c : text) {
        if (c == QChar::ParagraphSeparator || c == QChar::LineSeparator)
            c = '\n';
    }
    return text;
}

AsyncMySql::SqlDialect SqlEditor::dialect() const
{
    return m_highlighter->dialect();
}

void SqlEditor::setDialect(const AsyncMySql::SqlDialect &dialect)
{
    m_highlighter->setDialect(dialect);
}

void SqlEditor::markError(qsizetype start, qsizetype length)
{
    m_error = QTextCursor(document());
    const int last = document()->characterCount() - 1;
    m_error.setPosition(qMin(int(start), last));
    m_error.setPosition(qMin(int(start + length), last), QTextCursor::KeepAnchor);
    updateSelections();
    m_numbers->update();
}

void SqlEditor::clearError()
{
    m_error = {};
    updateSelections();
    m_numbers->update();
}

int SqlEditor::errorLine() const
{
    return hasError() ? document()->findBlock(m_error.selectionStart()).blockNumber() + 1 : 0;
}

void SqlEditor::jumpToError()
{
    if (!hasError())
        return;
    QTextCursor cursor = textCursor();
    cursor.setPosition(m_error.selectionStart());
    setTextCursor(cursor);
    ensureCursorVisible();
    setFocus();
}

void SqlEditor::insertSql(const QString &sql)
{
    textCursor().insertText(sql);
    setFocus();
}

int SqlEditor::numbersWidth() const
{
    const int digits = qMax(2, int(QString::number(blockCount()).size()));
    return fontMetrics().horizontalAdvance('9') * digits + 16;
}

void SqlEditor::paintNumbers(const QRect &rect)
{
    QPainter painter(m_numbers);
    painter.fillRect(rect, palette().color(QPalette::AlternateBase));
    painter.setFont(font());
    const int current = textCursor().blockNumber();
    const int error = errorLine() - 1;
    for (QTextBlock block = firstVisibleBlock(); block.isValid(); block = block.next()) {
        const QRectF area = blockBoundingGeometry(block).translated(contentOffset());
        if (area.top() > rect.bottom())
            break;
        const int number = block.blockNumber();
        painter.setPen(number == error     ? Theme::errorText(palette())
                       : number == current ? palette().color(QPalette::Text)
                                           : Theme::faintText(palette()));
        painter.drawText(QRectF(0, area.top(), m_numbers->width() - 8, fontMetrics().height()),
                         Qt::AlignRight | Qt::AlignVCenter, QString::number(number + 1));
    }
}

void SqlEditor::resizeEvent(QResizeEvent *event)
{
    QPlainTextEdit::resizeEvent(event);
    const QRect area = contentsRect();
    m_numbers->setGeometry(area.left(), area.top(), numbersWidth(), area.height());
}

void SqlEditor::changeEvent(QEvent *event)
{
    QPlainTextEdit::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        m_highlighter->setPalette(palette());
        updateSelections();
    }
}

void SqlEditor::keyPressEvent(QKeyEvent *event)
{
    const bool isReturn = event->key() == Qt::Key_Return && event->modifiers() == Qt::NoModifier;
    if (!isReturn) {
        QPlainTextEdit::keyPressEvent(event);
        return;
    }
    // The next line starts where this one does.
    const QString line = textCursor().block().text().left(textCursor().positionInBlock());
    qsizetype spaces = 0;
    while (spaces < line.size() && line[spaces].isSpace())
        ++spaces;
    textCursor().insertText('\n' + line.left(spaces));
    ensureCursorVisible();
}

void SqlEditor::updateNumbers(const QRect &rect, int dy)
{
    if (dy != 0)
        m_numbers->scroll(0, dy);
    else
        m_numbers->update(0, rect.y(), m_numbers->width(), rect.height());
}

void SqlEditor::updateSelections()
{
    QList<QTextEdit::ExtraSelection> selections;
    QTextEdit::ExtraSelection line;
    QColor background = palette().color(QPalette::Highlight);
    background.setAlpha(24);
    line.format.setBackground(background);
    line.format.setProperty(QTextFormat::FullWidthSelection, true);
    line.cursor = textCursor();
    line.cursor.clearSelection();
    selections.append(line);
    if (hasError()) {
        QTextEdit::ExtraSelection error;
        error.cursor = m_error;
        error.format.setBackground(Theme::errorBackground(palette()));
        error.format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
        error.format.setUnderlineColor(Theme::errorText(palette()));
        selections.append(error);
    }
    setExtraSelections(selections);
    m_numbers->update();
}
