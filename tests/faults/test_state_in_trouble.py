"""The state file locked by another program, the agent gone, a step that wakes up after its operation
was taken over, an archive damaged while it lies there, another version installed midway."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import threading
import time

import pytest

from .small import Small
from .steps import BACKUP, RESTORE, SEED
from .tally import TALLY, require_exact, require_goes_on


@pytest.fixture
def small(tmp_path, bin_dir) -> Small:
    made = Small(tmp_path, bin_dir)
    made.stopped = []
    yield made
    for process in made.stopped:  # of a test that failed before it let them go on
        if process.poll() is None:
            process.kill()
            process.wait()


class Holder:
    """Another program that holds the state file for so many seconds."""

    def __init__(self, small: Small, seconds: float):
        self._database = sqlite3.connect(small.state_file, isolation_level=None,
                                         check_same_thread=False)
        self._database.execute("BEGIN IMMEDIATE")
        self._thread = threading.Thread(target=self._release, args=(seconds,))
        self._thread.start()

    def _release(self, seconds: float) -> None:
        time.sleep(seconds)
        self._database.rollback()
        self._database.close()

    def join(self) -> None:
        self._thread.join()


@pytest.mark.parametrize("kind", ["backup", "restore"])
def test_a_state_file_that_is_locked_for_a_minute(small, kind, every):
    good = small.backup()
    content = small.content()
    victims = BACKUP if kind == "backup" else RESTORE
    dice = random.Random(SEED)
    for victim in victims if every else dice.sample(victims, 1):
        with TALLY.fault("state file locked"):
            if kind == "restore":
                small.damage()
            holders = []

            def hook(words, variables, victim=victim, holders=holders):
                if words == victim and not holders:
                    holders.append(Holder(small, 60 if every else 17))

            ended = small.job(kind, good if kind == "restore" else "", hook=hook)
            assert ended.code in (0, 17, 18), ended
            for holder in holders:
                holder.join()
            small.let_go()
            if kind == "restore":
                small.restore(good)
            small.backup()
            small.check(content)


def stopped_step(small: Small, words: str, operation: str):
    """A step that is stopped as it stands, like on an agent that hangs."""
    process = small.start(*words.split(), OPERATION_ID=operation)
    small.stopped.append(process)
    for _ in range(400):
        if small.rows("SELECT count(*) FROM phases WHERE operation_id = ? AND name = ?",
                      operation, words) != [(0,)]:
            break
        time.sleep(0.005)
    stop_between_writes(small, process)
    return process


def stop_between_writes(small: Small, process) -> None:
    """Stopped inside a transaction it would hold everybody up: a fault of its own, tried above."""
    while process.poll() is None:
        process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
        database = sqlite3.connect(small.state_file, isolation_level=None, timeout=0.1)
        try:
            database.execute("BEGIN IMMEDIATE")
            return
        except sqlite3.OperationalError:
            process.send_signal(signal.SIGCONT)
            time.sleep(0.005)
        finally:
            database.close()


def begin(small: Small, kind: str, build: str, **variables: str) -> str:
    ended = small.begin(kind, BUILD_URL=build, **variables)
    require_goes_on(ended.code == 0, ended)
    return ended.result["operation_id"]


def test_an_agent_that_is_gone_while_its_step_runs_on(small):
    """The step holds its lock: alive, whatever Jenkins thinks. It is never taken over."""
    content = small.content()
    with TALLY.fault("agent gone, its step runs"):
        operation = begin(small, "backup", "http://jenkins/gone/")
        for words in ("preflight", "maintenance on"):
            small.run(*words.split(), OPERATION_ID=operation)
        process = stopped_step(small, "snapshot", operation)
        small.write("UPDATE operations SET heartbeat_boottime_ms = 0, heartbeat_ms = 0")
        assert small.run("operation", "reconcile").result["interrupted"] == ""
        assert small.begin(BUILD_URL="http://jenkins/next/").code == 11
        process.send_signal(signal.SIGCONT)
        process.communicate(timeout=60)
        small.let_go()
        small.backup()
        small.check(content)


@pytest.mark.parametrize("words", ["snapshot", "destroy", "restore", "prove"])
def test_a_step_that_wakes_up_after_a_take_over_changes_nothing(small, words):
    """Its lock is lost, as when somebody removes the file: only the epoch can stop it."""
    good = small.backup()
    content = small.content()
    kind = "backup" if words == "snapshot" else "restore"
    with TALLY.fault("fenced step"):
        small.damage() if kind == "restore" else None
        operation = begin(small, kind, "http://jenkins/old/", BackupId=good)
        for earlier in BACKUP if kind == "backup" else RESTORE:
            if earlier == words:
                break
            ended = small.run(*earlier.split(), OPERATION_ID=operation)
            assert ended.code == 0, ended
        process = stopped_step(small, words, operation)
        # it may have been quick: what had ended before the take-over has nothing left to change
        ended_before = small.rows("SELECT ended_ms IS NOT NULL FROM phases WHERE operation_id = ? AND name = ?",
                                  operation, words) == [(1,)]
        os.unlink(f"{small.state_file}.step")
        small.write("UPDATE operations SET heartbeat_boottime_ms = 0, heartbeat_ms = 0, "
                    "boot_id = 'before'")
        if kind == "restore":
            small.restore(good)
        else:
            small.backup()
        process.send_signal(signal.SIGCONT)
        out, err = process.communicate(timeout=60)
        # 16: it was stopped just before a rename, and the file had been cleared away
        expected = (0,) if ended_before else (16, 18)
        assert process.returncode in expected, (process.returncode, out, err)
        require_exact(small.content(), content)
        if kind == "restore":
            small.restore(good)
        small.backup()
        small.check(content)


def test_an_archive_that_rots_is_never_used_and_the_others_are(small, every):
    dice = random.Random(SEED)
    good = small.backup()
    content = small.content()
    for _ in range(40 if every else 4):
        with TALLY.fault("archive damaged at rest"):
            bad = small.backup()
            path = small.archives / f"{bad}.tar"
            data = bytearray(path.read_bytes())
            at = dice.randrange(len(data))
            data[at] ^= 1 << dice.randrange(8)
            path.write_bytes(data)
            found = small.run("verify", "--all")
            assert found.code == 15 and bad in found.result["damaged"], found
            assert small.begin("restore", BackupId=bad, BUILD_URL="x").code == 15
            path.unlink()
            small.damage()
            small.restore(good)
            require_exact(small.content(), content)


def test_a_tool_upgraded_midway_refuses_and_the_next_build_goes_on(small):
    content = small.content()
    with TALLY.fault("tool upgraded midway"):
        operation = begin(small, "backup", "http://jenkins/upgraded/")
        assert small.run("maintenance", "on", OPERATION_ID=operation).code == 0
        small.write("UPDATE operations SET tool_version = '0.0.9' WHERE id = ?", operation)
        refused = small.run("snapshot", OPERATION_ID=operation)
        assert refused.code == 18 and "0.0.9" in refused.err
        ended = small.run("operation", "finish", OPERATION_ID=operation)
        require_goes_on(ended.code == 0, ended)
        small.backup()
        small.check(content)


def test_an_archive_of_a_newer_format_is_refused_before_anything_live_is_touched(small):
    good = small.backup()
    content = small.content()
    with TALLY.fault("archive of a newer format"):
        path = small.archives / f"{good}.tar"
        data = path.read_bytes()
        newer = data.replace(b'"format_version":"1.', b'"format_version":"2.')
        assert newer != data and len(newer) == len(data)
        path.write_bytes(newer)
        refused = small.job("restore", good)
        assert refused.code in (15, 19), refused
        require_exact(small.content(), content)
        path.write_bytes(data)
        assert small.run("verify", "--archive", good).code == 0
        small.restore(good)
        small.check(content)


def test_what_is_wrong_is_said_in_one_paragraph(small):
    good = small.backup()
    with TALLY.fault("restore cut off"):
        small.damage()
        operation = begin(small, "restore", "http://jenkins/cut/", BackupId=good)
        for words in RESTORE[:RESTORE.index("destroy") + 1]:
            assert small.run(*words.split(), OPERATION_ID=operation).code == 0
        finished = small.run("operation", "finish", OPERATION_ID=operation)
        assert finished.result["ended_as"] == "closed"
        text = small.run("operation", "status", "--quiet").out
        assert f"start restore-environment with BackupId {good} to finish it" in text
        assert len(text.strip().splitlines()) == 1
        small.restore(good)
        status = json.loads(small.run("operation", "status", "--json", "--quiet").out)
        assert status["operation"]["ended_as"] == "restored"
