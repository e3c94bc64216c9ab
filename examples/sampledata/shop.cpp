// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "shop.h"

#include <QtCore/QDateTime>
#include <QtCore/QTimeZone>

namespace {

constexpr int CustomerCount = 10'000;
constexpr int ArticleCount = 1'500;
constexpr int OrderCount = 25'000;
constexpr int BatchRows = 1'000;

struct Country
{
    const char *code;
    bool familyNameFirst;
    const char *givenNames[6];
    const char *familyNames[6];
    const char *cities[4];
};

constexpr Country Countries[] = {
    {"DE",
     false,
     {"Anna", "Jürgen", "Käthe", "Lukas", "Zoë", "Björn"},
     {"Müller", "Weiß", "Schröder", "Köhler", "Vogel", "Groß"},
     {"Köln", "Leipzig", "München", "Düsseldorf"}},
    {"FR",
     false,
     {"Chloé", "François", "Hélène", "Jérôme", "Maël", "Noémie"},
     {"Lefèvre", "Dubois", "Gauthier", "Le Goff", "D'Hubert", "Bérenger"},
     {"Besançon", "Lyon", "Nîmes", "Orléans"}},
    {"ES",
     false,
     {"José", "Begoña", "Inés", "Martín", "Lucía", "Íñigo"},
     {"Núñez", "García", "Ibáñez", "Peña", "Muñoz", "Rodríguez"},
     {"A Coruña", "Cádiz", "León", "Zaragoza"}},
    {"PL",
     false,
     {"Łukasz", "Małgorzata", "Wojciech", "Agnieszka", "Paweł", "Bożena"},
     {"Wójcik", "Kowalski", "Dąbrowski", "Wiśniewski", "Żak", "Zieliński"},
     {"Łódź", "Kraków", "Gdańsk", "Wrocław"}},
    {"DK",
     false,
     {"Søren", "Åse", "Jørgen", "Mette", "Kåre", "Freja"},
     {"Sørensen", "Kjær", "Møller", "Ågård", "Nygaard", "Østergaard"},
     {"Århus", "København", "Odense", "Ringkøbing"}},
    {"US",
     false,
     {"Olivia", "Noah", "Ava", "Ethan", "Mia", "Robert"},
     {"Smith", "O'Brien", "Johnson", "Williams", "Nguyen", "Lee-Hart"},
     {"Portland", "Austin", "Boise", "St. Paul"}},
    {"UA",
     false,
     {"Олена", "Богдан", "Катерина", "Тарас", "Ірина", "Юрій"},
     {"Шевченко", "Коваль", "Бондаренко", "Ткаченко", "Лисенко", "Їжак"},
     {"Київ", "Львів", "Одеса", "Харків"}},
    {"JP",
     true,
     {"さくら", "陽翔", "結衣", "蓮", "美咲", "健太"},
     {"田中", "佐藤", "鈴木", "高橋", "伊藤", "渡辺"},
     {"東京", "大阪", "札幌", "福岡"}},
};

constexpr const char *Adjectives[] = {"Small", "Large",   "Folding", "Light",   "Sturdy",
                                      "Round", "Classic", "Modern",  "Outdoor", "Fair"};
constexpr const char *Materials[]
    = {"Oak", "Steel", "Linen", "Glass", "Cotton", "Bamboo", "Wool", "Copper", "Ash", "Stone"};

struct Kind
{
    const char *name;
    const char *category;
    int leastPrice; // in euros
    int mostPrice;
};

constexpr Kind Kinds[] = {
    {"Table", "furniture", 60, 900},  {"Chair", "furniture", 30, 350},
    {"Shelf", "furniture", 25, 400},  {"Bench", "furniture", 45, 500},
    {"Lamp", "light", 15, 250},       {"Lantern", "light", 8, 90},
    {"Candlestick", "light", 5, 60},  {"Bowl", "kitchen", 4, 70},
    {"Jug", "kitchen", 6, 55},        {"Tray", "kitchen", 7, 60},
    {"Box", "storage", 4, 80},        {"Basket", "storage", 5, 75},
    {"Blanket", "textiles", 20, 180}, {"Cushion", "textiles", 9, 70},
    {"Curtain", "textiles", 18, 160},
};

constexpr const char *Wishes[]
    = {"Please ring twice", "Leave it with the neighbours", "A gift: no invoice in the box, please",
       "Danke schön! 😀",    "Café closed on Mondays",       "Deliver after 6 pm"};

QString text(const char *utf8)
{
    return QString::fromUtf8(utf8);
}

/// As digits, since 0.10 is not an exact binary fraction.
QString money(int cents)
{
    return QString::asprintf("%d.%02d", cents / 100, cents % 100);
}

} // namespace

