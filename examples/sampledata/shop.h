// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/QStringList>
#include <QtCore/QVariantList>

#include <random>

/*!
    Makes up the rows of the sample shop, the same ones each time: 10,000 customers, 1,500 articles,
    25,000 orders and some 65,000 items of orders.
*/
class Shop
{
public:
    /// Rows for one INSERT: the values of one row follow those of the row before.
    struct Batch
    {
        QString table;
        int columns = 0;
        QVariantList values;

        bool isEmpty() const { return values.isEmpty(); }
        qsizetype rows() const { return values.size() / columns; }
    };

    /// The statements that create the tables, in order.
    static QStringList createStatements();
    static QStringList dropStatements();

    /// The next rows of one table; empty after the last ones.
    Batch nextBatch();

private:
    enum class Table { Customers, Articles, Orders, Done };

    int random(int below) { return int(m_random() % quint32(below)); }
    bool chance(int percent) { return random(100) < percent; }
    template <typename List>
    auto any(const List &list)
    {
        return list[random(int(std::size(list)))];
    }

    void addCustomer(QVariantList &row);
    void addArticle(QVariantList &row);
    void addOrder(QVariantList &row);
    void addItems(int order);

    // The distributions of the standard library differ from one to the other, its generators do
    // not.
    std::mt19937 m_random{4711};
    Table m_table = Table::Customers;
    int m_id = 0;
    QList<int> m_prices;  // of the articles, in cents
    QVariantList m_items; // of the orders that were made last
};
