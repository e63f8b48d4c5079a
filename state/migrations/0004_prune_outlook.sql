-- What the next prune removes depends on operations too: the archives that one uses stay, those of
-- the last restore stay for a while, and time has passed when the next one begins. So these changes
-- raise the revision of the catalogue as well.
DROP TRIGGER operation_began;
CREATE TRIGGER operation_began AFTER INSERT ON operations BEGIN
  UPDATE publication SET revision = revision + 1, catalogue_revision = revision + 1;
END;
DROP TRIGGER operation_changed;
CREATE TRIGGER operation_changed AFTER UPDATE ON operations BEGIN
  UPDATE publication SET revision = revision + 1, catalogue_revision = CASE
    WHEN NEW.outcome <> OLD.outcome OR NEW.target_archive <> OLD.target_archive
      OR NEW.snapshot_archive <> OLD.snapshot_archive OR NEW.destroy_began <> OLD.destroy_began
    THEN revision + 1 ELSE catalogue_revision END;
END;
DROP TRIGGER environment_changed;
CREATE TRIGGER environment_changed AFTER UPDATE ON environment BEGIN
  UPDATE publication SET revision = revision + 1, catalogue_revision = CASE
    WHEN NEW.state <> OLD.state OR NEW.restoring_from <> OLD.restoring_from
      OR NEW.safety_archive <> OLD.safety_archive
    THEN revision + 1 ELSE catalogue_revision END;
END;
