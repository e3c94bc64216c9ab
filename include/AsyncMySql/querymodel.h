// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/error.h>
#include <AsyncMySql/executor.h>
#include <AsyncMySql/global.h>
#include <AsyncMySql/row.h>

#include <QtCore/qabstractitemmodel.h>
#include <QtCore/qstringlist.h>
#include <QtCore/qvariant.h>

#include <memory>

namespace AsyncMySql {

class QueryModelPrivate;

class ASYNCMYSQL_EXPORT QueryModel : public QAbstractTableModel
{
    Q_OBJECT
    Q_PROPERTY(
        AsyncMySql::Executor *executor READ executor WRITE setExecutor NOTIFY executorChanged)
    Q_PROPERTY(QString sql READ sql WRITE setSql NOTIFY sqlChanged)
    Q_PROPERTY(QVariant parameters READ parameters WRITE setParameters NOTIFY parametersChanged)
    Q_PROPERTY(QStringList keyColumns READ keyColumns WRITE setKeyColumns NOTIFY keyColumnsChanged)
    Q_PROPERTY(int fetchSize READ fetchSize WRITE setFetchSize NOTIFY fetchSizeChanged)
    Q_PROPERTY(
        qsizetype bufferLimit READ bufferLimit WRITE setBufferLimit NOTIFY bufferLimitChanged)
    Q_PROPERTY(qsizetype cacheSize READ cacheSize WRITE setCacheSize NOTIFY cacheSizeChanged)
    Q_PROPERTY(bool prefetch READ prefetch WRITE setPrefetch NOTIFY prefetchChanged)
    Q_PROPERTY(AsyncMySql::QueryModel::ReadMode readMode READ readMode WRITE setReadMode NOTIFY
                   readModeChanged)
    Q_PROPERTY(bool paged READ isPaged NOTIFY pagedChanged)
    Q_PROPERTY(int sortColumn READ sortColumn NOTIFY sortChanged)
    Q_PROPERTY(Qt::SortOrder sortOrder READ sortOrder NOTIFY sortChanged)
    Q_PROPERTY(bool loading READ isLoading NOTIFY loadingChanged)
    Q_PROPERTY(bool complete READ isComplete NOTIFY completeChanged)
    Q_PROPERTY(double progress READ progress NOTIFY progressChanged)
    Q_PROPERTY(int count READ count NOTIFY countChanged)
    Q_PROPERTY(QStringList columnNames READ columnNames NOTIFY columnNamesChanged)
    Q_PROPERTY(qint64 elapsed READ elapsed NOTIFY elapsedChanged)
    Q_PROPERTY(AsyncMySql::Error error READ error NOTIFY errorChanged)

public:
    /// Qt::UserRole + n is column n.
    enum Role {
        NullRole = Qt::UserRole + 0x10000,   ///< bool: whether the cell is NULL
        LoadedRole = Qt::UserRole + 0x10010, ///< bool: whether the row has been read
    };
    Q_ENUM(Role)

    enum class ReadMode {
        Automatic,
        Paged,
        Streamed,
        RandomAccess,
    };
    Q_ENUM(ReadMode)

    enum class FilterOperator {
        Equal,
        NotEqual,
        Less,
        LessOrEqual,
        Greater,
        GreaterOrEqual,
        Contains,
        StartsWith,
        EndsWith,
        Like,
        IsNull,
        IsNotNull,
    };
    Q_ENUM(FilterOperator)

    explicit QueryModel(QObject *parent = nullptr);
    ~QueryModel() override;

    Executor *executor() const;
    void setExecutor(Executor *executor);
    QString sql() const;
    void setSql(const QString &sql);
    QVariant parameters() const;
    void setParameters(const QVariant &parameters);
    QStringList keyColumns() const;
    void setKeyColumns(const QStringList &names);
    int fetchSize() const;
    void setFetchSize(int rows);
    qsizetype bufferLimit() const;
    void setBufferLimit(qsizetype bytes);
    qsizetype cacheSize() const;
    void setCacheSize(qsizetype bytes);
    bool prefetch() const;
    void setPrefetch(bool prefetch);
    ReadMode readMode() const;
    void setReadMode(ReadMode mode);
    bool isPaged() const;

    int sortColumn() const;
    Qt::SortOrder sortOrder() const;
    Q_INVOKABLE void setFilter(const QString &columnName,
                               AsyncMySql::QueryModel::FilterOperator filterOperator,
                               const QVariant &value = {});
    Q_INVOKABLE void removeFilter(const QString &columnName);
    Q_INVOKABLE void clearFilters();

    bool isLoading() const;
    bool isComplete() const;
    double progress() const;
    int count() const;
    QStringList columnNames() const;
    qint64 elapsed() const;
    Error error() const;
    Row row(int index) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation,
                        int role = Qt::DisplayRole) const override;
    QHash<int, QByteArray> roleNames() const override;
    bool canFetchMore(const QModelIndex &parent) const override;
    void fetchMore(const QModelIndex &parent) override;
    void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) override;

public Q_SLOTS:
    void refresh();
    void reload();
    void cancel();

Q_SIGNALS:
    void executorChanged(QPrivateSignal);
    void sqlChanged(QPrivateSignal);
    void parametersChanged(QPrivateSignal);
    void keyColumnsChanged(QPrivateSignal);
    void fetchSizeChanged(QPrivateSignal);
    void bufferLimitChanged(QPrivateSignal);
    void cacheSizeChanged(QPrivateSignal);
    void prefetchChanged(QPrivateSignal);
    void readModeChanged(QPrivateSignal);
    void pagedChanged(QPrivateSignal);
    void sortChanged(QPrivateSignal);
    void filtersChanged(QPrivateSignal);
    void loadingChanged(QPrivateSignal);
    void completeChanged(QPrivateSignal);
    void progressChanged(QPrivateSignal);
    void countChanged(QPrivateSignal);
    void columnNamesChanged(QPrivateSignal);
    void elapsedChanged(QPrivateSignal);
    void errorChanged(QPrivateSignal);
    void errorOccurred(const AsyncMySql::Error &error, QPrivateSignal);

private:
    friend class QueryModelPrivate;
    std::unique_ptr<QueryModelPrivate> d;
};

} // namespace AsyncMySql
