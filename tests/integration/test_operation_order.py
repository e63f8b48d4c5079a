"""A pipeline that was edited: each step refuses what the recorded state does not allow."""

from __future__ import annotations

import pytest

from support.deployment import Deployment

BACKUP = ["preflight", "maintenance on", "snapshot", "maintenance off", "verify --which snapshot",
          "prune"]
RESTORE = ["preflight", "verify --which target", "stage", "maintenance on", "snapshot",
           "verify --which snapshot", "destroy", "restore", "prove", "apply", "maintenance off"]


class Build:
    """One build: begin, its stages until the first failure, finish."""

    def __init__(self, deployment, kind, number, **variables):
        self.deployment = deployment
        self.url = f"http://jenkins/job/{kind}-environment/{number}/"
        self.begun = deployment.begin(kind, BUILD_URL=self.url, **variables)
        self.operation = self.begun.result.get("operation_id", "")
        self.failed = None

    def stages(self, names):
        for name in names:
            ended = self.deployment.run(*name.split(), OPERATION_ID=self.operation)
            if name == "snapshot":
                self.backup_id = ended.result.get("backup_id")
            if ended.code != 0:
                self.failed = (name, ended)
                break
        return self

    def finish(self):
        ended = self.deployment.run("operation", "finish", OPERATION_ID=self.operation,
                                    BUILD_URL=self.url)
        assert ended.code == 0, ended
        return ended.result.get("operation_outcome")


@pytest.fixture
def deployment(tmp_path, bin_dir):
    """One verified backup, and a config file that was changed after it."""
    made = Deployment(tmp_path, bin_dir)
    build = Build(made, "backup", 1).stages(BACKUP)
    assert build.failed is None, build.failed
    assert build.finish() == "succeeded"
    made.backup_id = build.backup_id
    (made.config / "app.yml").write_text("port: wrong\n")
    return made


def configured(deployment):
    return (deployment.config / "app.yml").read_text()


def test_a_whole_restore_brings_the_file_back(deployment):
    build = Build(deployment, "restore", 2, BackupId=deployment.backup_id).stages(RESTORE)
    assert build.failed is None, build.failed
    assert build.finish() == "succeeded"
    assert configured(deployment) == "port: 8080\n"
    assert not deployment.flag.exists()


@pytest.mark.parametrize("left_out, refused", [
    ("verify --which target", "stage"),
    ("stage", "destroy"),
    ("maintenance on", "snapshot"),
    ("snapshot", "verify --which snapshot"),
    ("verify --which snapshot", "destroy"),
    ("destroy", "restore"),
    ("restore", "prove"),
    ("prove", "apply"),
])
def test_a_restore_without_one_stage_is_refused_at_the_first_that_needs_it(
        deployment, left_out, refused):
    build = Build(deployment, "restore", 2, BackupId=deployment.backup_id)
    build.stages([name for name in RESTORE if name != left_out])
    name, ended = build.failed
    assert name == refused and ended.code == 18, ended
    assert "hint: " in ended.err
    assert build.finish() == "failed"
    if left_out not in ("restore", "prove"):
        assert configured(deployment) == "port: wrong\n", "live data was touched"
        assert not deployment.flag.exists(), "users are locked out of a live environment"


def test_without_prove_users_stay_out(deployment):
    build = Build(deployment, "restore", 2, BackupId=deployment.backup_id)
    build.stages([name for name in RESTORE if name not in ("prove", "apply")])
    name, ended = build.failed
    assert name == "maintenance off" and ended.code == 18
    build.finish()
    assert deployment.flag.exists()
    assert Build(deployment, "backup", 3).begun.code == 18
    again = Build(deployment, "restore", 4, BackupId=deployment.backup_id).stages(RESTORE)
    assert again.failed is None, again.failed
    assert again.finish() == "succeeded"
    assert again.backup_id == build.backup_id, "the safety archive was made from the ruins"
    assert not deployment.flag.exists()


def test_a_backup_without_verify_does_not_prune(deployment):
    build = Build(deployment, "backup", 2)
    build.stages([name for name in BACKUP if not name.startswith("verify")])
    name, ended = build.failed
    assert name == "prune" and ended.code == 18
    assert build.finish() == "failed"


def test_a_tampered_target_is_found_before_anything_live_is_touched(deployment):
    tar = deployment.archives / f"{deployment.backup_id}.tar"
    whole = bytearray(tar.read_bytes())
    whole[2048] ^= 0x55
    tar.write_bytes(whole)
    build = Build(deployment, "restore", 2, BackupId=deployment.backup_id).stages(RESTORE)
    name, ended = build.failed
    assert ended.code == 15 and name in ("preflight", "verify --which target"), ended
    build.finish()
    assert configured(deployment) == "port: wrong\n" and not deployment.flag.exists()


def test_a_roll_back_without_a_failed_step_is_refused(deployment):
    build = Build(deployment, "restore", 2, BackupId=deployment.backup_id)
    build.stages(RESTORE[:7] + ["destroy --rollback"])
    name, ended = build.failed
    assert name == "destroy --rollback" and ended.code == 18
    build.finish()
    assert deployment.flag.exists()
