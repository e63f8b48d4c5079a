"""Both jobs with the real steps on real servers: what comes back, and what is left alone."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from sample_environment.environment import SampleEnvironment
from sample_environment.firebase import FirebaseProject
from services.catalogue import SERVERS


def started(bin_dir: Path, database: str, firebase: bool = False):
    for usable, reason in (SampleEnvironment.available(SERVERS[database]),
                           FirebaseProject.available() if firebase else (True, "")):
        if not usable:
            pytest.skip(reason)
    with SampleEnvironment(bin_dir, database=SERVERS[database], firebase=firebase) as sample:
        yield sample


@pytest.fixture
def on_mariadb(bin_dir):
    yield from started(bin_dir, "mariadb")


@pytest.fixture
def on_mysql8(bin_dir):
    yield from started(bin_dir, "mysql8")


@pytest.fixture
def with_firebase(bin_dir):
    yield from started(bin_dir, "mariadb", firebase=True)


@pytest.fixture(scope="module")
def backed_up(bin_dir):
    """One environment with one archive, for the tests that must not change anything."""
    for sample in started(bin_dir, "mariadb"):
        succeed(sample, "Jenkinsfile", Description="the archive that is asked for")
        yield sample


def succeed(sample: SampleEnvironment, jenkinsfile: str, **parameters: str) -> str:
    done = sample.run_job(jenkinsfile, **parameters)
    assert done.returncode == 0, done.stdout[-6000:]
    return done.stdout


def explain(before, after) -> str:
    return "\n".join(f"{name}: {line}" for name in before
                     for line in before[name].differences(after[name]))


def back_up_damage_restore(sample: SampleEnvironment) -> None:
    before = sample.fingerprints()
    succeed(sample, "Jenkinsfile", Description="before the damage")
    backup_id = sample.newest_backup()
    assert sample.fingerprints() == before
    sample.damage()
    damaged = sample.fingerprints()
    assert all(damaged[name] != before[name] for name in before)
    succeed(sample, "Jenkinsfile.restore", BackupId=backup_id)
    after = sample.fingerprints()
    assert after == before, explain(before, after)
    assert not sample.flag_file.exists()


def test_everything_comes_back_after_damage_on_mariadb_twice_in_a_row(on_mariadb):
    back_up_damage_restore(on_mariadb)
    back_up_damage_restore(on_mariadb)


def test_everything_comes_back_after_damage_on_mysql_8(on_mysql8):
    back_up_damage_restore(on_mysql8)


def test_a_firebase_project_comes_back_with_the_rest(with_firebase):
    back_up_damage_restore(with_firebase)


def test_the_safety_archive_of_a_restore_brings_the_state_before_it_back(on_mariadb):
    succeed(on_mariadb, "Jenkinsfile", Description="first")
    first = on_mariadb.newest_backup()
    on_mariadb.databases.server.execute("INSERT INTO `athena-server`.counter VALUES ('later', 1)")
    (on_mariadb.config_local.folder / "later.yml").write_text("later: true\n")
    later = on_mariadb.fingerprints()
    succeed(on_mariadb, "Jenkinsfile.restore", BackupId=first)
    assert on_mariadb.fingerprints() != later
    succeed(on_mariadb, "Jenkinsfile.restore", BackupId=on_mariadb.newest_backup())
    after = on_mariadb.fingerprints()
    assert after == later, explain(later, after)


def refused(sample: SampleEnvironment, jenkinsfile: str | Path, **parameters: str) -> str:
    """The log of a job that must fail and leave everything as it was, maintenance included."""
    before = sample.fingerprints()
    done = sample.run_job(jenkinsfile, **parameters)
    assert done.returncode == 1, done.stdout[-6000:]
    after = sample.fingerprints()
    assert after == before, explain(before, after)
    assert not sample.flag_file.exists()
    return done.stdout


@pytest.mark.parametrize("backup_id", ["", "athena-sample-20200101T000000Z-abcdef", "../../etc/passwd",
                                       "other-20200101T000000Z-abcdef"])
def test_a_restore_with_a_wrong_backup_id_changes_nothing(backed_up, backup_id):
    log = refused(backed_up, "Jenkinsfile.restore", BackupId=backup_id)
    assert "hint: " in log
    assert "maintenance is on" not in log


def test_a_restore_of_a_tampered_archive_changes_nothing(backed_up):
    succeed(backed_up, "Jenkinsfile", Description="the archive that is tampered with")
    backup_id = backed_up.newest_backup()
    archive = backed_up.archives / f"{backup_id}.tar"
    damaged = bytearray(archive.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    archive.write_bytes(damaged)
    log = refused(backed_up, "Jenkinsfile.restore", BackupId=backup_id)
    assert "failed with exit code 15" in log
    assert "maintenance is on" not in log


def test_an_agent_with_too_few_executors_is_refused_before_users_are_locked_out(backed_up):
    done = subprocess.run([*backed_up.job_argv("Jenkinsfile"), "--executors", "2"], env=backed_up.variables(),
                          capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "preflight failed with exit code 19: agent: the agent has 2 of the 4 executors that it needs" in done.stdout
    assert "maintenance is on" not in done.stdout


STAGE_LEFT_OUT = [
    # stage that a replay leaves out, first later step that must refuse with exit code 18
    ("Maintenance on", "snapshot"),
    ("Verify target", "stage"),
    ("Stage", "destroy"),
    ("Verify safety", "destroy"),
    ("Snapshot", "verify --which snapshot"),
]


@pytest.mark.parametrize("stage, refusing", STAGE_LEFT_OUT)
def test_a_replayed_restore_without_a_stage_is_refused_and_destroys_nothing(
        backed_up, root, tmp_path, stage, refusing):
    edited = tmp_path / "Jenkinsfile.restore"
    edited.write_text(without_stage((root / "Jenkinsfile.restore").read_text(), stage))
    log = refused(backed_up, edited, BackupId=backed_up.backup_ids()[0])
    assert f"{refusing} failed with exit code 18" in log


def without_stage(text: str, name: str) -> str:
    lines, kept, inside = text.splitlines(), [], False
    for line in lines:
        if line == f"        stage('{name}') {{":
            inside = True
        if not inside:
            kept.append(line)
        elif line == "        }":
            inside = False
    assert len(kept) < len(lines)
    return "\n".join(kept) + "\n"
