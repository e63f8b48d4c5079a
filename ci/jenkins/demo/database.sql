CREATE DATABASE `athena-server`;
CREATE TABLE `athena-server`.trial (
  id INT PRIMARY KEY,
  name VARCHAR(80) NOT NULL
) ENGINE = InnoDB;
INSERT INTO `athena-server`.trial VALUES (1, 'first'), (2, 'second');
