-- Each exception has a typed reason; two new ones concern the whole operation (resource '').
CREATE TABLE exceptions_with_reason (
  operation_id TEXT NOT NULL REFERENCES operations (id),
  exception TEXT NOT NULL CHECK (exception IN
    ('allow_missing', 'skip_resources', 'fresh_server', 'accept_no_safety')),
  resource TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (operation_id, exception, resource)
) STRICT, WITHOUT ROWID;
INSERT INTO exceptions_with_reason SELECT * FROM operation_exceptions;
DROP TABLE operation_exceptions;
ALTER TABLE exceptions_with_reason RENAME TO operation_exceptions;

-- Which of the three ends a restore reached.
ALTER TABLE operations ADD COLUMN ended_as TEXT NOT NULL DEFAULT ''
  CHECK (ended_as IN ('', 'restored', 'rolled_back', 'closed'));
-- This restore goes on without a safety archive: fresh_server or accept_no_safety allowed it.
ALTER TABLE operations ADD COLUMN no_safety INTEGER NOT NULL DEFAULT 0;

-- Since when users are locked out, while maintenance_return is set.
ALTER TABLE environment ADD COLUMN maintenance_since_ms INTEGER;
ALTER TABLE environment ADD COLUMN maintenance_since_boottime_ms INTEGER;
ALTER TABLE environment ADD COLUMN maintenance_boot_id TEXT NOT NULL DEFAULT '';

-- When a verification last read the archive, whatever it found.
ALTER TABLE archives ADD COLUMN checked_ms INTEGER;
UPDATE archives SET checked_ms = verified_ms;
