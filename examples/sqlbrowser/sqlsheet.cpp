// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "sqlsheet.h"

#include "errorpanel.h"
#include "errorposition.h"
#include "gridview.h"
#include "icons.h"
#include "messagespage.h"
#include "queryhistory.h"
#include "querypage.h"
#include "scriptrunner.h"
#include "serversession.h"
#include "sqleditor.h"
#include "tablepage.h"

#include <QtWidgets/QMessageBox>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTabWidget>
#include <QtWidgets/QVBoxLayout>

using AsyncMySql::Error;

SqlSheet::SqlSheet(QueryHistory *history, QWidget *parent)
    : QSplitter(Qt::Vertical, parent)
    , m_history(history)
    , m_editor(new SqlEditor)
    , m_errors(new ErrorPanel)
    , m_jump(m_errors->addButton(tr("Go there")))
    , m_tabs(new QTabWidget)
    , m_messages(new MessagesPage)
    , m_runner(new ScriptRunner(this))
{
    m_editor->setObjectName("sqlEditor");
    m_tabs->setObjectName("results");
    m_errors->setObjectName("sqlErrors");
    m_jump->setObjectName("jumpToError");
    auto *lower = new QWidget;
    auto *layout = new QVBoxLayout(lower);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addWidget(m_errors);
    layout->addWidget(m_tabs);
    addWidget(m_editor);
    addWidget(lower);
    setStretchFactor(0, 0);
    setStretchFactor(1, 1);
    setSizes({230, 420});
    setChildrenCollapsible(false);

    m_tabs->setDocumentMode(true);
    m_tabs->setTabsClosable(true);
    m_tabs->setMovable(false);
    m_tabs->addTab(m_messages, Icons::icon(Icons::Glyph::History), tr("Messages"));
    for (const auto side : {QTabBar::LeftSide, QTabBar::RightSide})
        m_tabs->tabBar()->setTabButton(0, side, nullptr);

    connect(m_tabs, &QTabWidget::tabCloseRequested, this, &SqlSheet::closePage);
    connect(m_tabs, &QTabWidget::currentChanged, this, &SqlSheet::statusChanged);
    connect(m_jump, &QPushButton::clicked, this, &SqlSheet::jumpToError);
    connect(m_messages, &MessagesPage::activated, m_editor, &SqlEditor::insertSql);
    connect(m_editor, &QPlainTextEdit::textChanged, this, [this] {
        if (!m_editor->hasError())
            m_jump->hide();
    });
    connect(m_runner, &ScriptRunner::runningChanged, this, &SqlSheet::statusChanged);
    connect(m_runner, &ScriptRunner::ended, this, &SqlSheet::followDialect);
    connect(m_runner, &ScriptRunner::started, this,
            [this](const SqlStatement &statement) { m_history->add(statement.text); });
    connect(m_runner, &ScriptRunner::pageCreated, this,
            [this](ResultPage *page, const QString &sql) {
                addPage(page, tr("Result %1").arg(++m_resultNumber), sql);
            });
    connect(m_runner, &ScriptRunner::succeeded, this,
            [this](const SqlStatement &statement, const QString &outcome, qint64 elapsed) {
                m_messages->addSuccess(statement.text, outcome, elapsed);
                // The status bar shows the rows.
                if (m_tabs->currentIndex() == 0)
                    Q_EMIT noted(outcome);
            });
    connect(m_runner, &ScriptRunner::failed, this,
            [this](const SqlStatement &statement, const Error &error, qint64 elapsed) {
                m_messages->addFailure(statement.text, error, elapsed);
                showFailure(statement, error);
            });
}

SqlSheet::~SqlSheet()
{
    // Pages emit signals at their end, which are no longer needed.
    m_runner->disconnect(this);
    m_tabs->disconnect(this);
}

void SqlSheet::setSession(ServerSession *session)
{
    m_runner->setSession(session);
    m_session = session;
    if (session) {
        connect(session, &ServerSession::stateChanged, this, &SqlSheet::followDialect);
        connect(session, &ServerSession::noted, this, &SqlSheet::noted);
    }
    m_errors->hide();
    m_editor->clearError();
    for (int i = m_tabs->count() - 1; i > 0; --i)
        delete m_tabs->widget(i);
}

ResultPage *SqlSheet::currentPage() const
{
    return static_cast<ResultPage *>(m_tabs->currentWidget());
}

bool SqlSheet::isBusy() const
{
    return m_runner->isRunning() || currentPage()->isBusy();
}

bool SqlSheet::hasPendingChanges() const
{
    for (int i = 1; i < m_tabs->count(); ++i) {
        if (static_cast<ResultPage *>(m_tabs->widget(i))->hasPendingChanges())
            return true;
    }
    return false;
}

void SqlSheet::runCurrent()
{
    if (!m_session)
        return;
    const QString text = m_editor->sql();
    const QTextCursor cursor = m_editor->textCursor();
    if (!cursor.hasSelection()) {
        const SqlStatement statement = statementAt(text, cursor.position(), m_session->dialect());
        if (!statement.text.isEmpty() && prepareRun()) {
            m_isFromEditor = true;
            m_runner->run(statement);
        }
        return;
    }
    const int start = cursor.selectionStart();
    if (!prepareRun())
        return;
    m_isFromEditor = true;
    m_runner->runScript(text.mid(start, cursor.selectionEnd() - start), start);
}

