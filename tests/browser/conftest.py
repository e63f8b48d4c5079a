"""Chromium by playwright-core, and the service with real pipelines behind it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS / "support"))
sys.path.insert(0, str(TESTS / "jenkins"))

import sample_view  # noqa: E402
from controller import Controller  # noqa: E402
from gates import Gates  # noqa: E402
from real import RealJenkins  # noqa: E402
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

    def screen(self, name: str) -> Path:
        """Where a picture will be that is not there yet."""
        picture = SCREENS / f"{name}.png"
        picture.unlink(missing_ok=True)
        return picture

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
    views = {"athena-shown": view_of_many_states(), "athena-closed": closed_view(), "athena-late": late_view(),
             "athena-busy": sample_view.view("athena-busy", 9, operation=sample_view.operation(
                 "restore", phase="restore", percent=61, progress="mysql: 2.7 M of 4.4 M rows"))}
    for name, view in views.items():
        (folder / f"{name}.json").write_text(json.dumps(view))
    with AdminSite(bin_dir / "athena-admin", folder, {name: folder / f"{name}.json" for name in views},
                   session={"idle_seconds": 6}) as site:
        yield site


def closed_view() -> dict:
    view = sample_view.view("athena-closed", 5)
    safety, target = view["archives"][0], view["archives"][2]
    safety.update(kind="safety", description="orders were deleted by mistake")
    view.update(state="restoring", maintenance="operation", restoring_from=target["backup_id"],
                safety_archive=safety["backup_id"],
                way_out=f"start restore-environment with BackupId {target['backup_id']} to finish it, or with "
                        f"{safety['backup_id']} to go back",
                last_operation=sample_view.operation(
                    "restore", outcome="interrupted", ended_as="closed", finished_at=safety["completed_at"],
                    error="the build ended while step restore ran"))
    return view


def late_view() -> dict:
    return sample_view.view("athena-late", 3, now=datetime.now(timezone.utc) - timedelta(hours=40))


def view_of_many_states() -> dict:
    view = sample_view.view("athena-shown", 45)
    first, second, third, fourth = view["archives"][1:5]
    first.update(kind="safety", description="before the restore of yesterday")
    second.update(pinned="before the migration", description="before the migration of all orders")
    third.update(verified_at=None)
    fourth.update(status="damaged", damage="chunk 12 of mysql differs from the manifest")
    view["archives"][-1]["prune"] = {"keep": False, "reason": "61 days old, and no rule keeps it", "next": True}
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
        agent = {**sample.variables(), "STEPS_HOME": str(gates.home)}
        with jobs_of(sample, folder, agent) as account:
            views = {sample.name: sample.state / f"{sample.name}.view.json"}
            with AdminSite(bin_dir / "athena-admin", folder, views, account) as site:
                yield Live(sample, gates, site)


@contextmanager
def jobs_of(sample: SampleEnvironment, folder: Path, agent: dict[str, str]):
    """Address, user and token of the controller that is given, with the jobs in it, or of one that stands in."""
    if all(JENKINS):
        with RealJenkins(Controller(*JENKINS), folder, agent, sample.name, JOBS):
            yield tuple(JENKINS)
    else:
        with StandIn(JOBS, agent) as jenkins:
            yield jenkins.url, "tester", "token"
