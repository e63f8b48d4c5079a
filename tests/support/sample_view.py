"""A published view as the steps write it, with any number of archives."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta, timezone

# what somebody may write where people read it
NASTY = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)> ‮ ünïcödé 💥 {{title}} {{> layout}} "
DATABASES = ["athena-server", "oauth2-users", "oauth2-server"]


def iso(moment: datetime) -> str:
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def resources(number: int) -> list[dict]:
    """What archive `number` holds: a little more of everything than the one before."""
    return [
        {"name": "config_local", "absent": None, "rows": 428 + 2 * number, "plain_bytes": 5_200_000,
         "stored_bytes": 1_100_000, "summary": {"files": 180 + number, "folders": 30, "symlinks": 4,
                                                "size_bytes": 5_190_000, "index_bytes": 10_000}},
        {"name": "deployment", "absent": None, "rows": 0, "plain_bytes": 41_000, "stored_bytes": 9_000,
         "summary": {"hash": _digest(f"commit {number // 5}")[:40], "branch": "main", "changed_files": 0,
                     "untracked_files": 0, "unpushed_commits": 0}},
        {"name": "images", "absent": None, "rows": 3, "plain_bytes": 900, "stored_bytes": 400,
         "summary": {"services": {name: f"4.{number // 5}.0@sha256:{_digest(name + str(number // 5))}"
                                  for name in ("api", "web", "worker")}}},
        {"name": "mysql", "absent": None, "rows": 4_400_000 + 1_312 * number,
         "plain_bytes": 650_000_000 + 210_000 * number, "stored_bytes": 96_000_000 + 31_000 * number,
         "summary": {"server": "mariadb 10.11.4", "databases": DATABASES, "tables": 84}},
        {"name": "elasticsearch", "absent": None, "rows": 300_000 + 77 * number,
         "plain_bytes": 183_000_000, "stored_bytes": 31_000_000, "summary": {"indices": 12}},
    ]


def archive(environment: str, number: int, created: datetime, **changes) -> dict:
    backup_id = f"{environment}-{created:%Y%m%dT%H%M%SZ}-{number:06x}"
    entry = {
        "backup_id": backup_id, "kind": "backup", "status": "complete",
        "description": "nightly" if number % 7 else "before the upgrade to 4." + str(number // 5),
        "requested_by": "Started by timer" if number % 7 else "ada", "created_at": iso(created),
        "completed_at": iso(created + timedelta(seconds=95)), "duration_seconds": 80 + number % 23,
        "verified_at": iso(created + timedelta(seconds=140)), "size_bytes": 128_000_000 + 31_000 * number,
        "pinned": None, "damage": "", "anchored": True, "resources": resources(number),
        "prune": {"keep": True, "reason": "younger than 60 days", "next": False},
    }
    entry.update(changes)
    return entry


def view(environment: str, archives: int = 12, now: datetime | None = None, **changes) -> dict:
    """The environment is live, the newest archive five hours old."""
    now = now or datetime.now(timezone.utc)
    newest = now - timedelta(hours=5)
    entries = [archive(environment, number, newest - timedelta(days=archives - 1 - number))
               for number in range(archives)]
    entries.reverse()
    document = {
        "view_format": 1, "environment": environment, "revision": 7, "published_at": iso(now),
        "tool_version": "0.1.0", "state": "live", "maintenance": "off",
        "message": f"environment '{environment}' is live.", "way_out": "", "restoring_from": "",
        "safety_archive": "", "operation": None, "last_operation": None, "last_restore": None,
        "now": {"as_of": iso(newest), "source": entries[0]["backup_id"] if entries else "",
                "resources": resources(archives)},
        "archives": entries,
        "retention": {"keep_days": 60, "min_verified": 3, "restore_grace_days": 14},
        "storage": {"archives_bytes": sum(entry["size_bytes"] for entry in entries),
                    "free_bytes": 84_000_000_000, "folder": "/var/backups/athena"},
    }
    document.update(changes)
    return document


def operation(kind: str = "backup", **changes) -> dict:
    now = datetime.now(timezone.utc)
    entry = {
        "id": "op-0123456789abcdef", "kind": kind, "outcome": "running", "ended_as": "",
        "phase": "snapshot", "percent": 42, "progress": "mysql: 1.9 M of 4.4 M rows", "seconds_left": 120,
        "build_url": f"http://127.0.0.1/job/{kind}-environment/12/", "host": "athena", "requested_by": "ada",
        "description": "before the upgrade", "request_id": "", "scheduled_at": iso(now), "started_at": iso(now),
        "heartbeat_at": iso(now), "finished_at": None, "target_archive": "", "snapshot_archive": "",
        "error": "", "rolling_back": False, "exceptions": {},
    }
    entry.update(changes)
    return entry
