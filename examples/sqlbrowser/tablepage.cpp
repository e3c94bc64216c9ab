// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "tablepage.h"

#include "errorpanel.h"
#include "gridview.h"
#include "icons.h"
#include "sqlstatement.h"
#include "statementrows.h"
#include "theme.h"

#include <QtGui/QAction>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QSpinBox>
#include <QtWidgets/QToolBar>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

#include <set>

using namespace AsyncMySql;

TablePage::TablePage(const ConnectionOptions &options, const QString &database,
                     const QString &table, QWidget *parent)
    : ResultPage(parent)
    , m_name(quotedName(database) + '.' + quotedName(table))
    , m_connection(options)
    , m_grid(new GridView)
    , m_errors(new ErrorPanel)
    , m_filter(new QLineEdit)
    , m_limit(new QSpinBox)
    , m_pending(new QLabel)
    , m_takeTheirs(m_errors->addButton(tr("Take the other's values")))
    , m_keepMine(m_errors->addButton(tr("Keep mine")))
{
    m_grid->setObjectName("tableGrid");
    m_filter->setObjectName("tableFilter");
    m_errors->setObjectName("tableErrors");
    m_takeTheirs->setObjectName("takeTheirs");
    m_keepMine->setObjectName("keepMine");
    m_filter->setPlaceholderText(tr("for example: price < 20"));
    m_filter->setClearButtonEnabled(true);
    m_limit->setRange(1, 1'000'000);
    m_limit->setValue(1000);
    m_limit->setSingleStep(1000);
    m_limit->setGroupSeparatorShown(true);
    m_limit->setKeyboardTracking(false);

    auto *bar = new QToolBar;
    bar->setIconSize({16, 16});
    makeActions(bar);
    auto *spacer = new QWidget;
    spacer->setFixedWidth(12);
    bar->addWidget(spacer);
    bar->addWidget(new QLabel(tr("WHERE ")));
    bar->addWidget(m_filter);
    bar->addWidget(new QLabel(tr("  at most ")));
    bar->addWidget(m_limit);
    bar->addWidget(new QLabel(tr(" rows ")));
    bar->addWidget(m_pending);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addWidget(bar);
    layout->addWidget(m_errors);
    layout->addWidget(m_grid);

    m_grid->setModel(&m_model);
    m_grid->setSortable(true);
    m_grid->setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::EditKeyPressed
                            | QAbstractItemView::AnyKeyPressed);

    connect(m_filter, &QLineEdit::returnPressed, this, &TablePage::applyFilter);
    connect(m_limit, &QSpinBox::valueChanged, &m_model, &TableModel::setLimit);
    connect(m_takeTheirs, &QPushButton::clicked, this, &TablePage::takeTheirs);
    connect(m_keepMine, &QPushButton::clicked, this, &TablePage::keepMine);
    connect(&m_model, &TableModel::errorOccurred, this, &TablePage::showError);
    connect(&m_model, &TableModel::submitted, m_errors, &QWidget::hide);
    for (const auto signal : {&TableModel::loadingChanged, &TableModel::submittingChanged,
                              &TableModel::pendingChangesChanged, &TableModel::readOnlyChanged,
                              &TableModel::countChanged, &TableModel::completeChanged})
        connect(&m_model, signal, this, &TablePage::updateActions);
    connect(m_grid->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &TablePage::updateActions);
    connect(&m_connection, &Connection::errorOccurred, this,
            [this](const Error &error) { Q_EMIT noted(error.message()); });

    m_model.setSubmitPolicy(TableModel::SubmitPolicy::Manual);
    m_model.setBinaryEditable(true);
    m_model.setLimit(m_limit->value());
    m_model.setExecutor(&m_connection);
    m_model.setTable(m_name);
    updateActions();
}

TablePage::~TablePage()
{
    m_grid->QTableView::setModel(nullptr);
}

void TablePage::makeActions(QToolBar *bar)
{
    using Glyph = Icons::Glyph;
    m_insert = addAction(bar, tr("Add row"), Qt::CTRL | Qt::Key_Insert, Icons::icon(Glyph::Add),
                         &TablePage::insertRow);
    m_remove = addAction(bar, tr("Remove rows"), Qt::CTRL | Qt::Key_Delete,
                         Icons::icon(Glyph::Remove), &TablePage::removeRows);
    m_null = addAction(bar, tr("NULL"), Qt::CTRL | Qt::Key_0, {}, &TablePage::setNull);
    bar->addSeparator();
    m_submit = addAction(bar, tr("Submit"), Qt::CTRL | Qt::Key_S, Icons::icon(Glyph::Submit),
                         &TablePage::submit);
    m_revert = addAction(bar, tr("Revert"), Qt::CTRL | Qt::SHIFT | Qt::Key_Z,
                         Icons::icon(Glyph::Revert), &TablePage::revert);
    for (QAction *action : {m_submit, m_revert})
        qobject_cast<QToolButton *>(bar->widgetForAction(action))
            ->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_submit->setObjectName("submit");
    m_revert->setObjectName("revert");
    m_insert->setObjectName("insertRow");
    m_remove->setObjectName("removeRows");
}

