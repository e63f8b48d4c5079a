"""Elasticsearch dies, fills up or is too busy, and the steps are killed, while documents are on their way."""

from __future__ import annotations

import secrets
import signal
import subprocess
import time

import pytest

from sample_environment.search_only import SearchOnly
from services.elasticsearch import Elasticsearch

from .stand import Stands
from .steps import BACKUP, RESTORE, Ended, Steps
from .tally import TALLY, require_exact

BEFORE_SNAPSHOT = BACKUP[:BACKUP.index("snapshot")]
DOCUMENTS = 40_000
MIDWAY = ("stage", "restore")
LARGE_BYTES = 50 << 20
FULL_DISK = {
    "cluster.info.update.interval": "10s", "cluster.routing.allocation.disk.threshold_enabled": True,
    **{f"cluster.routing.allocation.disk.watermark.{name}": "1000tb" for name in ("low", "high", "flood_stage")}}


@pytest.fixture(scope="module")
def search():
    """A server of this module's own, which it may kill; one thread writes, and little may wait."""
    usable, reason = Elasticsearch.available()
    if not usable:
        pytest.skip(f"elasticsearch: {reason}")
    with Elasticsearch(heap="1g", settings={"thread_pool.write.size": "1",
                                            "thread_pool.write.queue_size": "2"}) as server:
        yield server


@pytest.fixture(scope="module")
def stands(bin_dir, search):
    made = Stands(lambda: Filled(bin_dir, search))
    yield made
    made.close()


@pytest.fixture(autouse=True)
def runs_again(search):
    """Whatever a test leaves behind, the next finds a server that runs."""
    yield
    if search.process.poll() is not None:
        come_back(search)


class Filled(SearchOnly):
    def _build(self) -> None:
        super()._build()
        self.fill("large", DOCUMENTS)


def before(step: str) -> tuple[str, ...]:
    return RESTORE[:RESTORE.index(step)]


def run_all(steps: Steps, words: tuple[str, ...]) -> None:
    for one in words:
        steps.must(steps.run(one))


def come_back(search: Elasticsearch) -> None:
    search.launch()
    search.wait_ready()


def stop_when(steps: Steps, words: str, midway, action) -> Ended:
    """Runs a step; does `action(process)` as soon as `midway()` holds, which must be before it ends."""
    with steps.start(words) as process:
        deadline = time.monotonic() + 60
        while not midway():
            assert process.poll() is None, f"{words} was not caught midway"
            assert time.monotonic() < deadline
            time.sleep(0.005)
        action(process)
        text = process.communicate(timeout=120)[0]
    return steps.ended(process, text)


def archive_grows(sample: SearchOnly):
    return lambda: any(path.stat().st_size > 2 << 20 for path in sample.archives.glob("*.tmp-*"))


def staged_index_grows(sample: SearchOnly, documents: int):
    """Documents that were written beside, refreshed or not."""
    path = (f"/environment-backup-staged-*-{sample.prefix}large/_stats/indexing?expand_wildcards=all"
            "&filter_path=_all.primaries.indexing.index_total")
    return lambda: (sample.search.request("GET", path)[1] or {}).get(
        "_all", {}).get("primaries", {}).get("indexing", {}).get("index_total", 0) > documents


def something_is_aside(sample: SearchOnly):
    path = f"/_cat/indices/environment-backup-aside-*-{sample.prefix}*?expand_wildcards=all&format=json"
    return lambda: bool(sample.search.request("GET", path)[1])


