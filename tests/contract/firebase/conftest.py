"""The stages of resource firebase, run by the driver that all contract tests share."""

from __future__ import annotations

import json
import os
import subprocess
import uuid
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
HASH_PARAMETERS = ("hash_config {\n  algorithm: SCRYPT,\n  base64_signer_key: c2lnbmVyIGtleSBvZiB0aGUgdGVzdA==,\n"
                   "  base64_salt_separator: Bw==,\n  rounds: 8,\n  mem_cost: 14,\n}\n")


class Stages:
    """One project on the emulators; `run` runs a stage and expects an exit code."""

    def __init__(self, driver: Path, folder: Path, section: dict) -> None:
        self.driver = driver
        self.folder = folder
        self.project = f"demo-{uuid.uuid4().hex[:12]}"
        self.section = folder / "section.json"
        self.journal = folder / "journal"
        self.archive = ""
        self.configure(section)

    def configure(self, section: dict) -> None:
        self.section.write_text(json.dumps({"project": self.project, "emulator": True, **section}))

    def argv(self, verb: str) -> list[str]:
        path = str(self.folder) if verb == "capture" else self.archive
        return [str(self.driver), "firebase", verb, str(self.section), path, str(self.journal)]

    def holds(self) -> str:
        """What a restore to a fresh server would refuse it for."""
        return self.run("holds").stdout.strip()

    def run(self, verb: str, code: int = 0) -> subprocess.CompletedProcess:
        done = subprocess.run(self.argv(verb), capture_output=True, text=True, check=False, timeout=1800)
        assert done.returncode == code, f"{verb}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done

    def capture(self) -> str:
        self.archive = self.run("capture").stdout.strip()
        return self.archive

    def manifest(self) -> dict:
        text = subprocess.run(["tar", "xOf", self.archive, "manifest.json"], capture_output=True,
                              text=True, check=True).stdout
        return json.loads(text)

    def detail(self) -> dict:
        (entry,) = [one for one in self.manifest()["resources"] if one["name"] == "firebase"]
        return entry["detail"]


@pytest.fixture
def make_stages(tmp_path):
    driver = Path(os.environ.get("STAGE_DRIVER", ROOT / "build-asan" / "drivers" / "stage_driver"))
    if not driver.exists():
        pytest.fail(f"{driver} is missing: build target stage_driver, or set STAGE_DRIVER")

    def make(section: dict) -> Stages:
        folder = tmp_path / uuid.uuid4().hex
        folder.mkdir()
        return Stages(driver, folder, section)

    return make


@pytest.fixture(scope="session")
def scale(request) -> int:
    """1 in everyday runs, more with --long: how many times the usual size of data sets."""
    return 20 if request.config.getoption("--long") else 1
