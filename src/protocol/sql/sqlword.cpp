// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "sqlword.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <string_view>

namespace AsyncMySql::Protocol {

namespace {

// In the order of SqlWord, without Other.
constexpr std::string_view Keywords[] = {
    // clang-format off
    "ALTER", "ANALYZE", "AS", "BEGIN", "BINLOG_GTID_POS", "CACHE", "CALL", "CASE", "CHAIN",
    "CHANGE", "CHARACTER", "CHECK", "CHECKSUM", "COMMIT", "CONCURRENT", "CONNECTION_ID",
    "CREATE", "CURRENT_ROLE", "CURRVAL", "DATA", "DATABASE", "DEALLOCATE", "DELAYED", "DELETE",
    "DESC", "DESCRIBE", "DIAGNOSTICS", "DO", "DROP", "DUMPFILE", "END", "ERRORS", "EVENT",
    "EXECUTE", "EXPLAIN", "EXPORT", "EXTENDED", "FLUSH", "FOR", "FORCE", "FORMAT", "FOUND_ROWS",
    "FUNCTION", "GET", "GET_LOCK", "GRANT", "GTID_SUBSET", "GTID_SUBTRACT", "HANDLER", "HELP",
    "HIGH_PRIORITY", "IF", "IGNORE", "INSERT", "INSTALL", "INTO", "IS_FREE_LOCK",
    "IS_USED_LOCK", "KILL", "LASTVAL", "LAST_INSERT_ID", "LOAD", "LOCAL", "LOCK", "LOOP",
    "LOW_PRIORITY", "MASTER_GTID_WAIT", "MASTER_POS_WAIT", "NEXT", "NEXTVAL", "NO", "OF",
    "OPEN", "OPTIMIZE", "OR", "OUTFILE", "PACKAGE", "PARTITIONS", "PREPARE", "PREVIOUS",
    "PROCEDURE", "PROFILE", "PROFILES", "PROFILING", "PS_CURRENT_THREAD_ID", "PS_THREAD_ID",
    "PURGE", "RECURSIVE", "RELEASE", "RELEASE_ALL_LOCKS", "RELEASE_LOCK", "RENAME", "REPAIR",
    "REPEAT", "REPLACE", "RESET", "RESIGNAL", "RESTART", "RETURNING", "REVOKE", "ROLE",
    "ROLLBACK", "ROW_COUNT", "SAVEPOINT", "SCHEMA", "SELECT", "SESSION_STATUS", "SET", "SETVAL",
    "SHARE", "SHOW", "SHUTDOWN", "SIGNAL", "SOURCE_POS_WAIT", "SQL_CALC_FOUND_ROWS", "START",
    "STATEMENT", "STATUS", "STOP", "STRAIGHT_JOIN", "TABLE", "TABLES", "TEMPORARY", "TO",
    "TRANSACTION", "TRIGGER", "TRUNCATE", "UNINSTALL", "UNLOCK", "UPDATE", "USE", "VALUE",
    "VALUES", "VIEW", "WAIT_FOR_EXECUTED_GTID_SET", "WARNINGS", "WHILE", "WITH", "WORK", "XA",
    "XML",
    // clang-format on
};
static_assert(std::is_sorted(std::begin(Keywords), std::end(Keywords)));
static_assert(Keywords[static_cast<size_t>(SqlWord::Xml) - 1] == "XML");
static_assert(std::size(Keywords) == static_cast<size_t>(SqlWord::Xml));

// Sorted. Missing on purpose: functions that lock, wait for replication or count (GET_LOCK,
// NEXTVAL, MASTER_POS_WAIT …), and those that answer from the session (LAST_INSERT_ID, FOUND_ROWS,
// ROW_COUNT, CONNECTION_ID, DATABASE …), which would describe another session after a reconnect.
constexpr std::string_view SideEffectFree[] = {
    // clang-format off
    "ABS", "ACOS", "ADDDATE", "ADDTIME", "AES_DECRYPT", "AES_ENCRYPT", "AGAINST", "ALL", "AND",
    "ANY", "ANY_VALUE", "AS", "ASC", "ASCII", "ASIN", "ATAN", "ATAN2", "AVG", "BENCHMARK",
    "BETWEEN", "BIN", "BINARY", "BIN_TO_UUID", "BIT_AND", "BIT_COUNT", "BIT_LENGTH", "BIT_OR",
    "BIT_XOR", "BY", "CASE", "CAST", "CEIL", "CEILING", "CHAR", "CHARACTER_LENGTH", "CHARSET",
    "CHAR_LENGTH", "CHR", "COALESCE", "COERCIBILITY", "COLLATION", "COLUMNS", "COMPRESS", "CONCAT",
    "CONCAT_WS", "CONV", "CONVERT", "CONVERT_TZ", "COS", "COT", "COUNT", "CRC32", "CRC32C", "CROSS",
    "CUBE", "CUME_DIST", "CURDATE", "CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP",
    "CURRENT_USER", "CURTIME", "DATE", "DATEDIFF", "DATETIME", "DATE_ADD", "DATE_FORMAT",
    "DATE_SUB", "DAY", "DAYNAME", "DAYOFMONTH", "DAYOFWEEK", "DAYOFYEAR", "DEC", "DECIMAL",
    "DEFAULT", "DEGREES", "DENSE_RANK", "DISTINCT", "DIV", "DOUBLE", "ELSE", "ELT", "ESCAPE",
    "EXCEPT", "EXISTS", "EXP", "EXPORT_SET", "EXTRACT", "EXTRACTVALUE", "FIELD", "FIND_IN_SET",
    "FIRST_VALUE", "FLOAT", "FLOOR", "FOR", "FORMAT", "FORMAT_BYTES", "FORMAT_PICO_TIME", "FROM",
    "FROM_BASE64", "FROM_DAYS", "FROM_UNIXTIME", "GET_FORMAT", "GREATEST", "GROUPING",
    "GROUP_CONCAT", "HAVING", "HEX", "HOUR", "IF", "IFNULL", "IN", "INDEX", "INET6_ATON",
    "INET6_NTOA", "INET_ATON", "INET_NTOA", "INSERT", "INSTR", "INT", "INTERSECT", "INTERVAL", "IS",
    "ISNULL", "IS_IPV4", "IS_IPV4_COMPAT", "IS_IPV4_MAPPED", "IS_IPV6", "IS_UUID", "JOIN",
    "JSON_ARRAY", "JSON_ARRAYAGG", "JSON_ARRAY_APPEND", "JSON_ARRAY_INSERT", "JSON_COMPACT",
    "JSON_CONTAINS", "JSON_CONTAINS_PATH", "JSON_DEPTH", "JSON_DETAILED", "JSON_EQUALS",
    "JSON_EXISTS", "JSON_EXTRACT", "JSON_INSERT", "JSON_KEYS", "JSON_LENGTH", "JSON_LOOSE",
    "JSON_MERGE", "JSON_MERGE_PATCH", "JSON_MERGE_PRESERVE", "JSON_NORMALIZE", "JSON_OBJECT",
    "JSON_OBJECTAGG", "JSON_OVERLAPS", "JSON_PRETTY", "JSON_QUERY", "JSON_QUOTE", "JSON_REMOVE",
    "JSON_REPLACE", "JSON_SCHEMA_VALID", "JSON_SEARCH", "JSON_SET", "JSON_STORAGE_SIZE",
    "JSON_TABLE", "JSON_TYPE", "JSON_UNQUOTE", "JSON_VALID", "JSON_VALUE", "KEY", "LAG", "LAST_DAY",
    "LAST_VALUE", "LATERAL", "LCASE", "LEAD", "LEAST", "LEFT", "LENGTH", "LENGTHB", "LIKE", "LIMIT",
    "LINESTRING", "LN", "LOAD_FILE", "LOCALTIME", "LOCALTIMESTAMP", "LOCATE", "LOG", "LOG10",
    "LOG2", "LOWER", "LPAD", "LTRIM", "MAKEDATE", "MAKETIME", "MAKE_SET", "MATCH", "MAX",
    "MBRCONTAINS", "MBRINTERSECTS", "MBRWITHIN", "MD5", "MEDIAN", "MICROSECOND", "MID", "MIN",
    "MINUTE", "MOD", "MONTH", "MONTHNAME", "NAME_CONST", "NATURAL_SORT_KEY", "NCHAR", "NESTED",
    "NOT", "NOW", "NTH_VALUE", "NTILE", "NULL", "NULLIF", "NUMERIC", "NVL", "NVL2", "OCT",
    "OCTET_LENGTH", "ON", "OR", "ORD", "ORDER", "OVER", "PARTITION", "PATH", "PERCENTILE_CONT",
    "PERCENTILE_DISC", "PERCENT_RANK", "PERIOD_ADD", "PERIOD_DIFF", "PI", "POINT", "POLYGON",
    "POSITION", "POW", "POWER", "QUARTER", "QUOTE", "RADIANS", "RAND", "RANDOM_BYTES", "RANK",
    "RECURSIVE", "REGEXP", "REGEXP_INSTR", "REGEXP_LIKE", "REGEXP_REPLACE", "REGEXP_SUBSTR",
    "REPEAT", "REPLACE", "REVERSE", "RIGHT", "RLIKE", "ROLLUP", "ROUND", "ROW", "ROW_NUMBER",
    "RPAD", "RTRIM", "SECOND", "SEC_TO_TIME", "SELECT", "SESSION_USER", "SETS", "SFORMAT", "SHA",
    "SHA1", "SHA2", "SIGN", "SIGNED", "SIN", "SLEEP", "SOME", "SOUNDEX", "SPACE", "SQRT", "STD",
    "STDDEV", "STDDEV_POP", "STDDEV_SAMP", "STRCMP", "STRING_TO_VECTOR", "STR_TO_DATE", "ST_AREA",
    "ST_ASBINARY", "ST_ASGEOJSON", "ST_ASTEXT", "ST_ASWKB", "ST_ASWKT", "ST_BUFFER", "ST_CENTROID",
    "ST_CONTAINS", "ST_CROSSES", "ST_DIFFERENCE", "ST_DISJOINT", "ST_DISTANCE",
    "ST_DISTANCE_SPHERE", "ST_ENVELOPE", "ST_EQUALS", "ST_GEOMETRYTYPE", "ST_GEOMFROMGEOJSON",
    "ST_GEOMFROMTEXT", "ST_GEOMFROMWKB", "ST_INTERSECTION", "ST_INTERSECTS", "ST_ISVALID",
    "ST_LATITUDE", "ST_LENGTH", "ST_LONGITUDE", "ST_OVERLAPS", "ST_POINTFROMTEXT", "ST_SRID",
    "ST_TOUCHES", "ST_TRANSFORM", "ST_UNION", "ST_WITHIN", "ST_X", "ST_Y", "SUBDATE", "SUBSTR",
    "SUBSTRING", "SUBSTRING_INDEX", "SUBTIME", "SUM", "SYSDATE", "SYSTEM_USER", "TAN", "THEN",
    "TIME", "TIMEDIFF", "TIMESTAMP", "TIMESTAMPADD", "TIMESTAMPDIFF", "TIME_FORMAT", "TIME_TO_SEC",
    "TO_BASE64", "TO_CHAR", "TO_DAYS", "TO_SECONDS", "TRIM", "TRUNCATE", "UCASE", "UNCOMPRESS",
    "UNCOMPRESSED_LENGTH", "UNHEX", "UNION", "UNIQUE", "UNIX_TIMESTAMP", "UNSIGNED", "UPDATEXML",
    "UPPER", "USER", "USING", "UTC_DATE", "UTC_TIME", "UTC_TIMESTAMP", "UUID", "UUID_SHORT",
    "UUID_TO_BIN", "VALUES", "VARBINARY", "VARCHAR", "VARIANCE", "VAR_POP", "VAR_SAMP",
    "VECTOR_DIM", "VECTOR_TO_STRING", "VEC_DISTANCE", "VEC_DISTANCE_COSINE",
    "VEC_DISTANCE_EUCLIDEAN", "VEC_FROMTEXT", "VEC_TOTEXT", "VERSION", "WEEK", "WEEKDAY",
    "WEEKOFYEAR", "WEIGHT_STRING", "WHEN", "WHERE", "WITH", "XOR", "YEAR", "YEARWEEK",
    // clang-format on
};
static_assert(std::is_sorted(std::begin(SideEffectFree), std::end(SideEffectFree)));

constexpr auto UpperCase = [] {
    std::array<char, 256> letters{};
    for (int c = 0; c < 256; ++c)
        letters[static_cast<size_t>(c)]
            = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    return letters;
}();

/// Of three letters, whatever their case, and the length: most other words are told from these by
/// an empty place, without a look at their other letters.
constexpr quint32 hashOf(std::string_view text)
{
    if (text.empty())
        return 0;
    const auto letter = [text](size_t at) { return static_cast<quint32>(text[at] & 0x5F); };
    const quint32 letters
        = letter(0) | letter(text.size() / 2) << 8 | letter(text.size() - 1) << 16;
    const quint32 hash = (letters | static_cast<quint32>(text.size()) << 24) * 2654435761u;
    return hash >> 16;
}

constexpr bool isEqual(std::string_view word, std::string_view text)
{
    return word.size() == text.size()
           && std::equal(word.begin(), word.end(), text.begin(),
                         [](char a, char b) { return a == UpperCase[static_cast<uchar>(b)]; });
}

/// All words by their hash; made while the library is compiled. A word that is not in its place is
/// in one of the next, before the first empty one.
class WordTable
{
public:
    constexpr WordTable()
    {
        for (size_t i = 0; i < std::size(Keywords); ++i)
            entryFor(Keywords[i]).traits.word = static_cast<SqlWord>(i + 1);
        for (const std::string_view word : SideEffectFree)
            entryFor(word).traits.isSideEffectFree = true;
    }

    SqlWordTraits find(std::string_view text) const
    {
        for (size_t at = hashOf(text);; ++at) {
            const Entry &entry = m_entries[at % Size];
            if (entry.word.empty() || isEqual(entry.word, text))
                return entry.traits;
        }
    }

private:
    static constexpr size_t Size = 2048; // most places are empty

    struct Entry
    {
        std::string_view word;
        SqlWordTraits traits;
    };

    constexpr Entry &entryFor(std::string_view word)
    {
        size_t at = hashOf(word) % Size;
        while (!m_entries[at].word.empty() && m_entries[at].word != word)
            at = (at + 1) % Size;
        m_entries[at].word = word;
        return m_entries[at];
    }

    std::array<Entry, Size> m_entries;
};

constexpr WordTable Table;

} // namespace

SqlWordTraits SqlWordTraits::of(QByteArrayView text)
{
    return Table.find(std::string_view(text.data(), static_cast<size_t>(text.size())));
}

} // namespace AsyncMySql::Protocol