void SqlSheet::runAll()
{
    if (!prepareRun())
        return;
    m_isFromEditor = true;
    m_runner->runScript(m_editor->sql());
}

void SqlSheet::runSql(const QString &sql)
{
    if (!prepareRun())
        return;
    m_isFromEditor = false;
    m_runner->runScript(sql);
}

bool SqlSheet::prepareRun()
{
    if (!m_session || m_runner->isRunning())
        return false;
    m_errors->hide();
    m_editor->clearError();
    m_historyRow = -1;
    closeReplaced();
    m_tabs->setCurrentIndex(0);
    return true;
}

/// Statements can change how the session reads SQL.
void SqlSheet::followDialect()
{
    if (m_session)
        m_editor->setDialect(m_session->dialect());
}

void SqlSheet::cancel()
{
    if (m_runner->isRunning())
        m_runner->cancel();
    else
        currentPage()->cancel();
}

void SqlSheet::openTable(const QString &database, const QString &table)
{
    if (!m_session)
        return;
    const QString name = database + '.' + table;
    for (int i = 1; i < m_tabs->count(); ++i) {
        if (m_tabs->tabToolTip(i) == name) {
            m_tabs->setCurrentIndex(i);
            return;
        }
    }
    auto *page = new TablePage(m_session->tableOptions(), database, table);
    page->setKept(true);
    addPage(page, table, name);
    m_tabs->setTabIcon(m_tabs->indexOf(page), Icons::icon(Icons::Glyph::Table));
    page->grid()->setFocus();
}

void SqlSheet::addPage(ResultPage *page, const QString &title, const QString &toolTip)
{
    connect(page, &ResultPage::statusChanged, this, &SqlSheet::statusChanged);
    connect(page, &ResultPage::noted, this, &SqlSheet::noted);
    connect(page, &ResultPage::errorOccurred, this, [this](const Error &error) {
        m_jump->hide();
        m_errors->showError(error);
    });
    const bool isFirst = m_tabs->currentIndex() == 0;
    const int index = m_tabs->addTab(page, title);
    m_tabs->setTabToolTip(index, toolTip.left(2000));
    // The first of several results stays selected.
    if (isFirst || page->isKept())
        m_tabs->setCurrentIndex(index);
    Q_EMIT statusChanged();
}

void SqlSheet::closePage(int index)
{
    auto *page = index > 0 ? static_cast<ResultPage *>(m_tabs->widget(index)) : nullptr;
    if (!page)
        return;
    if (!page->hasPendingChanges()) {
        delete page;
        return;
    }
    auto *question = new QMessageBox(QMessageBox::Question, tr("Changes that were not submitted"),
                                     tr("Discard the changes of this table?"),
                                     QMessageBox::Discard | QMessageBox::Cancel, this);
    question->setAttribute(Qt::WA_DeleteOnClose);
    connect(question->button(QMessageBox::Discard), &QAbstractButton::clicked, page,
            [page] { page->deleteLater(); });
    question->open();
}

void SqlSheet::closeReplaced()
{
    for (int i = m_tabs->count() - 1; i > 0; --i) {
        auto *page = static_cast<ResultPage *>(m_tabs->widget(i));
        if (!page->isKept())
            delete page;
    }
    if (m_tabs->count() == 1)
        m_resultNumber = 0;
}

void SqlSheet::keepCurrent(bool keep)
{
    if (m_tabs->currentIndex() < 1)
        return;
    currentPage()->setKept(keep);
    m_tabs->setTabIcon(m_tabs->currentIndex(), keep ? Icons::icon(Icons::Glyph::Submit) : QIcon());
}

void SqlSheet::closeCurrent()
{
    closePage(m_tabs->currentIndex());
}

void SqlSheet::showFailure(const SqlStatement &statement, const Error &error)
{
    // The user knows what was cancelled.
    if (error.code() == Error::Cancelled) {
        Q_EMIT noted(tr("Cancelled"));
        return;
    }
    m_tabs->setCurrentIndex(0);
    const QString now = m_editor->sql().mid(statement.start, statement.text.size());
    if (m_isFromEditor && now == statement.text) {
        const ErrorPosition position
            = ErrorPosition::of(error, statement.text, m_editor->dialect());
        const qsizetype length = position.isKnown() ? position.length : 0;
        m_editor->markError(statement.start + qMax<qsizetype>(0, position.start), length);
        m_jump->setText(tr("Go to line %1").arg(m_editor->errorLine()));
    }
    m_jump->setVisible(m_editor->hasError());
    m_errors->showError(error);
}

void SqlSheet::jumpToError()
{
    m_editor->jumpToError();
}

void SqlSheet::showHistory(int row)
{
    if (row < -1 || row >= m_history->rowCount())
        return;
    if (m_historyRow < 0)
        m_draft = m_editor->sql();
    m_historyRow = row;
    m_editor->selectAll();
    m_editor->insertSql(row < 0 ? m_draft : m_history->sql(row));
}