QAction *TablePage::addAction(QToolBar *bar, const QString &text, const QKeySequence &shortcut,
                              const QIcon &icon, void (TablePage::*slot)())
{
    QAction *action = bar->addAction(icon, text);
    action->setShortcut(shortcut);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    action->setToolTip(text + " (" + shortcut.toString(QKeySequence::NativeText) + ')');
    QWidget::addAction(action);
    connect(action, &QAction::triggered, this, slot);
    return action;
}

void TablePage::applyFilter()
{
    m_errors->hide();
    m_model.setFilter(m_filter->text().trimmed());
    m_model.refresh();
}

void TablePage::insertRow()
{
    const int row = m_model.rowCount();
    if (!m_model.insertRow(row))
        return;
    m_grid->setFocus();
    m_grid->setCurrentIndex(m_model.index(row, 0));
    m_grid->scrollToBottom();
}

void TablePage::removeRows()
{
    std::set<int> rows;
    for (const QModelIndex &index : m_grid->selectionModel()->selectedIndexes())
        rows.insert(index.row());
    // From the last one, since added rows are removed immediately.
    for (auto row = rows.rbegin(); row != rows.rend(); ++row)
        m_model.removeRow(*row);
}

void TablePage::setNull()
{
    const QModelIndexList cells = m_grid->selectionModel()->selectedIndexes();
    for (const QModelIndex &index : cells)
        m_model.setData(index, QVariant());
}

void TablePage::submit()
{
    // An open editor commits its text when it loses the focus.
    m_grid->setFocus();
    m_errors->hide();
    m_model.submitAll();
}

void TablePage::revert()
{
    m_errors->hide();
    m_model.revertAll();
}

QList<int> TablePage::conflictingRows() const
{
    QList<int> rows;
    for (int row = m_model.rowCount() - 1; row >= 0; --row) {
        const QVariant error = m_model.index(row, 0).data(TableModel::RowErrorRole);
        if (error.value<Error>().code() == Error::RowChanged)
            rows.append(row);
    }
    return rows;
}

void TablePage::takeTheirs()
{
    for (const int row : conflictingRows())
        m_model.revertRow(row);
    m_errors->hide();
}

void TablePage::keepMine()
{
    for (const int row : conflictingRows())
        m_model.acceptServerValues(row);
    submit();
}

void TablePage::showError(const Error &error)
{
    const bool isConflict = error.code() == Error::RowChanged;
    m_takeTheirs->setVisible(isConflict);
    m_keepMine->setVisible(isConflict);
    m_errors->showError(error);
}

void TablePage::updateActions()
{
    const bool canEdit = !m_model.isReadOnly();
    const bool hasSelection = m_grid->selectionModel()->hasSelection();
    const int pending = m_model.pendingChanges();
    m_insert->setEnabled(canEdit);
    m_remove->setEnabled(canEdit && hasSelection);
    m_null->setEnabled(canEdit && hasSelection);
    m_submit->setEnabled(pending > 0 && !m_model.isSubmitting());
    m_revert->setEnabled(pending > 0 && !m_model.isSubmitting());
    m_pending->setText(pending == 0   ? QString()
                       : pending == 1 ? tr("  1 row changed  ")
                                      : tr("  %1 rows changed  ").arg(pending));
    QPalette palette = m_pending->palette();
    palette.setColor(QPalette::WindowText, Theme::warningText(palette));
    m_pending->setPalette(palette);
    Q_EMIT statusChanged();
}

QString TablePage::rowsText() const
{
    return m_model.columnCount() == 0 ? QString()
                                      : rowCountText(m_model.count(), m_model.isComplete());
}

/// All rows, in a separate session: changes that were not submitted are not in the server.
std::unique_ptr<RowSource> TablePage::exportRows() const
{
    QString sql = "SELECT * FROM " + m_name;
    if (!m_model.filter().isEmpty())
        sql += " WHERE " + m_model.filter();
    return std::make_unique<StatementRows>(m_connection.options(), sql);
}
