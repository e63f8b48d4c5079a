-- A step that the recorded state did not allow to begin. Its exit code alone does not tell: a step
-- that began may fail with 18 too.
ALTER TABLE phases ADD COLUMN refused INTEGER NOT NULL DEFAULT 0;
