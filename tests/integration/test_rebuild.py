"""Archives over time: verified in turn, watched for their age, and the catalogue rebuilt from them."""

from __future__ import annotations

import random
import shutil
import tarfile

import pytest

from support.deployment import Deployment

BACKUP = ["preflight", "maintenance on", "snapshot", "maintenance off", "verify --which snapshot",
          "prune"]


def back_up(deployment, number):
    operation = deployment.begin(BUILD_URL=f"http://jenkins/{number}/").result["operation_id"]
    made = ""
    for words in BACKUP:
        ended = deployment.run(*words.split(), OPERATION_ID=operation)
        assert ended.code == 0, ended
        if words == "snapshot":
            made = ended.result["backup_id"]
    assert deployment.run("operation", "finish", OPERATION_ID=operation).code == 0
    return made


@pytest.fixture
def deployment(tmp_path, bin_dir):
    made = Deployment(tmp_path, bin_dir)
    made.ids = sorted(back_up(made, number) for number in range(3))
    return made


def damage(deployment, backup_id):
    """Changes bytes in the middle of a member; returns what puts it right."""
    path = deployment.archives / f"{backup_id}.tar"
    whole = path.read_bytes()
    at = whole.index(b"\x28\xb5\x2f\xfd") + 12
    path.write_bytes(whole[:at] + bytes(byte ^ 0xff for byte in whole[at:at + 4]) + whole[at + 4:])
    return lambda: path.write_bytes(whole)


def status_of(deployment, backup_id):
    return deployment.rows("SELECT status, verified_ms IS NOT NULL FROM archives "
                           "WHERE backup_id = ?", backup_id)[0]


def test_all_archives_are_verified_the_oldest_check_first(deployment):
    for number, backup_id in enumerate(deployment.ids):
        deployment.write("UPDATE archives SET checked_ms = ? WHERE backup_id = ?", 1000 - number,
                         backup_id)
    ran = deployment.run("verify", "--all")
    assert ran.code == 0, ran
    assert ran.result["verified"] == list(reversed(deployment.ids))
    assert ran.result["left"] == 0
    assert deployment.run("verify", "--all", "--budget-minutes", "x").code == 2


def test_a_damaged_archive_is_read_twice_marked_named_and_not_used(deployment):
    bad, good, _ = deployment.ids
    mend = damage(deployment, bad)
    ran = deployment.run("verify", "--all", "--budget-minutes", "10")
    assert ran.code == 15
    assert ran.result["damaged"] == [bad] and good in ran.result["verified"]
    assert "reading it once more" in ran.out + ran.err
    assert status_of(deployment, bad) == ("damaged", 0)
    assert deployment.begin("restore", BackupId=bad).code == 15
    # it is left alone until a person has mended it
    assert deployment.run("verify", "--all").code == 0
    mend()
    assert deployment.run("verify", "--archive", bad).code == 0
    assert status_of(deployment, bad) == ("complete", 1)


def test_an_archive_whose_file_is_gone_is_marked(deployment):
    gone = deployment.ids[0]
    (deployment.archives / f"{gone}.tar").unlink()
    assert deployment.run("verify", "--all").code == 15
    assert status_of(deployment, gone) == ("damaged", 0)


def test_a_disk_that_is_not_mounted_marks_no_archive(deployment):
    mounted = deployment.archives.rename(deployment.folder / "disk")
    for make in (lambda: None, deployment.archives.mkdir):
        make()
        for arguments in (["--all"], ["--archive", deployment.ids[0]]):
            ran = deployment.run("verify", *arguments)
            assert ran.code == 16, ran
            assert str(deployment.archives) in ran.err and "is its disk mounted?" in ran.err
        assert {status_of(deployment, backup_id) for backup_id in deployment.ids} == {("complete", 1)}
    deployment.archives.rmdir()
    mounted.rename(deployment.archives)
    assert sorted(deployment.run("verify", "--all").result["verified"]) == sorted(deployment.ids)


def test_an_archive_whose_file_comes_back_is_verified_again(deployment):
    gone = deployment.ids[0]
    path = deployment.archives / f"{gone}.tar"
    kept = path.rename(deployment.folder / "kept.tar")
    assert deployment.run("verify", "--all").code == 15
    # it is named once, not night after night
    assert deployment.run("verify", "--all").code == 0
    kept.rename(path)
    ran = deployment.run("verify", "--all")
    assert ran.code == 0 and gone in ran.result["verified"], ran
    assert status_of(deployment, gone) == ("complete", 1)


def test_prune_never_removes_a_file_because_it_was_missing_once(deployment):
    gone = deployment.ids[0]
    path = deployment.archives / f"{gone}.tar"
    kept = path.rename(deployment.folder / "kept.tar")
    assert deployment.run("verify", "--all").code == 15
    deployment.write("UPDATE archives SET created_ms = created_ms - 100 * 86400000 "
                     "WHERE backup_id = ?", gone)
    kept.rename(path)
    planned = deployment.run("prune", "--dry-run").out
    assert f"keep   {gone}  was missing and is there again" in planned
    # let go while it was missing, and back afterwards
    path.rename(kept)
    ran = deployment.run("prune")
    assert ran.result["removed"] == [gone], ran
    kept.rename(path)
    assert f"orphan {gone}" in deployment.run("prune").out
    assert path.exists()
    assert deployment.run("catalogue", "rebuild").result["added"] == [gone]


