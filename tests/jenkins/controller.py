"""A controller by its REST API, as a person's script or the Admin Interface would use it."""

from __future__ import annotations

import base64
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass

WAIT_SECONDS = 600
BUILD_FACTS = ("number,url,result,building,displayName,description,queueId,artifacts[relativePath],"
               "actions[_class,causes[_class,shortDescription]]")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args):
        return None


@dataclass
class Answer:
    status: int
    location: str
    text: str


@dataclass
class Build:
    """One build. `facts` is what Jenkins said of it last."""

    controller: "Controller"
    job: str
    number: int

    @property
    def path(self) -> str:
        return f"/job/{self.job}/{self.number}"

    @property
    def url(self) -> str:
        return self.facts()["url"]

    def facts(self) -> dict:
        return self.controller.get_json(f"{self.path}/api/json?tree={BUILD_FACTS}")

    def wait(self) -> "Build":
        """Until it has ended."""
        def ended() -> bool:
            facts = self.facts()
            return not facts["building"] and facts["result"] is not None

        self.controller.wait_for(ended, f"the end of {self.path}")
        return self

    @property
    def result(self) -> str:
        return self.facts()["result"]

    @property
    def description(self) -> str:
        return self.facts()["description"] or ""

    @property
    def log(self) -> str:
        return self.controller.get(f"{self.path}/consoleText").text

    @property
    def artifacts(self) -> list[str]:
        return sorted(entry["relativePath"].rsplit("/", 1)[-1] for entry in self.facts()["artifacts"])

    def artifact(self, name: str) -> dict:
        [path] = [e["relativePath"] for e in self.facts()["artifacts"] if e["relativePath"].endswith("/" + name)]
        return json.loads(self.controller.get(f"{self.path}/artifact/{urllib.parse.quote(path)}").text)

    @property
    def causes(self) -> list[str]:
        return [cause.get("shortDescription", "") for action in self.facts()["actions"]
                for cause in action.get("causes", [])]

    def stop(self) -> None:
        self.controller.post(f"{self.path}/stop")

    def replay(self, script: str) -> "Build":
        form = {"json": json.dumps({"mainScript": script})}
        return self.controller.next_build(self.job, lambda: self.controller.post(f"{self.path}/replay/run", form))

    def rebuild(self) -> "Build":
        return self.controller.next_build(self.job, lambda: self.controller.post(f"{self.path}/replay/rebuild"))


class Controller:
    def __init__(self, url: str, user: str, token: str):
        self.url = url.rstrip("/")
        self._authorization = "Basic " + base64.b64encode(f"{user}:{token}".encode()).decode()
        self._opener = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({}))

    def request(self, method: str, path: str, form: dict | None = None) -> Answer:
        data = urllib.parse.urlencode(form).encode() if form is not None else (b"" if method == "POST" else None)
        request = urllib.request.Request(self.url + path, data, {"Authorization": self._authorization}, method=method)
        try:
            with self._opener.open(request, timeout=60) as answer:
                return Answer(answer.status, answer.headers.get("Location", ""), answer.read().decode(errors="replace"))
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.headers.get("Location", ""), error.read().decode(errors="replace"))

    def get(self, path: str) -> Answer:
        return self._good(path, self.request("GET", path))

    def get_json(self, path: str) -> dict:
        return json.loads(self.get(path).text)

    def post(self, path: str, form: dict | None = None) -> Answer:
        return self._good(path, self.request("POST", path, form))

    @staticmethod
    def _good(path: str, answer: Answer) -> Answer:
        assert answer.status < 400, f"{path}: {answer.status}: {answer.text[:2000]}"
        return answer

    def script(self, groovy: str) -> str:
        """Runs Groovy in the controller; needs an administrator's token."""
        text = self.post("/scriptText", {"script": groovy}).text
        assert "Exception" not in text, text
        return text

    def lint(self, jenkinsfile: str) -> str:
        """What the declarative linter says."""
        return self.post("/pipeline-model-converter/validate", {"jenkinsfile": jenkinsfile}).text

    def ask(self, job: str, **parameters: str) -> Answer:
        """buildWithParameters: 201 with the place in the queue, 303 when merged into one that waits there."""
        return self.request("POST", f"/job/{job}/buildWithParameters", parameters)

    def start(self, job: str, **parameters: str) -> Build:
        """Until the build has left the queue."""
        answer = self.ask(job, **parameters)
        assert answer.status == 201, f"{answer.status}: {answer.text[:500]}"
        return self.started(job, answer)

    def started(self, job: str, asked: Answer) -> Build:
        item = int(asked.location.rstrip("/").rsplit("/", 1)[-1])
        found: list[int] = []

        def begun() -> bool:
            queued = self.request("GET", f"/queue/item/{item}/api/json")
            if queued.status == 200:
                executable = json.loads(queued.text).get("executable")
                found.extend([executable["number"]] if executable else [])
            else:  # gone from the queue some minutes after it left it
                builds = self.get_json(f"/job/{job}/api/json?tree=builds[number,queueId]")["builds"]
                found.extend(b["number"] for b in builds if b["queueId"] == item)
            return bool(found)

        self.wait_for(begun, f"build of {job} asked for as {item}")
        return Build(self, job, found[0])

    def run(self, job: str, **parameters: str) -> Build:
        return self.start(job, **parameters).wait()

    def next_build(self, job: str, begin) -> Build:
        """The build that `begin` makes, where Jenkins does not say its number."""
        number = self.get_json(f"/job/{job}/api/json?tree=nextBuildNumber")["nextBuildNumber"]
        begin()
        build = Build(self, job, number)
        self.wait_for(lambda: self.request("GET", f"{build.path}/api/json").status == 200, build.path)
        return build

    def wait_for(self, condition, what: str, seconds: float = WAIT_SECONDS) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"waited {seconds} s for {what}"
            time.sleep(0.3)