def midway(step: str, sample: SearchOnly):
    return staged_index_grows(sample, DOCUMENTS // 4) if step == "stage" else something_is_aside(sample)


@TALLY.fault("search server killed")
def test_a_backup_whose_server_dies_fails_and_the_next_one_is_whole(sample, steps, search):
    before = sample.fingerprints()
    steps.must(steps.begin("backup"))
    run_all(steps, BEFORE_SNAPSHOT)
    ended = stop_when(steps, "snapshot", archive_grows(sample), lambda _: search.kill())
    assert ended.exit_code in (13, 14), ended.text
    assert "elasticsearch" in ended.text
    steps.must(steps.finish())
    assert sample.backup_ids() == []
    come_back(search)
    steps.backup()
    require_exact(sample.fingerprints(), before)
    steps.check_clean()


@TALLY.fault("search server killed")
@pytest.mark.parametrize("step", MIDWAY)
def test_a_restore_whose_server_dies_goes_on_and_ends_exact(sample, steps, search, good_archive, step):
    good = sample.fingerprints()
    sample.damage()
    steps.must(steps.begin("restore", good_archive))
    run_all(steps, before(step))
    ended = stop_when(steps, step, midway(step, sample), lambda _: search.kill())
    assert ended.exit_code in (13, 14), ended.text
    come_back(search)
    run_all(steps, RESTORE[RESTORE.index(step):])
    steps.must(steps.finish())
    require_exact(sample.fingerprints(), good)
    steps.check_clean()


@TALLY.fault("restore killed again and again")
def test_a_restore_that_is_killed_again_and_again_ends_exact(sample, steps, good_archive):
    good = sample.fingerprints()
    sample.damage()
    steps.must(steps.begin("restore", good_archive))
    run_all(steps, before("stage"))
    for quarter in range(1, 4):
        ended = stop_when(steps, "stage", staged_index_grows(sample, quarter * DOCUMENTS // 4),
                          subprocess.Popen.kill)
        assert ended.exit_code == -signal.SIGKILL
    run_all(steps, RESTORE[RESTORE.index("stage"):])
    steps.must(steps.finish())
    require_exact(sample.fingerprints(), good)
    steps.check_clean()


@TALLY.fault("search server too busy")
def test_what_a_busy_server_refuses_is_sent_again(sample, steps, search, good_archive):
    before = sample.fingerprints()
    sample.damage()
    rejected = rejections(search)
    steps.restore(good_archive)
    assert rejections(search) > rejected, "the server was never too busy"
    require_exact(sample.fingerprints(), before)


def rejections(search: Elasticsearch) -> int:
    nodes = search.call("GET", "/_nodes/stats/thread_pool?filter_path=nodes.*.thread_pool.write.rejected")
    return sum(node["thread_pool"]["write"]["rejected"] for node in nodes["nodes"].values())


@TALLY.fault("disk full: search server")
@pytest.mark.parametrize("step", MIDWAY)
def test_a_restore_onto_a_full_disk_says_so_and_goes_on_when_there_is_room(sample, steps, search, good_archive,
                                                                           step):
    good = sample.fingerprints()
    sample.damage()
    steps.must(steps.begin("restore", good_archive))
    run_all(steps, before(step))
    fill_the_disk(search)
    ended = steps.run(step)
    search.call("PUT", "/_cluster/settings", {"persistent": dict.fromkeys(FULL_DISK)})
    search.call("DELETE", "/probe")
    assert ended.exit_code == 16, ended.text
    assert "free space on the disks of the server" in ended.text
    run_all(steps, RESTORE[RESTORE.index(step):])
    steps.must(steps.finish())
    require_exact(sample.fingerprints(), good)


def fill_the_disk(search: Elasticsearch) -> None:
    """What the server takes for a full disk, which it notices after a while."""
    search.call("PUT", "/probe")
    search.call("PUT", "/_cluster/settings", {"persistent": FULL_DISK})
    deadline = time.monotonic() + 60
    while "read_only_allow_delete" not in search.text("GET", "/probe/_settings"):
        assert time.monotonic() < deadline, "the server does not see that its disk is full"
        time.sleep(0.5)


def test_a_document_of_50_mb_comes_back(sample, steps, search):
    name = f"{sample.prefix}giant"
    search.call("PUT", f"/{name}", {"mappings": {"dynamic": False}})
    search.call("PUT", f"/{name}/_doc/1", b'{"text":"%s"}' % secrets.token_hex(LARGE_BYTES // 2).encode())
    before = sample.fingerprints()
    backup_id = steps.backup()
    search.call("DELETE", f"/{name}")
    steps.restore(backup_id)
    require_exact(sample.fingerprints(), before)
    search.call("DELETE", f"/{name}")
