// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/error.h>
#include <AsyncMySql/executor.h>
#include <AsyncMySql/global.h>

#include <QtCore/qabstractitemmodel.h>
#include <QtCore/qstringlist.h>
#include <QtCore/qvariant.h>

#include <memory>

namespace AsyncMySql {

class TableModelPrivate;

class ASYNCMYSQL_EXPORT TableModel : public QAbstractTableModel
{
    Q_OBJECT
    Q_PROPERTY(
        AsyncMySql::Executor *executor READ executor WRITE setExecutor NOTIFY executorChanged)
    Q_PROPERTY(QString table READ table WRITE setTable NOTIFY tableChanged)
    Q_PROPERTY(QString filter READ filter WRITE setFilter NOTIFY filterChanged)
    Q_PROPERTY(QVariant filterParameters READ filterParameters WRITE setFilterParameters NOTIFY
                   filterParametersChanged)
    Q_PROPERTY(int limit READ limit WRITE setLimit NOTIFY limitChanged)
    Q_PROPERTY(SubmitPolicy submitPolicy READ submitPolicy WRITE setSubmitPolicy NOTIFY
                   submitPolicyChanged)
    Q_PROPERTY(ReadMode readMode READ readMode WRITE setReadMode NOTIFY readModeChanged)
    Q_PROPERTY(qsizetype cacheSize READ cacheSize WRITE setCacheSize NOTIFY cacheSizeChanged)
    Q_PROPERTY(bool binaryEditable READ isBinaryEditable WRITE setBinaryEditable NOTIFY
                   binaryEditableChanged)
    Q_PROPERTY(int sortColumn READ sortColumn NOTIFY sortChanged)
    Q_PROPERTY(Qt::SortOrder sortOrder READ sortOrder NOTIFY sortChanged)
    Q_PROPERTY(bool loading READ isLoading NOTIFY loadingChanged)
    Q_PROPERTY(bool complete READ isComplete NOTIFY completeChanged)
    Q_PROPERTY(double progress READ progress NOTIFY progressChanged)
    Q_PROPERTY(bool submitting READ isSubmitting NOTIFY submittingChanged)
    Q_PROPERTY(bool readOnly READ isReadOnly NOTIFY readOnlyChanged)
    Q_PROPERTY(int pendingChanges READ pendingChanges NOTIFY pendingChangesChanged)
    Q_PROPERTY(int count READ count NOTIFY countChanged)
    Q_PROPERTY(QStringList columnNames READ columnNames NOTIFY columnNamesChanged)
    Q_PROPERTY(QStringList keyColumns READ keyColumns NOTIFY columnNamesChanged)
    Q_PROPERTY(AsyncMySql::Error error READ error NOTIFY errorChanged)

public:
    /// Qt::UserRole + n is column n.
    enum Role {
        NullRole = Qt::UserRole + 0x10000, ///< bool: whether the cell is NULL
        CellStateRole,                     ///< CellState
        RowStateRole,                      ///< RowState
        RowErrorRole,                      ///< Error: why the row could not be saved
        OriginalValueRole,                 ///< the value when the row was read
        ServerValueRole,                   ///< the value in the table after a conflict
        LoadedRole,                        ///< bool: whether the row has been read
    };
    Q_ENUM(Role)

    enum class CellState {
        Stored,
        Changed,
        Submitting,
        Failed,
        Conflicting,
    };
    Q_ENUM(CellState)

    enum class RowState {
        Stored,
        Changed,
        Inserted,
        Removed,
        Uncertain,
    };
    Q_ENUM(RowState)

    enum class SubmitPolicy {
        OnFieldChange,
        OnRowChange,
        Manual,
    };
    Q_ENUM(SubmitPolicy)

    enum class ReadMode {
        Whole,
        RandomAccess,
    };
    Q_ENUM(ReadMode)

    explicit TableModel(QObject *parent = nullptr);
    ~TableModel() override;

    Executor *executor() const;
    void setExecutor(Executor *executor);
    QString table() const;
    void setTable(const QString &table);
    QString filter() const;
    void setFilter(const QString &condition);
    QVariant filterParameters() const;
    void setFilterParameters(const QVariant &parameters);
    int limit() const;
    void setLimit(int rows);
    SubmitPolicy submitPolicy() const;
    void setSubmitPolicy(SubmitPolicy policy);
    ReadMode readMode() const;
    void setReadMode(ReadMode mode);
    qsizetype cacheSize() const;
    void setCacheSize(qsizetype bytes);
    bool isBinaryEditable() const;
    void setBinaryEditable(bool editable);

    int sortColumn() const;
    Qt::SortOrder sortOrder() const;
    bool isLoading() const;
    bool isComplete() const;
    double progress() const;
    bool isSubmitting() const;
    bool isReadOnly() const;
    int pendingChanges() const;
    int count() const;
    QStringList columnNames() const;
    QStringList keyColumns() const;
    Error error() const;

    Q_INVOKABLE int appendRow(const QVariantMap &values);
    Q_INVOKABLE bool setRow(int row, const QVariantMap &values);
    Q_INVOKABLE void revertRow(int row);
    Q_INVOKABLE void acceptServerValues(int row);
    Q_INVOKABLE bool canWrite(const QModelIndex &index) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    bool setData(const QModelIndex &index, const QVariant &value, int role = Qt::EditRole) override;
    QVariant headerData(int section, Qt::Orientation orientation,
                        int role = Qt::DisplayRole) const override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;
    QHash<int, QByteArray> roleNames() const override;
    bool insertRows(int row, int count, const QModelIndex &parent = {}) override;
    bool removeRows(int row, int count, const QModelIndex &parent = {}) override;
    void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) override;

public Q_SLOTS:
    bool submit() override;
    void revert() override;
    void submitAll();
    void revertAll();
    void refresh();
    void cancel();

Q_SIGNALS:
    void executorChanged(QPrivateSignal);
    void tableChanged(QPrivateSignal);
    void filterChanged(QPrivateSignal);
    void filterParametersChanged(QPrivateSignal);
    void limitChanged(QPrivateSignal);
    void submitPolicyChanged(QPrivateSignal);
    void readModeChanged(QPrivateSignal);
    void cacheSizeChanged(QPrivateSignal);
    void binaryEditableChanged(QPrivateSignal);
    void sortChanged(QPrivateSignal);
    void loadingChanged(QPrivateSignal);
    void completeChanged(QPrivateSignal);
    void progressChanged(QPrivateSignal);
    void submittingChanged(QPrivateSignal);
    void readOnlyChanged(QPrivateSignal);
    void pendingChangesChanged(QPrivateSignal);
    void countChanged(QPrivateSignal);
    void columnNamesChanged(QPrivateSignal);
    void errorChanged(QPrivateSignal);
    void submitted(QPrivateSignal);
    void errorOccurred(const AsyncMySql::Error &error, QPrivateSignal);

private:
    friend class TableModelPrivate;
    std::unique_ptr<TableModelPrivate> d;
};

} // namespace AsyncMySql
