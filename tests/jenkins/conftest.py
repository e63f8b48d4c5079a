"""One controller, one sample environment, and gates in front of its steps, for all tests of this folder."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from controller import Build, Controller  # noqa: E402
from gates import Gates  # noqa: E402
from real import RealJenkins  # noqa: E402
from sample_environment.environment import SampleEnvironment  # noqa: E402
from stand_in import StandIn  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = ("JENKINS_URL", "JENKINS_USER", "JENKINS_TOKEN")
JOBS = {"backup-environment": "Jenkinsfile", "restore-environment": "Jenkinsfile.restore",
        **{file.name.removeprefix("Jenkinsfile."): str(file.relative_to(ROOT))
           for file in sorted((ROOT / "ci" / "jenkins").glob("Jenkinsfile.*"))}}


@dataclass
class Site:
    controller: Controller
    sample: SampleEnvironment
    gates: Gates
    host: RealJenkins | StandIn

    def start(self, job: str, **parameters: str) -> Build:
        return self.controller.start(job, Environment=self.sample.name, **parameters)

    def run(self, job: str, **parameters: str) -> Build:
        return self.start(job, **parameters).wait()

    def archive(self, **parameters: str) -> str:
        """The BackupId of a backup that was made now."""
        build = self.run("backup-environment", **parameters)
        assert build.result == "SUCCESS", build.log[-6000:]
        return build.artifact("snapshot.json")["backup_id"]

    def by_timer(self, job: str) -> Build:
        parameters = {"Environment": self.sample.name}

        def begin() -> None:
            if isinstance(self.host, StandIn):
                self.host.ask(job, parameters, cause="timer")
            else:
                self.host.start_by_timer(job, parameters)

        return self.controller.next_build(job, begin).wait()

    def status(self) -> dict:
        return json.loads(self.sample.step("operation", "status", "--json").stdout)

    def check_allowed(self, build: Build) -> None:
        """Live and open to users, or closed with the way out in the list of builds. Nothing in between."""
        status = self.status()
        assert status["operation"]["outcome"] != "running"
        assert self.sample.flag_file.exists() == (status["state"] != "live")
        assert (status["way_out"] != "") == (status["state"] != "live")
        assert status["way_out"] in build.description


def settings() -> list[str]:
    return [os.environ.get(name, "") for name in SETTINGS]


@pytest.fixture(scope="session")
def real_controller() -> None:
    if not all(settings()):
        pytest.skip(f"jenkins: {', '.join(SETTINGS)} are not set: no real controller")


@pytest.fixture(scope="session")
def site(bin_dir, tmp_path_factory):
    usable, reason = SampleEnvironment.available()
    if not usable:
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("jenkins")
    with SampleEnvironment(bin_dir) as sample:
        gates = Gates(folder / "steps", bin_dir)
        agent = {**sample.variables(), "STEPS_HOME": str(gates.home)}
        if all(settings()):
            controller = Controller(*settings())
            with RealJenkins(controller, folder, agent, sample.name, JOBS) as host:
                yield Site(controller, sample, gates, host)
        else:
            with StandIn(JOBS, agent) as host:
                yield Site(Controller(host.url, "tester", "token"), sample, gates, host)


@pytest.fixture(scope="session")
def backup_id(site) -> str:
    """One archive for tests that need any."""
    return site.archive(Description="for the tests")
