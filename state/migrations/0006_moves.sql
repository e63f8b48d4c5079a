-- What a restore keeps beside a resource's live data. Nothing but a finished move changes these rows:
-- a failed prove, destroy and another target clear the journal only.
CREATE TABLE beside (
  resource TEXT PRIMARY KEY,
  staged_archive TEXT NOT NULL,
  staged_proved INTEGER NOT NULL CHECK (staged_proved IN (0, 1)),
  staged_ms INTEGER NOT NULL,
  aside_archive TEXT NOT NULL,
  aside_droppable INTEGER NOT NULL CHECK (aside_droppable IN (0, 1)),
  aside_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The intent of each move, written before it is made.
CREATE TABLE moves (
  resource TEXT NOT NULL,
  part TEXT NOT NULL,
  move TEXT NOT NULL,
  PRIMARY KEY (resource, part)
) STRICT, WITHOUT ROWID;
