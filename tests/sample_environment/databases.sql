-- The sample databases: valid on MariaDB 10.11 and on MySQL 8.0.
SET NAMES utf8mb4;
SET time_zone = '+00:00';
SET SESSION sql_mode = '';

CREATE DATABASE `athena-server` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
CREATE DATABASE `oauth2-users` CHARACTER SET latin1 COLLATE latin1_general_cs;
CREATE DATABASE `oauth2-server` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

USE `athena-server`;

CREATE TABLE digit (d INT PRIMARY KEY);
INSERT INTO digit VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9);

CREATE TABLE site (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT,
  name VARCHAR(100) NOT NULL,
  parent_id INT UNSIGNED NULL,
  place POINT NOT NULL,
  PRIMARY KEY (id),
  KEY parent (parent_id),
  SPATIAL KEY place (place),
  CONSTRAINT site_parent FOREIGN KEY (parent_id) REFERENCES site (id) ON DELETE SET NULL
) ENGINE=InnoDB COMMENT='it''s a site; \\ "quoted"';
INSERT INTO site (id, name, parent_id, place) VALUES
  (1, 'Zürich', NULL, ST_GeomFromText('POINT(8.54 47.37)')),
  (2, '東京 ✓ 😀', 1, ST_GeomFromText('POINT(139.69 35.68)')),
  (7, 'quote '' backslash \\ tab \t newline \n null \0 end', 2, ST_GeomFromText('POINT(0 0)'));

CREATE TABLE trial (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  uuid CHAR(36) NOT NULL,
  site_id INT UNSIGNED NOT NULL,
  title VARCHAR(200) NOT NULL DEFAULT '',
  body TEXT,
  price DECIMAL(30,10) NULL,
  started DATETIME(3) NULL,
  touched TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
  state ENUM('new','open','it''s closed','größer') NOT NULL DEFAULT 'new',
  tags SET('a','b','c d') NOT NULL DEFAULT '',
  details JSON NULL,
  total DECIMAL(32,10) GENERATED ALWAYS AS (price * 2) STORED,
  short_title VARCHAR(20) GENERATED ALWAYS AS (LEFT(title, 20)) VIRTUAL,
  PRIMARY KEY (id),
  UNIQUE KEY uuid (uuid),
  KEY site_started (site_id, started),
  FULLTEXT KEY words (title, body),
  CONSTRAINT trial_site FOREIGN KEY (site_id) REFERENCES site (id)
) ENGINE=InnoDB AUTO_INCREMENT=100000;
INSERT INTO trial (id, uuid, site_id, title, body, price, started, touched, state, tags, details)
SELECT n, CONCAT('00000000-0000-0000-0000-', LPAD(n, 12, '0')), ELT(1 + n % 3, 1, 2, 7),
       CONCAT('Trial ', n, IF(n % 10 = 0, ' “quoted” 😀', '')),
       IF(n % 4 = 0, NULL, REPEAT(CONCAT('line ', n, '\n'), n % 20)),
       IF(n % 5 = 0, NULL, n * 1.0000000001),
       '2024-02-29 23:59:59.999' + INTERVAL n MINUTE, '2026-01-01 00:00:00.000001' + INTERVAL n SECOND,
       1 + n % 4, n % 8,
       IF(n % 6 = 0, NULL, CONCAT('{"n": ', n, ', "text": "\\u00e9 \\"x\\"", "list": [1, 2.5, null]}'))
FROM (SELECT a.d + 10 * b.d + 100 * c.d + 1 AS n FROM digit a, digit b, digit c) numbers;

CREATE TABLE event (
  trial_id BIGINT UNSIGNED NOT NULL,
  seq INT NOT NULL,
  kind TINYINT NOT NULL,
  at_ms BIGINT NOT NULL,
  PRIMARY KEY (trial_id, seq),
  KEY kind (kind, at_ms)
) ENGINE=InnoDB
PARTITION BY HASH (trial_id) PARTITIONS 4;
INSERT INTO event SELECT t.id, d.d, (t.id + d.d) % 5, 1700000000000 + t.id * 1000 + d.d
FROM trial t, digit d WHERE d.d < 5;

CREATE TABLE measurement (
  id INT NOT NULL,
  single FLOAT, dbl DOUBLE, flags BIT(13), y YEAR, d DATE, t TIME(2),
  raw_bytes VARBINARY(300), pad BINARY(8), tiny TINYINT UNSIGNED ZEROFILL, big BIGINT UNSIGNED,
  PRIMARY KEY (id)
) ENGINE=InnoDB;
SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO';
INSERT INTO measurement VALUES
  (0, 16777217, 1e308, b'1010101010101', 1999, '0000-00-00', '-838:59:59.00', X'', X'00', 0, 0),
  (1, 0.1, 0.1, b'0', 2155, '9999-12-31', '00:00:00.01', X'00010203FFFEFD275C0A0D09221A', X'FF', 255, 18446744073709551615),
  (2, -1.17549e-38, 2.2250738585072014e-308, NULL, 1901, '2024-02-29', NULL, NULL, NULL, 7, 9223372036854775808),
  (3, 123456.789, -0.1234567890123456, b'1111111111111', NULL, NULL, '23:59:59.99', REPEAT(X'00', 300), '12345678', NULL, NULL);
SET SESSION sql_mode = '';