def test_the_age_of_the_newest_verified_backup_is_watched(deployment):
    assert deployment.run("catalogue", "check", "--max-age", "26h").code == 0
    assert deployment.run("catalogue", "check").code == 2
    deployment.write("UPDATE archives SET created_ms = created_ms - 27 * 3600000")
    old = deployment.run("catalogue", "check", "--max-age", "26h")
    assert old.code == 15 and "27h 00m old" in old.err
    deployment.write("UPDATE archives SET created_ms = created_ms + 27 * 3600000")
    for backup_id in deployment.ids[1:]:
        damage(deployment, backup_id)
    deployment.run("verify", "--all")
    assert deployment.run("catalogue", "check", "--max-age", "26h").result[
        "newest_verified"] == deployment.ids[0]


def lose_state(deployment):
    shutil.rmtree(deployment.state)


def test_a_lost_catalogue_is_rebuilt_from_the_archives(deployment):
    pinned = deployment.ids[0]
    deployment.run("catalogue", "pin", "--reason", "audit", BackupId=pinned)
    lose_state(deployment)
    assert deployment.begin(BUILD_URL="http://jenkins/9/").code == 17
    rebuilt = deployment.run("catalogue", "rebuild", REQUESTED_BY="anna")
    assert rebuilt.code == 0, rebuilt
    assert rebuilt.result["added"] == deployment.ids
    assert deployment.rows("SELECT pinned FROM archives WHERE backup_id = ?", pinned) == [("audit",)]
    # nothing counts before it was read and a person has confirmed it
    assert deployment.run("catalogue", "check", "--max-age", "26h").code == 15
    assert deployment.run("catalogue", "confirm").result["confirmed"] == []
    assert deployment.run("verify", "--all").code == 0
    assert deployment.run("catalogue", "check", "--max-age", "26h").code == 15
    assert deployment.run("catalogue", "confirm").result["confirmed"] == deployment.ids
    assert deployment.run("catalogue", "check", "--max-age", "26h").code == 0
    assert deployment.run("catalogue", "rebuild").result["added"] == []


def test_an_archive_without_its_copy_is_asked_itself(deployment):
    for backup_id in deployment.ids:
        (deployment.archives / f"{backup_id}.json").unlink()
    lose_state(deployment)
    rebuilt = deployment.run("catalogue", "rebuild")
    assert rebuilt.result["added"] == deployment.ids, rebuilt
    assert (deployment.archives / f"{deployment.ids[0]}.json").exists()


def test_a_file_that_is_no_archive_is_named_and_left_out(deployment):
    broken = deployment.ids[1]
    path = deployment.archives / f"{broken}.tar"
    path.write_bytes(path.read_bytes()[:1000])
    lose_state(deployment)
    rebuilt = deployment.run("catalogue", "rebuild")
    assert rebuilt.code == 0
    assert list(rebuilt.result["left_out"]) == [broken]
    assert rebuilt.result["added"] == [deployment.ids[0], deployment.ids[2]]


def test_a_rebuild_never_replaces_a_damaged_state_file(deployment):
    deployment.state_file.write_bytes(b"garbage" * 1000)
    assert deployment.run("catalogue", "rebuild").code == 17
    assert deployment.state_file.read_bytes() == b"garbage" * 1000


def flip(deployment, backup_id, member):
    """Changes one byte of a member."""
    path = deployment.archives / f"{backup_id}.tar"
    with tarfile.open(path) as tar:
        at = next(info.offset_data for info in tar if member in info.name) + 20
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def test_damage_of_the_configuration_is_named_file_by_file(deployment):
    (deployment.config / "many").mkdir()
    for number in range(30):
        (deployment.config / f"many/{number:02} x.conf").write_text("same\n")
    (deployment.config / "large.bin").write_bytes(random.Random(7).randbytes(3 << 20))
    in_pack, in_large_file, in_index = (back_up(deployment, number) for number in (3, 4, 5))
    flip(deployment, in_pack, "/packs/")
    flip(deployment, in_large_file, "/large.bin")
    flip(deployment, in_index, "/index.ndjson")
    texts = {}
    for backup_id in (in_pack, in_large_file, in_index):
        ended = deployment.run("verify", "--archive", backup_id)
        assert ended.code == 15
        texts[backup_id] = ended.result["message"]
    assert (", files app.yml, many/00%20x.conf, " in texts[in_pack]
            and "many/18%20x.conf and 11 more)" in texts[in_pack]), texts[in_pack]
    assert ", file large.bin)" in texts[in_large_file], texts[in_large_file]
    assert "config_local: index" in texts[in_index], texts[in_index]
