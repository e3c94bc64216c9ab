// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "tablemodel_p.h"

#include "sqlwrapping.h"

#include <QtCore/qpointer.h>

#include <utility>

namespace AsyncMySql {

using namespace Models;
using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype BufferLimit = 1024 * 1024;
/// If rows keep changing, the last comparison is not divided.
constexpr int MaximumComparisons = 3;
/// With random access: the rows of a page.
constexpr qsizetype PageSize = 256;

} // namespace

TableModelPrivate::TableModelPrivate(TableModel *tableModel)
    : RowsModelPrivate(tableModel)
    , q(tableModel)
    , rows(tableModel)
    , editor(this)
    , submitter(this)
{
    QObject::connect(&facts, &StatementFacts::answered, q, [this] {
        // What is scheduled is another statement.
        if (!scheduled && executor)
            readAtRandom();
    });
    QObject::connect(&facts, &StatementFacts::failed, q, [this](const Error &problem) {
        if (!scheduled)
            fail(problem);
    });
}

void TableModelPrivate::changed(Signal signal, Load load)
{
    const QPointer<TableModel> guard(q);
    Q_EMIT(q->*signal)(TableModel::QPrivateSignal());
    if (guard)
        schedule(load);
}

void TableModelPrivate::schedule(Load load)
{
    // Rows of another table are obsolete.
    if (load == Load::Replace)
        stopLoading();
    RowsModelPrivate::schedule(load);
}

void TableModelPrivate::start(Load load)
{
    stopLoading();
    error = {};
    const QPointer<TableModel> guard(q);
    if (load == Load::Replace)
        clear();
    if (!guard)
        return;
    if (!executor || tableName.isEmpty()) {
        publish();
        return;
    }
    if (quotedTableName(tableName).isEmpty()) {
        fail(Error(Error::InvalidParameter, u"\"%1\" is not the name of a table"_s.arg(tableName)));
        return;
    }
    if (const Error problem = checkCondition(selection.filter)) {
        fail(problem);
        return;
    }
    if (metadata)
        readRows();
    else
        readMetadata();
    publish();
}

void TableModelPrivate::stopLoading()
{
    columnsReader.reset();
    indexesReader.reset();
    if (std::exchange(comparison, nullptr))
        submitter.catchUpLater();
    reader.reset();
    facts.stop();
    random.forgetPending();
}

void TableModelPrivate::cancel()
{
    const bool wasLoading = isLoading() || random.isActive();
    const QPointer<TableModel> guard(q);
    // Rows of another table cannot be compared.
    if (scheduled == Load::Replace && isChanging()) {
        QMetaObject::invokeMethod(
            q, [this] { cancel(); }, Qt::QueuedConnection);
        return;
    }
    if (scheduled == Load::Replace)
        clear();
    if (!guard)
        return;
    scheduled.reset();
    stopLoading();
    random.stop();
    submitter.cancel();
    if (!wasLoading)
        return;
    complete = false;
    fail(Error(Error::Cancelled, u"Loading was cancelled"_s));
}

bool TableModelPrivate::dropUnbegun()
{
    const bool wasWaiting = scheduled || facts.isAsking();
    scheduled.reset();
    facts.stop();
    return wasWaiting;
}

/// For another table or another server.
void TableModelPrivate::clear()
{
    submitter.abandonRows();
    q->beginResetModel();
    metadata.reset();
    columnNames.clear();
    rows.setColumns({});
    rows.clear();
    random.clear();
    complete = false;
    q->endResetModel();
}

void TableModelPrivate::readMetadata()
{
    const QString name = quotedTableName(tableName);
    const auto read = [&](const QString &sql) {
        auto statementReader
            = std::make_unique<StreamReader>(executor, BoundStatement{sql + name, QVariantList()},
                                             StreamReader::Options{BufferLimit, false, true});
        statementReader->want(-1);
        QObject::connect(statementReader.get(), &StreamReader::advanced, q,
                         [this] { metadataAdvanced(); });
        return statementReader;
    };
    // Unlike information_schema, these statements support temporary tables.
    columnsReader = read(u"SHOW FULL COLUMNS FROM "_s);
    indexesReader = read(u"SHOW INDEX FROM "_s);
}