QStringList Shop::createStatements()
{
    return {
        R"(CREATE TABLE customers (
            id INT UNSIGNED PRIMARY KEY,
            given_name VARCHAR(40) NOT NULL,
            family_name VARCHAR(40) NOT NULL,
            email VARCHAR(100),
            city VARCHAR(40) NOT NULL,
            country CHAR(2) NOT NULL,
            born DATE,
            newsletter BOOL NOT NULL,
            registered TIMESTAMP NOT NULL,
            KEY (family_name)
        ) DEFAULT CHARSET utf8mb4)",
        R"(CREATE TABLE articles (
            id INT UNSIGNED PRIMARY KEY,
            name VARCHAR(60) NOT NULL,
            category ENUM('furniture', 'light', 'kitchen', 'storage', 'textiles') NOT NULL,
            price DECIMAL(10,2) NOT NULL,
            stock INT NOT NULL,
            weight DOUBLE COMMENT 'kilograms',
            added DATE NOT NULL,
            KEY (category)
        ) DEFAULT CHARSET utf8mb4)",
        R"(CREATE TABLE orders (
            id INT UNSIGNED PRIMARY KEY,
            customer_id INT UNSIGNED NOT NULL,
            ordered DATETIME(3) NOT NULL,
            status ENUM('open', 'paid', 'shipped', 'returned') NOT NULL,
            shipped DATE,
            wish VARCHAR(100),
            KEY (customer_id)
        ) DEFAULT CHARSET utf8mb4)",
        R"(CREATE TABLE order_items (
            order_id INT UNSIGNED NOT NULL,
            position TINYINT UNSIGNED NOT NULL,
            article_id INT UNSIGNED NOT NULL,
            quantity SMALLINT UNSIGNED NOT NULL,
            price DECIMAL(10,2) NOT NULL,
            PRIMARY KEY (order_id, position),
            KEY (article_id)
        ) DEFAULT CHARSET utf8mb4)",
    };
}

QStringList Shop::dropStatements()
{
    return {"DROP TABLE IF EXISTS customers, articles, orders, order_items"};
}

Shop::Batch Shop::nextBatch()
{
    // The items are inserted in between, after their orders.
    if (!m_items.isEmpty())
        return {"order_items", 5, std::exchange(m_items, {})};

    Batch batch;
    const auto fill = [&](const QString &table, int columns, int count, auto addRow) {
        batch.table = table;
        batch.columns = columns;
        while (m_id < count && (batch.isEmpty() || batch.rows() < BatchRows)) {
            ++m_id;
            (this->*addRow)(batch.values);
        }
        if (m_id == count) {
            m_id = 0;
            m_table = Table(int(m_table) + 1);
        }
    };
    switch (m_table) {
    case Table::Customers:
        fill("customers", 9, CustomerCount, &Shop::addCustomer);
        break;
    case Table::Articles:
        fill("articles", 7, ArticleCount, &Shop::addArticle);
        break;
    case Table::Orders:
        fill("orders", 6, OrderCount, &Shop::addOrder);
        break;
    case Table::Done:
        break;
    }
    return batch;
}

void Shop::addCustomer(QVariantList &row)
{
    const Country &country = Countries[random(int(std::size(Countries)))];
    const QString given = text(any(country.givenNames));
    const QString family = text(any(country.familyNames));
    const QVariant email
        = chance(4) ? QVariant()
                    : QVariant(
                        QString("customer%1@example.%2").arg(m_id).arg(chance(50) ? "org" : "com"));
    const QVariant born
        = chance(20) ? QVariant() : QVariant(QDate(1935, 1, 1).addDays(random(26'000)));
    const QDateTime registered
        = QDateTime(QDate(2019, 1, 1), QTime(6, 0), QTimeZone::utc()).addSecs(random(189'000'000));
    row << m_id << given << family << email << text(any(country.cities)) << country.code << born
        << chance(35) << registered;
}

void Shop::addArticle(QVariantList &row)
{
    // Iterates over all combinations, so that no name occurs twice.
    const int number = m_id - 1;
    const Kind &kind = Kinds[number % int(std::size(Kinds))];
    const int combination = number / int(std::size(Kinds));
    const QString name
        = QString("%1 %2 %3")
              .arg(Adjectives[combination % 10], Materials[combination / 10], kind.name);
    const int euros = kind.leastPrice + random(kind.mostPrice - kind.leastPrice);
    m_prices.append(euros * 100 + any(QList<int>{0, 50, 90, 95, 99}) - 1 + chance(50));
    const QVariant weight = chance(10) ? QVariant() : QVariant((5 + random(euros * 10)) / 100.0);
    row << m_id << name << kind.category << money(m_prices.last()) << (chance(6) ? 0 : random(400))
        << weight << QDate(2019, 1, 1).addDays(random(2'100));
}

void Shop::addOrder(QVariantList &row)
{
    // Orders are about two hours apart.
    const QDateTime ordered = QDateTime(QDate(2019, 1, 2), QTime(8, 0), QTimeZone::utc())
                                  .addSecs(qint64(m_id) * 7'560 + random(7'000))
                                  .addMSecs(random(1'000));
    const bool recent = m_id > OrderCount - 150;
    const bool shipped = !recent && !chance(2);
    const char *status = !shipped    ? (chance(50) ? "open" : "paid")
                         : chance(5) ? "returned"
                                     : "shipped";
    row << m_id << 1 + random(CustomerCount) << ordered << status
        << (shipped ? QVariant(ordered.date().addDays(1 + random(5))) : QVariant())
        << (chance(8) ? QVariant(text(any(Wishes))) : QVariant());
    addItems(m_id);
}

void Shop::addItems(int order)
{
    const int count = 1 + std::min(random(6), random(6)) + chance(20);
    for (int position = 1; position <= count; ++position) {
        // The first articles are the popular ones.
        const int article = std::min(random(ArticleCount), random(ArticleCount));
        const int quantity = chance(70) ? 1 : 2 + random(5);
        const int price = chance(15) ? m_prices[article] * 9 / 10 : m_prices[article];
        m_items << order << position << article + 1 << quantity << money(price);
    }
}
