-- What a bad afternoon does to the sample databases.
SET SESSION foreign_key_checks = 0;
USE `athena-server`;
UPDATE trial SET price = 0, title = 'oops';
DELETE FROM event WHERE trial_id % 2 = 0;
TRUNCATE measurement;
UPDATE site SET name = 'overwritten';
DROP VIEW b_open_site;
DROP TRIGGER trial_update;
DROP PROCEDURE close_trials;
DROP EVENT forget_audit;
ALTER TABLE counter ADD COLUMN extra INT;
DROP TABLE `odd ``name`` -- ; ключ`;
CREATE TABLE made_by_mistake (id INT PRIMARY KEY);
INSERT INTO made_by_mistake VALUES (1);
CREATE VIEW view_by_mistake AS SELECT 1 AS one;
-- with the view that depends on it: one that is left broken is refused by the backup, by name
DROP DATABASE `oauth2-users`;
DROP VIEW `oauth2-server`.token_of_user;
USE `oauth2-server`;
DELETE FROM token;
INSERT INTO client VALUES ('intruder', NULL, 'write');
