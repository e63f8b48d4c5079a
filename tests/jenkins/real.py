"""Makes a real, plain controller ready for the tests, and an agent of its own on this machine."""

from __future__ import annotations

import base64
import glob
import json
import os
import re
import signal
import subprocess
import urllib.request
from pathlib import Path

from controller import Controller

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
AGENT = "environment-backup-tests"
BRANCH = "under-test"


def console(controller: Controller, script: str, facts: dict) -> str:
    """Runs one of the .groovy files beside this one; `facts` reach it as base64, so that nothing is quoted."""
    encoded = base64.b64encode(json.dumps(facts).encode()).decode()
    bound = f"def facts = new groovy.json.JsonSlurperClassic().parseText(new String('{encoded}'.decodeBase64(), 'UTF-8'))\n"
    text = (HERE / script).read_text()
    imports = re.findall(r"^import .*$", text, re.MULTILINE)
    return controller.script("\n".join(imports) + "\n" + bound + re.sub(r"^import .*$", "", text, flags=re.MULTILINE))


class RealJenkins:
    """`with RealJenkins(...)`: library, agent and jobs are there; all is gone afterwards."""

    def __init__(self, controller: Controller, folder: Path, agent: dict[str, str], environment: str,
                 jobs: dict[str, str]):
        self.controller = controller
        self.folder = folder
        self.agent_environment = agent
        self.process: subprocess.Popen | None = None
        self.facts = {
            "job_names": list(jobs), "replace_jobs": bool(os.environ.get("JENKINS_REPLACE_JOBS")),
            "url": f"{controller.url}/", "project": f"file://{folder}/project.git", "branch": BRANCH, "agent": AGENT,
            "agent_folder": str(folder / "agent"), "environment": environment,
            "job_dsl": (ROOT / "ci/jenkins/jobs/environment_jobs.groovy").read_text(),
            # no environment has a timer: a nightly run must not come between two tests
            "bound": {"PROJECT_URL": f"file://{folder}/project.git", "PROJECT_BRANCH": BRANCH, "ENVIRONMENTS": "",
                      "ADMIN_APP_USER": ""}}

    def __enter__(self) -> "RealJenkins":
        self._clone()
        said = console(self.controller, "setup.groovy", self.facts)
        assert "REFUSED" not in said, said + "set JENKINS_REPLACE_JOBS=1 if they are a rest of these tests"
        self.secret = re.search(r"SECRET (\w+)", said).group(1)
        self.start_agent()
        return self

    def __exit__(self, *_exc) -> None:
        self.stop_agent()
        console(self.controller, "teardown.groovy", self.facts)

    def start_agent(self) -> None:
        jar = self.folder / "agent.jar"
        if not jar.exists():
            with urllib.request.urlopen(f"{self.controller.url}/jnlpJars/agent.jar", timeout=60) as answer:
                jar.write_bytes(answer.read())
        secret = self.folder / "agent-secret"
        secret.write_text(self.secret)
        java = sorted(glob.glob("/usr/lib/jvm/*/bin/java"))[-1]
        with (self.folder / "agent.log").open("ab") as log:
            self.process = subprocess.Popen(
                [java, "-jar", jar, "-url", self.controller.url, "-name", AGENT, "-secret", f"@{secret}", "-webSocket",
                 "-workDir", self.folder / "agent"], env=self.agent_environment, stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True)
        self.controller.wait_for(self.agent_is_online, "the agent", 120)

    def agent_is_online(self) -> bool:
        answer = self.controller.request("GET", f"/computer/{AGENT}/api/json?tree=offline")
        return answer.status == 200 and json.loads(answer.text)["offline"] is False

    def stop_agent(self) -> None:
        """Its Java process alone: steps that run stay, as when a network breaks."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def start_by_timer(self, job: str, parameters: dict[str, str]) -> None:
        console(self.controller, "timer.groovy", {"job": job, "parameters": parameters})

    def restart_controller(self) -> None:
        self.controller.post("/restart")
        self.controller.wait_for(lambda: not self._answers(), "the controller to go down", 120)
        self.controller.wait_for(self._answers, "the controller to come back", 300)
        self.controller.wait_for(self.agent_is_online, "the agent to come back", 300)

    def _answers(self) -> bool:
        try:
            return self.controller.request("GET", "/api/json?tree=mode").status == 200
        except OSError:
            return False

    def _clone(self) -> None:
        """What is committed here, as the one branch of a bare clone."""
        git = ["git", "-c", "safe.directory=*"]
        subprocess.run([*git, "clone", "-q", "--bare", "--no-local", ROOT, self.folder / "project.git"], check=True)
        head = subprocess.check_output([*git, "-C", ROOT, "rev-parse", "HEAD"], text=True).strip()
        subprocess.run([*git, "-C", self.folder / "project.git", "branch", "-f", BRANCH, head], check=True)
