-- Data set "athena": 3 databases, 4.4 M rows, about 650 MB as SQL. The same bytes at every run.
SET SESSION unique_checks=0, foreign_key_checks=0, sql_mode='';
CREATE DATABASE `athena-server` CHARACTER SET utf8mb4;
CREATE DATABASE `oauth2-users` CHARACTER SET utf8mb4;
CREATE DATABASE `oauth2-server` CHARACTER SET utf8mb4;

USE `athena-server`;
CREATE TABLE `athena-server`.trial (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, uuid CHAR(36) NOT NULL, name VARCHAR(120) NOT NULL,
  notes TEXT, price DECIMAL(12,4), ratio DOUBLE, created DATETIME(3) NOT NULL, updated DATETIME(3),
  settings JSON, state TINYINT NOT NULL, UNIQUE KEY uuid_uq (uuid));
INSERT INTO `athena-server`.trial
SELECT seq,
  INSERT(INSERT(INSERT(INSERT(MD5(seq), 9, 0, '-'), 14, 0, '-'), 19, 0, '-'), 24, 0, '-'),
  CONCAT('trial number ', seq, ' of site ', seq % 977),
  CONCAT('Observed at ', MD5(seq * 7), ' with a remark about the sample and its ', SHA1(seq * 3),
    ' and the operator wrote: nothing unusual, repeat after ', seq % 90, ' days.'),
  (seq * 7919 % 100000000) / 10000, seq / 7,
  TIMESTAMPADD(SECOND, seq * 37 % 100000000, '2020-01-01 00:00:00.123'),
  IF(seq % 3, TIMESTAMPADD(SECOND, seq * 41 % 100000000, '2020-01-01 00:00:00.456'), NULL),
  CONCAT('{"site": ', seq % 977, ', "tags": ["t', seq % 13, '", "u', seq % 17, '"], "key": "', MD5(seq * 11), '"}'),
  seq % 5
FROM seq_1_to_800000;

CREATE TABLE `athena-server`.event (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, trial_id BIGINT NOT NULL, kind SMALLINT NOT NULL,
  at DATETIME NOT NULL, value INT, KEY trial_ix (trial_id));
INSERT INTO `athena-server`.event
SELECT seq, seq * 7919 % 800000 + 1, seq % 40, TIMESTAMPADD(SECOND, seq * 31 % 100000000, '2020-01-01'),
  seq * 104729 % 1000003
FROM seq_1_to_3000000;

CREATE TABLE `oauth2-users`.users (
  id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, login VARCHAR(80) NOT NULL, password VARBINARY(60) NOT NULL,
  salt VARBINARY(32), created TIMESTAMP NOT NULL, UNIQUE KEY login_uq (login));
INSERT INTO `oauth2-users`.users
SELECT seq, CONCAT('user', seq, '@example.org'), UNHEX(CONCAT(SHA1(seq), SHA1(seq * 2))), UNHEX(SHA2(seq, 256)),
  TIMESTAMPADD(SECOND, seq * 13 % 100000000, '2020-01-01')
FROM seq_1_to_300000;

CREATE TABLE `oauth2-server`.token (
  id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, user_id INT NOT NULL, body BLOB NOT NULL, expires DATETIME NOT NULL,
  KEY user_ix (user_id));
INSERT INTO `oauth2-server`.token
SELECT seq, seq * 7 % 300000 + 1,
  UNHEX(CONCAT(SHA2(seq, 512), SHA2(seq + 300000, 512), SHA2(seq + 600000, 512), SHA2(seq + 900000, 512))),
  TIMESTAMPADD(SECOND, seq * 17 % 100000000, '2020-01-01')
FROM seq_1_to_300000;
ANALYZE TABLE `athena-server`.trial, `athena-server`.event, `oauth2-users`.users, `oauth2-server`.token;
