-- SPDX-FileCopyrightText: The AsyncMySql authors
-- SPDX-License-Identifier: MIT
--
-- The tables of the benchmarks. @rows says how many rows the wide one has; the server makes them.

CREATE OR REPLACE DATABASE asyncmysql_bench;
USE asyncmysql_bench;

CREATE TABLE wide (
    id INT NOT NULL, big BIGINT NOT NULL, ratio DOUBLE NOT NULL, price DECIMAL(12,2) NOT NULL,
    name VARCHAR(40) NOT NULL, city VARCHAR(40) NOT NULL, made DATETIME(6) NOT NULL, score INT NULL
);
EXECUTE IMMEDIATE CONCAT(
    "INSERT INTO wide SELECT seq, seq * 1000003, seq / 7e0, seq / 100,
    CONCAT('customer ', seq), CONCAT('city ', seq % 1000),
    TIMESTAMP'2020-01-01 00:00:00' + INTERVAL seq * 7 SECOND + INTERVAL seq % 999000 MICROSECOND,
    IF(seq % 5, seq % 100, NULL) FROM seq_1_to_", @rows);

CREATE TABLE picture (data LONGBLOB NOT NULL);
INSERT INTO picture SELECT REPEAT(UNHEX(SHA2('picture', 256)), 4194304 / 32);

CREATE TABLE inserted (
    id INT NOT NULL PRIMARY KEY, name VARCHAR(40) NOT NULL, ratio DOUBLE NOT NULL);