void TableModelPrivate::metadataAdvanced()
{
    for (StreamReader *each : {columnsReader.get(), indexesReader.get()}) {
        if (const Error problem = each->takeError()) {
            stopLoading();
            fail(problem);
            return;
        }
    }
    if (columnsReader->isActive() || indexesReader->isActive())
        return;
    const QPointer<TableModel> guard(q);
    const QPointer<StreamReader> current(columnsReader.get());
    q->beginResetModel();
    metadata = TableMetadata::from(quotedTableName(tableName), columnsReader->rows(),
                                   indexesReader->rows());
    columnNames = metadata->columnNames();
    q->endResetModel();
    // A slot may have set another table.
    if (!guard || !current)
        return;
    columnsReader.reset();
    indexesReader.reset();
    readRows(true);
    publish();
}

void TableModelPrivate::readRows(bool isMetadataNew)
{
    if (!executor)
        return;
    if (isRandom()) {
        askAboutRows(isMetadataNew);
        return;
    }
    merges = rows.count() > 0;
    if (!merges)
        rows.clear();
    // In binary form, like rows that are read back: the two are compared, and floating-point
    // numbers are exact.
    reader = std::make_unique<StreamReader>(executor, selectStatement(*metadata, selection),
                                            StreamReader::Options{BufferLimit, true, false});
    reader->want(-1);
    QObject::connect(reader.get(), &StreamReader::advanced, q, [this] { rowsAdvanced(); });
}

void TableModelPrivate::rowsAdvanced()
{
    const QPointer<TableModel> guard(q);
    // A slot may request other rows or none.
    const QPointer<StreamReader> current(reader.get());
    if (rows.columns().isEmpty())
        rows.setColumns(current->columns());
    if (mustWait() || comparison)
        return;
    if (!merges)
        appendRows();
    if (!guard || !current)
        return;
    if (current->isActive()) {
        publish();
        return;
    }
    if (const Error problem = current->takeError()) {
        complete = false;
        reader.reset();
        fail(problem);
        return;
    }
    if (merges)
        compareRows();
    else
        rowsAreRead();
}

void TableModelPrivate::rowsAreRead()
{
    complete = true;
    reader.reset();
    publish();
}

void TableModelPrivate::appendRows()
{
    const Change change(this);
    // More rows may arrive while slots run an event loop, and a slot may stop reading.
    while (reader && rows.knownCount() < reader->rows().rowCount()) {
        const qsizetype first = rows.knownCount();
        rows.addChunks(reader->rows());
        if (!rows.append(first, rows.knownCount() - first))
            return;
    }
}

void TableModelPrivate::catchUp()
{
    const QPointer<TableModel> guard(q);
    if (scheduled)
        startScheduled();
    else if (comparison)
        goOnComparing();
    else if (reader)
        rowsAdvanced();
    if (guard)
        random.catchUp();
    if (guard)
        submitter.catchUp();
}

void TableModelPrivate::askAboutRows(bool isMetadataNew)
{
    // Rows of another selection are obsolete.
    if (!isShownAtRandom())
        random.stop();
    // The table may have changed since it was asked about.
    facts.forgetTable();
    const QString sql = selectionStatement(*metadata, selection).sql;
    if (!facts.ask(executor,
                   {sql, true, metadata->quotedName, isMetadataNew ? metadata : std::nullopt}))
        readAtRandom();
}

/// Whether rows of the selection are shown, so that they can stay until they have been read again.
bool TableModelPrivate::isShownAtRandom() const
{
    return random.isShown() && randomSelection == selection;
}

void TableModelPrivate::readAtRandom()
{
    const auto plan = pagePlan();
    if (const auto *problem = std::get_if<QString>(&plan)) {
        fail(Error(Error::NotSupported, u"The rows of %1 cannot be read at random: %2"_s.arg(
                                            metadata->quotedName, *problem)));
        return;
    }
    nextRandomSelection = selection;
    random.read(std::get<PagePlan>(plan), {PageSize, BufferLimit, cacheSize}, isShownAtRandom());
}

std::variant<PagePlan, QString> TableModelPrivate::pagePlan() const
{
    if (selection.limit >= 0)
        return u"it has a limit"_s;
    const BoundStatement statement = selectionStatement(*metadata, selection);
    PageRequest request;
    request.parameters = statement.parameters;
    request.order = selection.order;
    return facts.pagePlan(statement.sql, request);
}

void TableModelPrivate::randomRowsReplaced(const RandomAccessReader &randomReader)
{
    randomSelection = nextRandomSelection;
    rows.clear();
    rows.setColumns(randomReader.columns());
}

