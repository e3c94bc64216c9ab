// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "catalogue.h"

#include <cmath>
#include <iterator>

namespace {

// Each list is in alphabetical order, so that rows are written in the order of the index of names:
// this is fast, and rows that a search finds are adjacent.

constexpr const char *Materials[]
    = {"Alder",  "Ash",       "Bamboo", "Beech", "Brass", "Ceramic", "Cherry",
       "Copper", "Cork",      "Felt",   "Glass", "Larch", "Leather", "Linen",
       "Oak",    "Porcelain", "Rattan", "Slate", "Steel", "Walnut"};

struct Kind
{
    const char *name;
    const char *category;
    int leastPrice; // in euros
};

constexpr Kind Kinds[] = {
    {"Armchair", "furniture", 180}, {"Basket", "storage", 12},    {"Bench", "furniture", 90},
    {"Board", "kitchen", 14},       {"Bookcase", "storage", 140}, {"Bowl", "kitchen", 9},
    {"Box", "storage", 7},          {"Cabinet", "storage", 160},  {"Candlestick", "light", 11},
    {"Chair", "furniture", 60},     {"Curtain", "textiles", 25},  {"Cushion", "textiles", 15},
    {"Desk", "furniture", 150},     {"Jug", "kitchen", 13},       {"Lamp", "light", 35},
    {"Lantern", "light", 16},       {"Mirror", "furniture", 40},  {"Pendant", "light", 55},
    {"Rug", "textiles", 70},        {"Shelf", "storage", 45},     {"Stool", "furniture", 30},
    {"Table", "furniture", 120},    {"Throw", "textiles", 28},    {"Tray", "kitchen", 12},
    {"Vase", "kitchen", 18},
};

constexpr const char *Series[] = {"Alba",   "Bergen", "Calla", "Dorsten", "Elin",  "Fjell", "Greta",
                                  "Hella",  "Ingrid", "Juno",  "Kalmar",  "Lund",  "Malmö", "Nora",
                                  "Odense", "Pia",    "Rømø",  "Skagen",  "Tilda", "Visby"};

constexpr const char *Colours[]
    = {"amber", "anthracite", "blue", "bordeaux", "brown", "charcoal", "coral",
       "cream", "green",      "grey", "ivory",    "mint",  "natural",  "navy",
       "ochre", "olive",      "rose", "sand",     "teal",  "white"};

constexpr const char *Sizes[] = {"extra large", "large", "medium", "small", "tiny"};

QString quoted(const char *utf8)
{
    return "'" + QString::fromUtf8(utf8) + "'";
}

/// ELT(1 + index, 'a', 'b', …): the element of the list at this index.
template <typename List, typename Text>
QString pick(const QString &index, const List &list, Text text)
{
    QStringList all;
    for (const auto &element : list)
        all.append(text(element));
    return "ELT(1 + " + index + ", " + all.join(", ") + ")";
}

template <typename List>
QString pick(const QString &index, const List &list)
{
    return pick(index, list, quoted);
}

} // namespace

QStringList Catalogue::createStatements()
{
    // All combinations, by the digits of the row's number in a mixed base: size, colour, series,
    // kind, material, from the last one to the first.
    static_assert(std::size(Materials) * std::size(Kinds) * std::size(Series) * std::size(Colours)
                      * std::size(Sizes)
                  == RowCount);
    const QString name
        = "CONCAT(" + pick("n DIV 50000", Materials) + ", ' ', "
          + pick("n DIV 2000 % 25", Kinds, [](const Kind &kind) { return quoted(kind.name); })
          + ", ' ', " + pick("n DIV 100 % 20", Series) + ", ' ', " + pick("n DIV 5 % 20", Colours)
          + ", ', ', " + pick("n % 5", Sizes) + ")";
    const QString category
        = pick("n DIV 2000 % 25", Kinds, [](const Kind &kind) { return quoted(kind.category); });
    const QString leastPrice = pick("n DIV 2000 % 25", Kinds, [](const Kind &kind) {
        return QString::number(kind.leastPrice);
    });
    QStringList digits;
    QStringList sum;
    for (int i = 0; i < 6; ++i) {
        digits.append(QString("digits d%1").arg(i));
        sum.append(QString("d%1.d * %2").arg(i).arg(qRound(std::pow(10, i))));
    }
    return {
        R"(CREATE TABLE catalogue (
            id INT UNSIGNED PRIMARY KEY,
            name VARCHAR(80) NOT NULL,
            category ENUM('furniture', 'light', 'kitchen', 'storage', 'textiles') NOT NULL,
            price DECIMAL(10,2) NOT NULL,
            stock INT NOT NULL,
            KEY (name)
        ) DEFAULT CHARSET utf8mb4)",
        "INSERT INTO catalogue WITH RECURSIVE digits AS"
        " (SELECT 0 AS d UNION ALL SELECT d + 1 FROM digits WHERE d < 9),"
        " numbers AS (SELECT "
            + sum.join(" + ") + " AS n FROM " + digits.join(", ")
            + ")"
              " SELECT n + 1, "
            + name + ", " + category
            + ","
              " "
            + leastPrice
            + " * (1 + n * 7919 % 240 / 100) + ELT(1 + n * 31 % 4, -0.01, 0, 0.5, 0.9),"
              " IF(n * 7877 % 17 = 0, 0, n * 7907 % 397)"
              " FROM numbers ORDER BY n",
    };
}

QString Catalogue::dropStatement()
{
    return "DROP TABLE IF EXISTS catalogue";
}
