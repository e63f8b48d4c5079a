"""ci/install, on executables of the test's own."""

from __future__ import annotations

import shutil
import subprocess
import threading
from pathlib import Path

import pytest
from jenkins import ROOT

STEPS = sorted([main.parent.name for main in (ROOT / "steps").glob("*/main.cpp")] + ["athena-admin"])


@pytest.fixture
def build(tmp_path: Path) -> Path:
    folder = tmp_path / "build"
    (folder / "bin").mkdir(parents=True)
    for name in {*STEPS, "operation"}:
        write_step(folder, name, "1.2.3")
    return folder


def write_step(build: Path, name: str, version: str) -> None:
    step = build / "bin" / name
    step.write_text(f"#!/bin/sh\necho {version}\n")
    step.chmod(0o755)


def install(*words) -> subprocess.CompletedProcess:
    return subprocess.run([ROOT / "ci/install", *map(str, words)], capture_output=True, text=True, check=False)


def link(prefix: Path, name: str) -> str:
    return (prefix / name).readlink().name


def test_the_installed_tree_holds_executables_jenkinsfiles_and_library(tmp_path, build):
    done = install("--prefix", tmp_path / "p", "--from", build)
    assert done.returncode == 0, done.stderr
    current = tmp_path / "p" / "current"
    assert link(tmp_path / "p", "current") == "1.2.3"
    assert sorted(file.name for file in (current / "bin").iterdir()) == STEPS
    assert (current / "jenkins" / "casc.yaml").is_file()
    assert (current / "Jenkinsfile.restore").read_text() == (ROOT / "Jenkinsfile.restore").read_text()
    assert (current / "shared-lib" / "vars" / "runStep.groovy").exists()
    assert (current / "VERSION").read_text() == "1.2.3\n"
    # the user of the agent reads what root installed
    assert (tmp_path / "p" / "1.2.3").stat().st_mode & 0o777 == 0o755


def test_installing_twice_changes_nothing(tmp_path, build):
    prefix = tmp_path / "p"
    install("--prefix", prefix, "--from", build)
    before = sorted((path, path.lstat().st_mtime_ns) for path in (prefix / "1.2.3").rglob("*"))
    done = install("--prefix", prefix, "--from", build)
    assert "is current already" in done.stdout
    assert sorted((path, path.lstat().st_mtime_ns) for path in (prefix / "1.2.3").rglob("*")) == before
    assert not (prefix / "previous").exists()


def test_a_new_version_keeps_the_previous_one_and_can_be_rolled_back(tmp_path, build):
    prefix = tmp_path / "p"
    install("--prefix", prefix, "--from", build)
    install("--prefix", prefix, "--from", build, "--version", "1.3.0")
    assert (link(prefix, "current"), link(prefix, "previous")) == ("1.3.0", "1.2.3")
    assert install("--prefix", prefix, "--rollback").returncode == 0
    assert (link(prefix, "current"), link(prefix, "previous")) == ("1.2.3", "1.3.0")


def test_another_build_of_the_same_version_never_overwrites_the_one_that_may_run(tmp_path, build):
    prefix = tmp_path / "p"
    install("--prefix", prefix, "--from", build)
    (build / "bin" / STEPS[0]).write_text("#!/bin/sh\necho other\n")
    install("--prefix", prefix, "--from", build)
    assert (link(prefix, "current"), link(prefix, "previous")) == ("1.2.3-2", "1.2.3")
    assert "other" not in (prefix / "1.2.3" / "bin" / STEPS[0]).read_text()


def test_current_is_never_missing_while_versions_change(tmp_path, build):
    prefix = tmp_path / "p"
    install("--prefix", prefix, "--from", build)
    missing, stop = [], threading.Event()

    def watch():
        while not stop.is_set():
            if not (prefix / "current" / "VERSION").exists():
                missing.append(True)

    watcher = threading.Thread(target=watch)
    watcher.start()
    for version in ("2.0", "2.1", "2.2"):
        install("--prefix", prefix, "--from", build, "--version", version)
    stop.set()
    watcher.join()
    assert missing == []
    assert link(prefix, "current") == "2.2"


def test_an_incomplete_build_is_refused_and_nothing_changes(tmp_path, build):
    (build / "bin" / STEPS[0]).unlink()
    done = install("--prefix", tmp_path / "p", "--from", build)
    assert done.returncode == 1
    assert f"bin/{STEPS[0]} is missing" in done.stderr
    assert not (tmp_path / "p").exists()


def test_what_a_killed_installation_left_is_removed_by_the_next(tmp_path, build):
    left = tmp_path / "p" / ".new.abcdef"
    (left / "bin").mkdir(parents=True)
    install("--prefix", tmp_path / "p", "--from", build)
    assert not left.exists()


def test_a_rollback_without_a_previous_version_is_refused(tmp_path, build):
    install("--prefix", tmp_path / "p", "--from", build)
    done = install("--prefix", tmp_path / "p", "--rollback")
    assert done.returncode == 1
    assert "there is no" in done.stderr


@pytest.mark.parametrize("words", [["--prefix"], ["--prefx", "/x"], ["--prefix", "relative"], [],
                                   ["--prefix", "/nonexistent/x", "--version", "../y"]])
def test_a_wrong_command_line_is_refused(build, words):
    done = install("--from", build, *words)
    assert done.returncode == 2, done.stderr
    assert not (ROOT / "relative").exists()
    assert not Path("/nonexistent").exists()


def test_the_packages_that_are_needed_at_run_time_are_listed(build):
    for name in STEPS:
        shutil.copy("/bin/ls", build / "bin" / name)
    done = install("--packages", "--from", build)
    assert done.returncode == 0, done.stderr
    assert {"ca-certificates", "git", "libc6", "libselinux1"} <= set(done.stdout.split())


def test_the_systemd_units_name_the_prefix_and_the_user(tmp_path):
    units = tmp_path / "units"
    units.mkdir()
    done = install("--prefix", "/opt/environment-backup", "--units", units, "--user", "agent")
    assert done.returncode == 0, done.stderr
    names = sorted(path.name for path in units.iterdir())
    assert names == [f"environment-backup-reconcile@.{kind}" for kind in ("service", "timer")]
    service = (units / names[0]).read_text()
    assert "User=agent\n" in service and "@" not in service.replace("backup@", "").replace("reconcile@", "")
    assert "ExecStart=/opt/environment-backup/current/bin/operation reconcile --environment %i\n" in service


def test_a_user_that_is_no_name_is_refused(tmp_path):
    done = install("--prefix", "/opt/x", "--units", tmp_path, "--user", "a|b")
    assert done.returncode == 2
    assert list(tmp_path.iterdir()) == []