const TableRow &TableModelPrivate::row(int index) const
{
    if (!random.isShown())
        return rows.at(index);
    randomRow.stored = random.row(index);
    return randomRow;
}

QList<int> TableModelPrivate::identifyingColumns() const
{
    if (metadata->canWrite())
        return metadata->key;
    QList<int> all;
    for (int i = 0; i < metadata->columns.size(); ++i)
        all.append(i);
    return all;
}

std::unique_ptr<RowComparison> TableModelPrivate::newComparison()
{
    comparedRevision = rows.revision();
    return std::make_unique<RowComparison>(
        rows.snapshot(), RowComparison::Rows{reader->rows(), reader->rows().rowCount()},
        identifyingColumns());
}

void TableModelPrivate::compareRows()
{
    comparedAgain = 0;
    compare(newComparison());
}

void TableModelPrivate::refreshShown()
{
    // Changes of the user in the meantime decide which rows stay.
    if (rows.revision() != comparedRevision) {
        if (++comparedAgain < MaximumComparisons) {
            compare(newComparison());
            return;
        }
        comparison = newComparison();
        while (!comparison->isDone())
            comparison->advance();
    }
    const std::unique_ptr<RowComparison> compared = std::move(comparison);
    submitter.catchUpLater();
    // A slot may request other rows or none.
    const QPointer<StreamReader> current(reader.get());
    QList<RowPlace> found;
    {
        const Change change(this);
        isMerging = true;
        if (!rows.carryOut(*compared))
            return;
        isMerging = false;
        found = rows.adopt(*compared);
    }
    if (announceChanges(rows, *compared) && rowsChanged(found) && current)
        rowsAreRead();
}

void TableModelPrivate::rowChanged(int row)
{
    const QPointer<TableModel> guard(q);
    Q_EMIT q->dataChanged(q->index(row, 0), q->index(row, q->columnCount() - 1));
    if (guard && row < q->count())
        Q_EMIT q->headerDataChanged(Qt::Vertical, row, row);
}

bool TableModelPrivate::rowsChanged(const QList<RowPlace> &places)
{
    const QPointer<TableModel> guard(q);
    for (const RowPlace &place : places) {
        const int index = rows.indexOf(place);
        if (index >= 0)
            rowChanged(index);
        if (!guard)
            return false;
    }
    return true;
}

TableModelPrivate::Published TableModelPrivate::toPublish() const
{
    Published now;
    now.columnNames = columnNames;
    now.readOnly = isRandom() || !metadata || !metadata->canWrite();
    now.count = count();
    now.pendingChanges = rows.pending();
    now.error = error;
    now.complete = random.isShown() ? random.isExact() : complete && !isLoading();
    now.progress = random.isShown() ? random.progress() : now.complete ? 1 : 0;
    now.submitting = submitter.isSubmitting();
    now.loading = isLoading();
    return now;
}

void TableModelPrivate::notify(Property property)
{
    const auto emitSignal = [this](Signal signal) {
        Q_EMIT(q->*signal)(TableModel::QPrivateSignal());
    };
    switch (property) {
    case Property::ColumnNames:
        return emitSignal(&TableModel::columnNamesChanged);
    case Property::ReadOnly:
        return emitSignal(&TableModel::readOnlyChanged);
    case Property::Count:
        return emitSignal(&TableModel::countChanged);
    case Property::PendingChanges:
        return emitSignal(&TableModel::pendingChangesChanged);
    case Property::Error:
        return emitSignal(&TableModel::errorChanged);
    case Property::Complete:
        return emitSignal(&TableModel::completeChanged);
    case Property::Progress:
        return emitSignal(&TableModel::progressChanged);
    case Property::Submitting:
        return emitSignal(&TableModel::submittingChanged);
    case Property::Loading:
        return emitSignal(&TableModel::loadingChanged);
    case Property::Executor:
        return emitSignal(&TableModel::executorChanged);
    case Property::Elapsed:
    case Property::Paged:
        break; // a TableModel has none
    }
}

void TableModelPrivate::notifyOfError(const Error &newError)
{
    Q_EMIT q->errorOccurred(newError, TableModel::QPrivateSignal());
}

void TableModelPrivate::notifyOfSubmission()
{
    Q_EMIT q->submitted(TableModel::QPrivateSignal());
}

} // namespace AsyncMySql
