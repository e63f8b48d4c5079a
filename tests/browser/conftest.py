"""Chromium by playwright-core, and the service with real pipelines behind it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS / "support"))
sys.path.insert(0, str(TESTS / "jenkins"))

import sample_view  # noqa: E402
from gates import Gates  # noqa: E402
from sample_environment.environment import SampleEnvironment  # noqa: E402
from services.admin_front import PASSWORD, AdminSite  # noqa: E402
from services.cache import cache_dir  # noqa: E402
from stand_in import StandIn  # noqa: E402

ROOT = TESTS.parent
SCREENS = ROOT / "artifacts" / "screens"
JOBS = {"backup-environment": "Jenkinsfile", "restore-environment": "Jenkinsfile.restore",
        "manage-archive": "ci/jenkins/Jenkinsfile.manage-archive"}
JENKINS = [os.environ.get(name, "") for name in ("JENKINS_URL", "JENKINS_USER", "JENKINS_TOKEN")]


@dataclass
class Chromium:
    """Runs one flow of flows.mjs and returns what it found out."""

    program: str
    playwright: str

    def run(self, flow: str, site: AdminSite, environment: str, **given) -> dict:
        return json.loads(self.start(flow, site, environment, **given).communicate(timeout=300)[0].splitlines()[-1])

    def start(self, flow: str, site: AdminSite, environment: str, **given) -> subprocess.Popen:
        SCREENS.mkdir(parents=True, exist_ok=True)
        text = json.dumps({"url": site.front.url, "screens": str(SCREENS), "environment": environment,
                           "password": PASSWORD, "chromium": self.program, "playwright": self.playwright, **given})
        return subprocess.Popen(["node", str(TESTS / "browser" / "flows.mjs"), flow, text], stdout=subprocess.PIPE,
                                text=True)


@pytest.fixture(scope="session")
def chromium() -> Chromium:
    program, playwright = shutil.which("chromium"), cache_dir() / "browser" / "node_modules"
    if not program or not shutil.which("node") or not playwright.is_dir():
        pytest.skip("browser: no chromium, node or playwright-core: run ci/packages browser")
    return Chromium(program, str(playwright))


@pytest.fixture(scope="session")
def shown(bin_dir, tmp_path_factory):
    """The service on a made-up view: for what needs no pipeline."""
    usable, reason = AdminSite.available()
    if not usable:
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("shown")
    (folder / "view.json").write_text(json.dumps(view_of_many_states()))
    with AdminSite(bin_dir / "athena-admin", folder, {"athena-shown": folder / "view.json"},
                   session={"idle_seconds": 6}) as site:
        yield site


def view_of_many_states() -> dict:
    view = sample_view.view("athena-shown", 45)
    first, second, third, fourth = view["archives"][1:5]
    first.update(kind="safety", description="before the restore of yesterday")
    second.update(pinned="before the migration", description="before the migration of all orders")
    third.update(verified_at=None)
    fourth.update(status="damaged", damage="chunk 12 of mysql differs from the manifest")
    view["archives"][-1]["prune"] = {"keep": False, "reason": "older than 60 days", "next": True}
    view["last_restore"] = {"target_archive": second["backup_id"], "safety_archive": first["backup_id"],
                            "finished_at": first["completed_at"]}
    view["last_operation"] = sample_view.operation(outcome="succeeded", finished_at=view["archives"][0]["completed_at"])
    return view


@dataclass
class Live:
    sample: SampleEnvironment
    gates: Gates
    site: AdminSite


@pytest.fixture(scope="session")
def live(bin_dir, tmp_path_factory):
    """A sample environment on real servers, its jobs, and the service that shows it."""
    for part in (SampleEnvironment, AdminSite):
        usable, reason = part.available()
        if not usable:
            pytest.skip(reason)
    folder = tmp_path_factory.mktemp("live")
    with SampleEnvironment(bin_dir) as sample:
        gates = Gates(folder / "steps", bin_dir)
        with StandIn(JOBS, {**sample.variables(), "STEPS_HOME": str(gates.home)}) as jenkins:
            views = {sample.name: sample.state / f"{sample.name}.view.json"}
            with AdminSite(bin_dir / "athena-admin", folder, views, (jenkins.url, "tester", "token")) as site:
                yield Live(sample, gates, site)
