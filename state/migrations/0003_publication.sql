-- A counter that every change of what people may see raises: of two published views it tells which
-- is the newer. It starts at the time of day, so that a state file made anew goes on above the one
-- that it replaces. `catalogue_revision` is its value at the last change of an archive.
CREATE TABLE publication (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  revision INTEGER NOT NULL,
  catalogue_revision INTEGER NOT NULL
) STRICT;
INSERT INTO publication VALUES (1, unixepoch() * 1000, unixepoch() * 1000);

CREATE TRIGGER operation_began AFTER INSERT ON operations BEGIN
  UPDATE publication SET revision = revision + 1;
END;
CREATE TRIGGER operation_changed AFTER UPDATE ON operations BEGIN
  UPDATE publication SET revision = revision + 1;
END;
CREATE TRIGGER environment_changed AFTER UPDATE ON environment BEGIN
  UPDATE publication SET revision = revision + 1;
END;
CREATE TRIGGER archive_began AFTER INSERT ON archives BEGIN
  UPDATE publication SET revision = revision + 1, catalogue_revision = revision + 1;
END;
CREATE TRIGGER archive_changed AFTER UPDATE ON archives BEGIN
  UPDATE publication SET revision = revision + 1, catalogue_revision = revision + 1;
END;
CREATE TRIGGER archive_forgotten AFTER DELETE ON archives BEGIN
  UPDATE publication SET revision = revision + 1, catalogue_revision = revision + 1;
END;

ALTER TABLE operations ADD COLUMN seconds_left INTEGER;
-- A few facts of `detail_json` for people who choose an archive; empty: made from it when asked.
ALTER TABLE archive_resources ADD COLUMN summary_json TEXT NOT NULL DEFAULT '';
