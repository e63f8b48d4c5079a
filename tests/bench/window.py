"""Seconds that users are locked out by a backup with maintenance.release "after_cut", at 1 x and 10 x the
data, while they write to MariaDB, Elasticsearch and (where its emulator is) Firestore from the moment
they are back; whether a restore then brings back the cut; and the memory of each step at both. BENCH_FACTOR makes both smaller or larger."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from benching.metric import Metric
from services.elasticsearch import Elasticsearch
from services.firestore import Firestore
from services.mariadb import Mariadb
from services.nginx import Nginx
from services.sql_server import FAST_OPTIONS
from support.busy_site import DOCUMENTS, FILE_BYTES, FILES, ROWS_NARROW, ROWS_WIDE, BusySite, Servers

FACTOR = float(os.environ.get("BENCH_FACTOR", "1"))
WINDOW_SECONDS = 5.0
GROWTH = 1.5
MEMORY_LIMIT_MIB = 256
MEMORY_GROWTH = 1.15
SHARE = Path(__file__).resolve().parents[2] / "share" / "nginx"
_SITE = """\
    set $maintenance_flag {flag};
    set $maintenance_root {share};
    include {share}/maintenance.conf;
"""
_notes: list[str] = []


def metrics(bin_dir: Path) -> Iterator[Metric]:
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="eb-bench-window-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o755)  # nginx is another user
        flag = folder / "maintenance.flag"
        servers = start_servers(stack, flag)
        one = BusySite(folder / "one", bin_dir, servers, flag, FACTOR)
        ten = BusySite(folder / "ten", bin_dir, servers, flag, 10 * FACTOR)
        yield Metric("window/10x-to-1x", GROWTH, lambda: window(ten), lambda: window(one))
        for name, site in (("1x", one), ("10x", ten)):
            seen = iter(list(site.windows))
            yield Metric(f"window/seconds-{name}", WINDOW_SECONDS, lambda seen=seen: next(seen))
        differences = [differences_after_restore(site) for site in (one, ten)]
        for name, count in zip(("1x", "10x"), differences):
            yield Metric(f"window/stores-that-differ-from-the-cut-{name}", 0, lambda count=count: count, unit="")
        for step in ("snapshot", "verify", "restore", "prove"):
            yield Metric(f"memory/{step}", MEMORY_LIMIT_MIB, lambda step=step: ten.peaks_kib[step] / 1024, unit="MiB")
            yield Metric(f"memory/{step}-10x-to-1x", MEMORY_GROWTH, lambda step=step: ten.peaks_kib[step],
                         lambda step=step: one.peaks_kib[step], unit="KiB")
        note(one, ten)


def start_servers(stack: ExitStack, flag: Path) -> Servers:
    cloud = Firestore() if Firestore.available()[0] else None
    servers = Servers(Mariadb(options=FAST_OPTIONS), Elasticsearch(heap="1g", quick_start=False),
                      Nginx(_SITE.format(flag=flag, share=SHARE)), cloud)
    started = [server for server in vars(servers).values() if server]
    for server in started:
        stack.callback(server.stop)
        server.start()
    for server in started:
        server.wait_ready()
    return servers


def window(site: BusySite) -> float:
    site.back_up()
    site.remove_archives()
    return site.windows[-1]


def differences_after_restore(site: BusySite) -> int:
    """Stores that after a restore do not hold what they held when the site closed."""
    before = site.contents()
    backup_id = site.back_up()
    during = site.contents()
    for store in before:
        if before[store] is not None and before[store] == during[store]:
            raise RuntimeError(f"nobody wrote to {store} after the cut")
    site.restore(backup_id)
    after = site.contents()
    site.remove_archives()
    return sum(before[store] != after[store] for store in before)


def note(*sites: BusySite) -> None:
    rows = [f"- {int(ROWS_WIDE * site.factor) + int(ROWS_NARROW * site.factor)} rows, "
            f"{int(DOCUMENTS * site.factor)} documents: the whole snapshot took {median(site.totals):.1f} s, users were out "
            f"{median(site.windows):.2f} s of a whole backup; they wrote {site.writes} rounds to each store while "
            "it went on." for site in sites]
    cloud = "and Firestore " if sites[0].servers.cloud else ""
    _notes.append("\n".join([
        "From the moment when the flag file appears to the moment when it is gone, as a visitor sees it: the end "
        "of `maintenance on`, the start of `snapshot`, all cuts, and what has no cut.", "",
        f"The parts without a cut (config_local of {FILES} files, {FILES * FILE_BYTES // 1_000_000} MB, and the "
        f"deployment) are the same size at both; MariaDB, Elasticsearch {cloud}hold ten times as much.", "",
        *rows]))


def notes() -> list[tuple[str, str]]:
    return [("The maintenance window", "\n".join(_notes))]
