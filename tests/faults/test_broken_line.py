"""The database server killed, cut off, truncated or silent in the middle of any step."""

from __future__ import annotations

import json
import random
import signal

import pytest

from support.broken_line import CUT, STALLED, TRUNCATED, BrokenLine

from .steps import BACKUP, RESTORE, SEED
from .tally import TALLY, require_exact

RUNS, RUNS_EVERY = 4, 60
TALKING = [("backup", words) for words in ("preflight", "snapshot")] + [
    ("restore", words) for words in ("preflight", "snapshot", "destroy", "restore", "prove")]


@pytest.fixture
def line(sample):
    """environment.json reaches the database through the line."""
    before = sample.environment_file.read_text()
    document = json.loads(before)
    made = BrokenLine("127.0.0.1", sample.server.port)
    mysql = document["resources"]["mysql"]
    mysql.pop("socket", None)
    mysql.update(host="127.0.0.1", port=made.port, tls={"mode": "disabled"})
    sample.environment_file.write_text(json.dumps(document))
    yield made
    sample.environment_file.write_text(before)
    made.close()


@pytest.fixture
def usual_bytes(stand, steps, line, good_archive) -> dict[tuple[str, str], int]:
    """How much the server answers in each step: an undisturbed run of both jobs tells."""
    if stand.usual_bytes:
        return stand.usual_bytes
    for kind, words_of, backup_id in (("backup", BACKUP, ""), ("restore", RESTORE, good_archive)):
        steps.must(steps.begin(kind, backup_id))
        for words in words_of:
            before = line.passed
            steps.must(steps.run(words))
            stand.usual_bytes[kind, words] = line.passed - before
        steps.must(steps.finish())
    return stand.usual_bytes


def run_job(steps, line, kind, victim, how, after_bytes, backup_id):
    """The job with the fault in one step, ended as Jenkins would end it."""
    steps.must(steps.begin(kind, backup_id))
    for words in BACKUP if kind == "backup" else RESTORE:
        if words != victim:
            ended = steps.run(words)
        else:
            line.arm(how, after_bytes)
            # a server that says nothing more: somebody aborts the build
            ended = (steps.stop_when(words, line.broke, signal.SIGTERM) if how == STALLED
                     else steps.run(words))
            line.mend()
        if not ended:
            break
    steps.must(steps.finish())
    return ended


@pytest.mark.parametrize("how", [CUT, TRUNCATED, STALLED])
def test_a_server_that_breaks_off_anywhere_loses_nothing(sample, steps, line, usual_bytes,
                                                         good_archive, how, every):
    dice = random.Random(SEED)
    before = sample.fingerprints()
    for _ in range((RUNS_EVERY if every else RUNS) // 2):
        kind, victim = dice.choice(TALKING)
        after = dice.randrange(max(1, usual_bytes[kind, victim]))
        with TALLY.fault(f"database line {how}"):
            if kind == "restore":
                sample.damage()
            ended = run_job(steps, line, kind, victim, how, after,
                            good_archive if kind == "restore" else "")
            assert ended.exit_code in (0, 13, 14, 15, 18, 143), (victim, after, ended.text)
            if kind == "restore":
                steps.restore(good_archive)
            else:
                steps.backup()
            require_exact(sample.fingerprints(), before)
            steps.check_clean()


def test_a_server_that_pauses_is_waited_for(sample, steps, line, usual_bytes, good_archive):
    before = sample.fingerprints()
    with TALLY.fault("database line pauses"):
        line.arm(STALLED, usual_bytes["backup", "snapshot"] // 2)
        timer = steps.later(3, line.mend)
        steps.backup()
        timer.join()
        require_exact(sample.fingerprints(), before)
        steps.check_clean()


def test_a_server_that_is_killed_midway_and_started_again(sample, steps, good_archive, every):
    dice = random.Random(SEED)
    before = sample.fingerprints()
    for _ in range(6 if every else 1):
        with TALLY.fault("database server killed"):
            sample.damage()
            steps.must(steps.begin("restore", good_archive))
            for words in RESTORE:
                delay = dice.uniform(0, steps.seconds.get("restore", 0.5))
                timer = steps.later(delay, sample.server.kill) if words == "restore" else None
                ended = steps.run(words)
                if timer:
                    timer.join()
                    sample.server.launch()
                    sample.server.wait_ready()
                if not ended:
                    break
            steps.must(steps.finish())
            steps.restore(good_archive)
            require_exact(sample.fingerprints(), before)
            steps.check_clean()


@TALLY.fault("partitions of no table")
@pytest.mark.parametrize("schema", ["athena-server", "eb_staged_athena-sample_athena-server"])
def test_what_a_server_that_died_in_a_create_table_left_is_no_obstacle(sample, steps, good_archive, schema):
    """MariaDB then keeps partitions in its dictionary whose table is gone: live, or of what is staged."""
    before = sample.fingerprints()
    sample.damage()
    leave_partitions(sample.server, schema, "event")
    steps.restore(good_archive)
    require_exact(sample.fingerprints(), before)
    steps.check_clean()


def leave_partitions(server, schema: str, table: str) -> None:
    server.execute(f"SET foreign_key_checks=0; CREATE DATABASE IF NOT EXISTS `{schema}`;"
                   f"DROP TABLE IF EXISTS `{schema}`.{table};"
                   f"CREATE TABLE `{schema}`.{table} (id INT) PARTITION BY HASH (id) PARTITIONS 2")
    server.kill()
    for suffix in ("frm", "par"):
        (server.datadir / schema.replace("-", "@002d") / f"{table}.{suffix}").unlink()
    server.launch()
    server.wait_ready()