CREATE TABLE log_without_key (line VARCHAR(50), at DATETIME) ENGINE=InnoDB;
INSERT INTO log_without_key VALUES ('twice', '2024-01-01 00:00:00'), ('twice', '2024-01-01 00:00:00'), (NULL, NULL), ('', '0000-00-00 00:00:00');

CREATE TABLE `odd ``name`` -- ; ключ` (
  `select` INT NOT NULL, `a b` VARCHAR(10) DEFAULT 'x''y', `ключ` VARCHAR(10),
  PRIMARY KEY (`select`), UNIQUE KEY `key with space` (`a b`, `ключ`)
) ENGINE=InnoDB;
INSERT INTO `odd ``name`` -- ; ключ` VALUES (1, 'x', 'да'), (-2147483648, '', NULL), (2147483647, ' ', '');

CREATE TABLE empty_table (id INT PRIMARY KEY, note LONGTEXT) ENGINE=InnoDB;
CREATE TABLE counter (name VARCHAR(20) PRIMARY KEY, n INT NOT NULL) ENGINE=MyISAM;
INSERT INTO counter VALUES ('trials', 1000), ('sites', 3);

CREATE TABLE audit (id INT AUTO_INCREMENT PRIMARY KEY, what VARCHAR(200), trial_id BIGINT UNSIGNED) ENGINE=InnoDB;

-- b_ depends on z_: creating views by name in order fails
CREATE VIEW z_open_trial AS SELECT id, title, site_id FROM trial WHERE state = 'open';
CREATE SQL SECURITY INVOKER VIEW b_open_site AS
  SELECT s.name, COUNT(*) AS n FROM z_open_trial o JOIN site s ON s.id = o.site_id GROUP BY s.name;
CREATE VIEW a_user_trial AS SELECT t.id, s.name FROM trial t JOIN site s ON s.id = t.site_id WITH CASCADED CHECK OPTION;

DELIMITER //
CREATE TRIGGER trial_insert AFTER INSERT ON trial FOR EACH ROW
BEGIN
  INSERT INTO audit (what, trial_id) VALUES (CONCAT('inserted; ', NEW.title), NEW.id);
END//
CREATE TRIGGER trial_insert_again AFTER INSERT ON trial FOR EACH ROW FOLLOWS trial_insert
BEGIN
  UPDATE counter SET n = n + 1 WHERE name = 'trials';
END//
CREATE TRIGGER trial_update BEFORE UPDATE ON trial FOR EACH ROW SET NEW.title = TRIM(NEW.title)//

CREATE FUNCTION price_of(p_id BIGINT) RETURNS DECIMAL(30,10) READS SQL DATA COMMENT 'price; of a trial'
BEGIN
  DECLARE found DECIMAL(30,10);
  SELECT price INTO found FROM trial WHERE id = p_id;
  RETURN found;  -- NULL for none
END//
CREATE PROCEDURE close_trials(IN before_date DATETIME, OUT closed INT)
    SQL SECURITY INVOKER
BEGIN
  UPDATE trial SET state = 'it''s closed' WHERE started < before_date;
  SET closed = ROW_COUNT();
END//
CREATE EVENT forget_audit ON SCHEDULE EVERY 1 DAY STARTS '2024-01-01 03:00:00'
  ON COMPLETION PRESERVE DISABLE COMMENT 'nightly; cleanup'
DO
BEGIN
  DELETE FROM audit WHERE id < 0;
END//
DELIMITER ;

-- the triggers have run for these
INSERT INTO trial (id, uuid, site_id, title) VALUES (5000, 'with-trigger', 1, 'inserted later');

USE `oauth2-users`;
CREATE TABLE `user` (
  id INT NOT NULL AUTO_INCREMENT, login VARCHAR(60) NOT NULL, password VARBINARY(60) NOT NULL,
  note VARCHAR(100) CHARACTER SET utf8mb4, PRIMARY KEY (id), UNIQUE KEY login (login)
) ENGINE=InnoDB;
INSERT INTO `user` (login, password, note)
SELECT CONCAT('üser', d.d * 10 + e.d), UNHEX(SHA2(d.d * 10 + e.d, 256)), 'note ✓ 😀'
FROM `athena-server`.digit d, `athena-server`.digit e;
CREATE VIEW user_name AS SELECT id, login FROM `user`;

USE `oauth2-server`;
CREATE TABLE client (id VARCHAR(40) PRIMARY KEY, secret BLOB, scopes SET('read','write')) ENGINE=InnoDB;
INSERT INTO client VALUES ('athena', X'00FF5C27', 'read,write'), ('ATHENA', NULL, ''), ('ädmin', X'', 'read');
CREATE TABLE token (
  id INT NOT NULL AUTO_INCREMENT, client_id VARCHAR(40) NOT NULL, value BLOB NOT NULL, PRIMARY KEY (id),
  CONSTRAINT token_client FOREIGN KEY (client_id) REFERENCES client (id) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB;
INSERT INTO token (client_id, value)
SELECT IF(u.id % 2, 'athena', 'ädmin'), CONCAT(u.password, REPEAT(CHAR(u.id), 224)) FROM `oauth2-users`.`user` u;
CREATE VIEW token_of_user AS SELECT t.id, u.login FROM token t JOIN `oauth2-users`.user_name u ON u.id = t.id;
