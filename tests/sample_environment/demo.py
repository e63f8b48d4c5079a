"""What ci/demo shows: a backup, damage to every resource, a restore, and a table that compares them."""

from __future__ import annotations

import re
import signal
import sys
import time
from pathlib import Path

from services.elasticsearch import Elasticsearch

from .environment import SampleEnvironment
from .fingerprint import Fingerprint
from .firebase import VIEW, FirebaseProject
from .outage import OutageWatcher, status_of
from .view_watcher import Read, ViewWatcher, view_in

Fingerprints = dict[str, Fingerprint]


def say(text: str) -> None:
    print(f"\n== {text}", flush=True)


def run_job(sample: SampleEnvironment, title: str, jenkinsfile: str, **parameters: str) -> int:
    """The exit code; tells what the job printed, and for how long users were locked out."""
    say(f"{title}: ci/pipeline/run {jenkinsfile} "
        + " ".join(f"-p {key}='{value}'" for key, value in parameters.items()))
    begun = time.monotonic()
    where, read = reader_of(sample)
    with ViewWatcher(read) as watcher, OutageWatcher(sample.nginx.url) as outage:
        done = sample.run_job(jenkinsfile, **parameters)
    for line in done.stdout.splitlines():
        if shown := readable(line):
            print(f"   {shown}")
    print(f"   ({time.monotonic() - begun:.1f} s; users were locked out for {outage.seconds:.1f} s)", flush=True)
    print(f"   what a reader of the published view saw meanwhile, in {where}:")
    for change in watcher.changes:
        print(f"     {change}")
    return done.returncode


def succeed(sample: SampleEnvironment, title: str, jenkinsfile: str, **parameters: str) -> None:
    if code := run_job(sample, title, jenkinsfile, **parameters):
        raise SystemExit(f"{jenkinsfile} ended with exit code {code}")


def refused(sample: SampleEnvironment, backup_id: str) -> bool:
    """A restore that the database server does not let through; true when it changed nothing."""
    before = sample.fingerprints()
    with sample.databases.server.session("BEGIN; SELECT COUNT(*) FROM digit", "athena-server"):
        code = run_job(sample, "the restore, while somebody's forgotten transaction holds a table",
                       "Jenkinsfile.restore", BackupId=backup_id, Description="too early")
    unchanged = sample.fingerprints() == before and status_of(sample.nginx.url) == 200
    print(f"\nthe restore was refused with exit code {code}; it changed {'nothing' if unchanged else 'SOMETHING'}")
    return unchanged and code != 0


def reader_of(sample: SampleEnvironment) -> tuple[str, Read]:
    """Where the Admin Interface would read the view."""
    if sample.publish:
        return f"Firestore's document {VIEW}", sample.firebase.view
    path = sample.state / f"{sample.name}.view.json"
    return str(path), view_in(path)


def readable(line: str) -> str:
    """A line of the job's log without Jenkins' time stamp; its housekeeping is left out."""
    text = re.sub(r"^\[[0-9TZ:.-]+\] ", "", line)
    if text.startswith("[Pipeline] stage"):
        return text.removeprefix("[Pipeline] ")
    return "" if text.startswith("[Pipeline]") else text


def table(before: Fingerprints, damaged: Fingerprints, after: Fingerprints) -> bool:
    """Prints one row for each resource; true when all are equal again."""
    rows = [("resource", "before", "after damage", "after restore", "equal")]
    for name, first in before.items():
        rows.append((name, first.counts, damaged[name].counts, after[name].counts,
                     "yes" if after[name].digest == first.digest else "NO"))
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())
    return all(row[4] == "yes" for row in rows[1:])


def differences(before: Fingerprints, after: Fingerprints) -> None:
    for name, first in before.items():
        for line in first.differences(after[name]):
            print(f"   {name} {line}")


def show_next() -> None:
    say("what to look at next")
    print("   Jenkinsfile.restore    the stages that you saw\n"
          "   README.md              installing it on a server\n"
          "   ci/test                every test; the last line counts them")


def demonstrate(sample: SampleEnvironment) -> bool:
    say(f"environment {sample.name} with MariaDB, {'Elasticsearch, ' if sample.search else ''}"
        f"{'the Firebase emulators, ' if sample.firebase else ''}a Docker registry, "
        f"nginx, git in {sample.folder}")
    before = sample.fingerprints()
    succeed(sample, "backup", "Jenkinsfile", Description="before the bad afternoon")
    backup_id = sample.newest_backup()
    unchanged = sample.fingerprints() == before

    say("a bad afternoon: tables, indices, files, commits and image tags are damaged")
    sample.damage()
    damaged = sample.fingerprints()
    harmless = [name for name in before if damaged[name].digest == before[name].digest]

    harmless_refusal = refused(sample, backup_id)
    succeed(sample, "restore", "Jenkinsfile.restore", BackupId=backup_id,
            Description="put the morning back")
    after = sample.fingerprints()
    say(f"the catalogue of {sample.name}")
    print(sample.step("catalogue", "list").stdout)
    say("compared by mariadb-dump, by searches, by a walk through the files and by git, not by our own programs")
    equal = table(before, damaged, after)
    differences(before, after)
    status = status_of(sample.nginx.url)
    print(f"\nthe site answers {status}; the backup changed {'nothing' if unchanged else 'SOMETHING'}")
    if harmless:
        print(f"NOT damaged, so nothing was shown: {', '.join(harmless)}")
    return equal and unchanged and harmless_refusal and not harmless and status == 200


def search_server() -> type[Elasticsearch] | None:
    usable, reason = Elasticsearch.available()
    if not usable:
        say(f"without Elasticsearch: {reason}")
    return Elasticsearch if usable else None


def with_firebase() -> bool:
    usable, reason = FirebaseProject.available()
    if not usable:
        say(f"without Firebase: {reason}")
    return usable


def main() -> int:
    # so that servers and folders go away when the demo is ended
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with SampleEnvironment(Path(sys.argv[1]), search=search_server(), firebase=with_firebase(), publish=True) as sample:
        good = demonstrate(sample)
    if good:
        show_next()
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
