-- The environment itself: one row.
CREATE TABLE environment (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  name TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'live'
    CHECK (state IN ('live', 'destroying', 'destroyed', 'restoring', 'restored')),
  epoch INTEGER NOT NULL DEFAULT 0,
  machine_id TEXT NOT NULL,
  maintenance_return INTEGER CHECK (maintenance_return IN (0, 1)),
  restoring_from TEXT NOT NULL DEFAULT '',
  safety_archive TEXT NOT NULL DEFAULT '',
  newest_time_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE environment_resources (
  name TEXT PRIMARY KEY,
  state TEXT NOT NULL
    CHECK (state IN ('live', 'destroying', 'destroyed', 'restoring', 'restored'))
) STRICT, WITHOUT ROWID;

CREATE TABLE operations (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK (kind IN ('backup', 'restore')),
  description TEXT NOT NULL,
  request_id TEXT CHECK (request_id <> ''),
  parameters TEXT NOT NULL,
  requested_by TEXT NOT NULL,
  build_url TEXT NOT NULL,
  replay_of TEXT NOT NULL,
  host TEXT NOT NULL,
  tool_version TEXT NOT NULL,
  scheduled_ms INTEGER NOT NULL,
  started_ms INTEGER NOT NULL,
  finished_ms INTEGER,
  heartbeat_ms INTEGER NOT NULL,
  heartbeat_boottime_ms INTEGER NOT NULL,
  boot_id TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  phase TEXT NOT NULL DEFAULT 'begin',
  percent INTEGER,
  progress TEXT NOT NULL DEFAULT '',
  target_archive TEXT NOT NULL DEFAULT '',
  snapshot_archive TEXT NOT NULL DEFAULT '',
  safety_inherited INTEGER NOT NULL DEFAULT 0,
  target_verified INTEGER NOT NULL DEFAULT 0,
  snapshot_verified INTEGER NOT NULL DEFAULT 0,
  destroy_began INTEGER NOT NULL DEFAULT 0,
  proved INTEGER NOT NULL DEFAULT 0,
  rolling_back INTEGER NOT NULL DEFAULT 0,
  rollback_on_failure INTEGER NOT NULL DEFAULT 1,
  clock_jump INTEGER NOT NULL DEFAULT 0,
  outcome TEXT NOT NULL DEFAULT 'running' CHECK (outcome IN
    ('running', 'succeeded', 'failed', 'interrupted', 'aborted', 'abandoned')),
  error TEXT NOT NULL DEFAULT ''
) STRICT;

-- The rule "one operation at a time": at most one unfinished row, whoever writes it.
CREATE UNIQUE INDEX one_operation_at_a_time ON operations (outcome) WHERE outcome = 'running';
CREATE INDEX operations_by_end ON operations (finished_ms);
CREATE INDEX operations_by_request ON operations (request_id) WHERE request_id IS NOT NULL;

-- Exceptions typed in at begin: 'allow_missing' with its reason, 'skip_resources'.
CREATE TABLE operation_exceptions (
  operation_id TEXT NOT NULL REFERENCES operations (id),
  exception TEXT NOT NULL CHECK (exception IN ('allow_missing', 'skip_resources')),
  resource TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (operation_id, exception, resource)
) STRICT, WITHOUT ROWID;

-- Every step that ran within an operation, in order; the outcome is read from these.
CREATE TABLE phases (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  operation_id TEXT NOT NULL REFERENCES operations (id),
  name TEXT NOT NULL,
  rollback INTEGER NOT NULL,
  started_ms INTEGER NOT NULL,
  ended_ms INTEGER,
  exit_code INTEGER,
  message TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX phases_by_operation ON phases (operation_id);

CREATE TABLE archives (
  backup_id TEXT PRIMARY KEY,
  operation_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('backup', 'safety')),
  description TEXT NOT NULL,
  requested_by TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('writing', 'complete', 'failed', 'damaged', 'pruned')),
  created_ms INTEGER NOT NULL,
  completed_ms INTEGER NOT NULL DEFAULT 0,
  verified_ms INTEGER,
  pruned_ms INTEGER,
  size_bytes INTEGER NOT NULL DEFAULT 0,
  manifest_sha256 TEXT NOT NULL DEFAULT '',
  anchored INTEGER NOT NULL DEFAULT 1,
  pinned TEXT,
  damage TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;

CREATE TABLE archive_resources (
  backup_id TEXT NOT NULL REFERENCES archives (backup_id),
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  absent TEXT,
  rows INTEGER NOT NULL,
  plain_bytes INTEGER NOT NULL,
  stored_bytes INTEGER NOT NULL,
  detail_json TEXT NOT NULL,
  PRIMARY KEY (backup_id, position)
) STRICT, WITHOUT ROWID;

-- Which items of the restore under way are in already, and small facts that a rerun needs.
CREATE TABLE restore_journal (
  resource TEXT NOT NULL,
  item TEXT NOT NULL,
  PRIMARY KEY (resource, item)
) STRICT, WITHOUT ROWID;
CREATE TABLE restore_facts (
  resource TEXT NOT NULL,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (resource, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  at_ms INTEGER NOT NULL,
  operation_id TEXT NOT NULL,
  who TEXT NOT NULL,
  what TEXT NOT NULL
) STRICT;
