"""What the measured rates mean for data that fits on no bench: hours at 100 GB and at 1 TB."""

from __future__ import annotations

from collections.abc import Iterable

GB = 1e9
SIZES = (("100 GB", 100 * GB), ("1 TB", 1000 * GB))
# metric -> what it worked on (plain bytes), the stage it stands for, and what limits that stage
STAGES = {
    "config_local/snapshot": (1.0 * GB, "snapshot of files", "zstd and SHA-256, on all cores; then the disk's writes"),
    "mysql/dump-mydumper": (0.65 * GB, "snapshot of MySQL", "the server's row format and the cores that it shares "
                            "with zstd"),
    "elasticsearch/export-elasticdump": (0.183 * GB, "snapshot of Elasticsearch", "the server, which reads and writes "
                                         "every `_source` as JSON"),
    "config_local/verify": (1.0 * GB, "verify", "SHA-256 of what is stored and one reading of the disk"),
    "config_local/restore": (1.0 * GB, "restore of files", "making files: the file system's journal"),
    "mysql/load-myloader": (0.65 * GB, "restore of MySQL", "the server: InnoDB's inserts, then one pass for each table's "
                            "secondary keys"),
    "elasticsearch/import-elasticdump": (0.183 * GB, "restore of Elasticsearch", "the server: it analyses and indexes every "
                                         "document anew"),
}

MORE = """
Nothing in a step grows with the data but the manifest (one line of about 300 bytes for each chunk of
8 MiB: 4 MB at 100 GB, 40 MB at 1 TB) and the index of `config_local` (one line for each file). Memory is
one budget, whatever the size; the window is the time to open the cuts.

What one machine cannot do is divided by environments, not within one: each environment has an agent, a
state file and an archive folder of its own, and Jenkins runs as many at once as there are agents. Where
databases have machines of their own, their work runs there and `workers` may be raised above the agent's
cores until the network is full: 1 TB takes 2.3 hours at 1 Gbit/s of stored bytes, 14 minutes at
10 Gbit/s. An archive is one file that is only ever appended to and never changed once it has its name: any
copier can move it to S3 in parts (10 000 parts of 100 MB hold 1 TB), several at once, and `verify` proves
the copy that comes back.

At 1 TB the limits that come first: a point in time of Elasticsearch holds its segments on the server's disk
until the copy has ended, and MySQL keeps old versions of every row that users change meanwhile (plan disk for
one day's changes); Firestore answers at a past time for one hour only unless point-in-time recovery is on; a
restore of MySQL at the measured rate is what users wait for, so a second server that is restored in advance
is worth its price there.
"""


def note(metrics: Iterable[dict]) -> dict[str, str]:
    """Heading and Markdown from the metrics of a report; nothing when none of them is a stage."""
    rows = [row for one in metrics if (row := _row(one))]
    if not rows:
        return {}
    head = ["Hours at the rates measured above, on this machine, data and services side by side on it:", "",
            "| stage | rate | " + " | ".join(name for name, _ in SIZES) + " | limited by |", "|---|---|---|---|---|"]
    return {"Scale, on paper": "\n".join([*head, *rows]) + "\n" + MORE}


def _row(one: dict) -> str | None:
    if one["name"] not in STAGES:
        return None
    size, stage, limit = STAGES[one["name"]]
    rate = size / one["ours"]
    hours = " | ".join(f"{bytes_ / rate / 3600:.1f} h" for _, bytes_ in SIZES)
    return f"| {stage} | {rate / 1e6:.0f} MB/s | {hours} | {limit} |"
