"""A disk that is full at any byte: the one of the archives, of the state file, of the configuration."""

from __future__ import annotations

import random
import subprocess

import pytest

from .small import Small, free_bytes
from .steps import SEED
from .tally import TALLY

RUNS, RUNS_EVERY = 4, 30
KEEP = 6 << 20  # what a run needs at most


@pytest.fixture
def disk(tmp_path):
    """A tmpfs of 16 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", folder],
                             capture_output=True, text=True, check=False)
    if mounted.returncode != 0:
        pytest.skip(f"a small disk cannot be mounted here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


class Filler:
    """Takes all of a disk but some bytes."""

    def __init__(self, disk):
        self.path = disk / "filler"

    def leave(self, count: int) -> None:
        taken = max(0, free_bytes(self.path.parent) - count)
        with self.path.open("wb") as file:
            left = taken
            while left > 0:
                left -= file.write(bytes(min(left, 1 << 20)))

    def empty(self) -> None:
        self.path.unlink(missing_ok=True)


def small_on(disk, tmp_path, bin_dir, part, **keys):
    folder = tmp_path / "environment"
    folder.mkdir(exist_ok=True)
    (disk / part).mkdir()
    (folder / part).symlink_to(disk / part)
    if part == "archives":
        keys["archive_folder"] = str(disk / part)
    if part == "state":
        keys["state_folder"] = str(disk / part)
    if part == "config-local":
        # the directory itself lies on the disk, beside the copy that a restore makes of it
        keys["resources"] = {"config_local": {"path": str(disk / part)}}
    return Small(folder, bin_dir, **keys)


def must_be_storage(ended):
    """A clear refusal, whatever the step: space (16) or, for SQLite, the state file (17)."""
    assert ended.code in (0, 16, 17), ended


# preflight would refuse: here the disk fills up behind its back
ROUGH = {"leave_out": ("preflight",)}


def test_the_archive_disk_full_at_any_byte(disk, tmp_path, bin_dir, every):
    random.seed(SEED)
    small, filler = small_on(disk, tmp_path, bin_dir, "archives"), Filler(disk)
    small.backup(**ROUGH)
    content = small.content()
    for _ in range(RUNS_EVERY if every else RUNS):
        with TALLY.fault("disk full: archives"):
            filler.leave(random.randrange(2_000_000))
            must_be_storage(small.job("backup", **ROUGH))
            filler.empty()
            small.backup(**ROUGH)
            small.check(content)
            for path in sorted(small.archives.glob("*.tar"))[:-2]:
                small.run("catalogue", "unpin", BackupId=path.stem)
                path.unlink()


def test_the_state_disk_full_at_any_byte(disk, tmp_path, bin_dir, every):
    random.seed(SEED)
    small, filler = small_on(disk, tmp_path, bin_dir, "state"), Filler(disk)
    good = small.backup(**ROUGH)
    content = small.content()
    for number in range(RUNS_EVERY if every else RUNS):
        with TALLY.fault("disk full: state file"):
            small.damage()
            filler.leave(random.randrange(120_000) if number else 0)
            must_be_storage(small.job("restore", good, **ROUGH))
            filler.empty()
            small.let_go()
            small.restore(good, **ROUGH)
            small.check(content)


def test_the_configuration_disk_full_at_any_byte(disk, tmp_path, bin_dir, every):
    random.seed(SEED)
    small, filler = small_on(disk, tmp_path, bin_dir, "config-local"), Filler(disk)
    small.config = disk / "config-local"
    small.fill()
    good = small.backup(**ROUGH)
    content = small.content()
    for _ in range(RUNS_EVERY if every else RUNS):
        with TALLY.fault("disk full: config-local"):
            small.damage()
            filler.leave(random.randrange(1_600_000))
            must_be_storage(small.job("restore", good, **ROUGH))
            filler.empty()
            small.restore(good, **ROUGH)
            small.check(content)


@pytest.mark.parametrize("allowed", [True, False])
def test_a_backup_that_is_short_of_space_prunes_first_and_only_what_the_rules_let_go(
        disk, tmp_path, bin_dir, allowed):
    """The disk is smaller than the reserve, so preflight always finds it short."""
    small = small_on(disk, tmp_path, bin_dir, "archives", retention={
        "keep_days": 0, "min_verified": 1, "prune_when_short": allowed})
    with TALLY.fault("disk short of space"):
        made = [small.backup(leave_out=("preflight", "prune")) for _ in range(3)]
        small.run("catalogue", "pin", "--reason", "audit", BackupId=made[0])
        short = small.job("backup")
        assert short.code == 16 and ("pruning first" in short.out) == allowed, short
        left = {path.stem for path in small.archives.glob("*.tar")}
        assert left == ({made[0], made[2]} if allowed else set(made))
